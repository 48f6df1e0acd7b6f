// What has to be told when a stay changes, and how loudly: standards page, sections 7 and 10. One alert for a stay, updated in place.
import type { Task } from '@medplum/fhirtypes'
import type { Phase } from './phase.ts'
import type { StayView } from './encounter.ts'
import { showPlace } from './place.ts'
import { ANSWERED, ANSWERING_ROLES, type AnsweringRole } from './vocabulary.ts'

/** What the last notice said of a stay. */
export interface Told {
  readonly phase: Phase
  readonly place: string
  readonly site: string
  readonly criticalCare?: true
  readonly answered: readonly AnsweringRole[]
}

/** What has become of an alert. */
export type NoticeKind = 'raised' | 'moved' | 'answered' | 'closed' | 'withdrawn' | 'reopened' | 'escalated'

/** Something to be told; quiet ones make no sound. */
export interface Telling {
  readonly kind: NoticeKind
  readonly quiet: boolean
}

/** What is so now, in the words of a notice. */
export function tellingOf(view: StayView, phase: Phase, answers: Readonly<Partial<Record<AnsweringRole, Task>>>): Told {
  const { location } = view.stay
  return {
    phase,
    place: location === undefined ? '' : showPlace(location),
    site: location?.site ?? '',
    ...(view.inCriticalCare === true ? { criticalCare: true as const } : {}),
    answered: ANSWERING_ROLES.filter((role) => ANSWERED.has(answers[role]?.status ?? '')),
  }
}

/** What must be told that was not: nothing when nobody has heard of the stay and nobody has to. */
export function toTell(before: Told | undefined, now: Told, { died }: { readonly died: boolean }): readonly Telling[] {
  if (now.phase === 'quiet') return before?.phase === 'open' ? [{ kind: 'withdrawn', quiet: false }] : []
  if (before === undefined) return now.phase === 'open' ? [{ kind: 'raised', quiet: false }] : []
  if (before.phase !== now.phase) return phaseTold(before.phase, now.phase, died)
  if (now.phase !== 'open') return []
  const fresh = now.answered.some((role) => !before.answered.includes(role))
  // A bed or ward move makes no sound; another site does, and critical care. Section 7, A02.
  const sameSite = before.site === now.site || before.site === '' || now.site === ''
  const toCriticalCare = now.criticalCare === true && before.criticalCare !== true
  const moved: readonly Telling[] = before.place === now.place ? [] : [{ kind: 'moved', quiet: sameSite && !toCriticalCare }]
  return [...moved, ...(fresh ? [{ kind: 'answered', quiet: true } as const] : [])]
}

function phaseTold(before: Phase, now: Phase, died: boolean): readonly Telling[] {
  if (now === 'open') return [{ kind: before === 'quiet' ? 'raised' : 'reopened', quiet: false }]
  if (before !== 'open' && now === 'closed') return []
  if (now === 'closed') return [{ kind: 'closed', quiet: died }]
  return before === 'quiet' ? [] : [{ kind: 'withdrawn', quiet: false }]
}
