/** The entries of `$timeline` as a person reads them. Pure. */
import type { Parameters, Task } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import { readParts, type Parts } from '../../knowledge/parameters.ts'
import { showMonth } from '../../rendering/dates.ts'
import { chosenIn, type Words } from '../../words/words.ts'
import { tellStep, toldOfStay } from '../inbox/steps.ts'

/** One entry of the page. */
export interface Received {
  /** `Procedure/<id>` */
  readonly reference: string
  /** What kind of thing it is, in words. */
  readonly kind: string
  readonly title: string
  /** As partial as it was recorded. */
  readonly at?: string
  readonly until?: string
  readonly typedAt?: string
  readonly by?: string
  readonly sector?: string
  readonly checked: string
  /** Only where it says more than that it took place. */
  readonly status?: string
  readonly details: readonly string[]
  readonly notes: readonly string[]
  /** Of a hospital stay: who was told, and whether they have answered. */
  readonly told?: readonly ReturnType<typeof tellStep>[]
}

/** What can be asked for, by the name in the address, as types of `$timeline`. */
export const KINDS = {
  therapy: 'Procedure',
  measures: 'Observation,QuestionnaireResponse',
  stays: 'Encounter',
  requests: 'ServiceRequest',
  plans: 'CarePlan,Goal',
  health: 'Condition,ClinicalImpression,AllergyIntolerance,MedicationStatement,MedicationRequest,DeviceUseStatement,Immunization',
} as const
export type Kind = keyof typeof KINDS

export const isKind = (text: string | undefined): text is Kind => text !== undefined && Object.hasOwn(KINDS, text)

/** Sectors as `$timeline` filters by them. */
export const SECTORS = ['nhs', 'third-sector', 'leisure', 'social-care', 'independent'] as const
export const isSector = (text: string | undefined): text is (typeof SECTORS)[number] => SECTORS.some((one) => one === text)

/** Who was told of stays, as the record holds it. */
export interface ToldOfStays {
  readonly tasks: readonly Task[]
  readonly resolved: Resolved
}

/** The stays among the entries, `Encounter/<id>`. */
export const staysIn = (answer: Parameters): readonly string[] =>
  readParts(answer)
    .all('entry')
    .flatMap((entry) => entry.reference('entry')?.reference ?? [])
    .filter((reference) => reference.startsWith('Encounter/'))

/** A page of entries under their months, newest first, and the cursor of the next page. */
export function receivedOf(
  answer: Parameters,
  words: Words,
  told: ToldOfStays = { tasks: [], resolved: new Map() },
): { readonly months: readonly { readonly month: string; readonly entries: readonly Received[] }[]; readonly cursor?: string } {
  const parts = readParts(answer)
  const entries = parts.all('entry').map((entry) => showReceived(entry, words, told))
  const monthOf = ({ at }: Received) => (at === undefined ? words.received.undated : showMonth(at, words.lang))
  const next = parts.text('next')
  const cursor = next === undefined ? undefined : (new URL(next).searchParams.get('_cursor') ?? undefined)
  return {
    months: [...Map.groupBy(entries, monthOf)].map(([month, some]) => ({ month, entries: some })),
    ...(cursor === undefined ? {} : { cursor }),
  }
}

function showReceived(entry: Parts, words: Words, { tasks, resolved }: ToldOfStays): Received {
  const told = toldOfStay(tasks, entry.reference('entry')?.reference ?? '').map((task) => tellStep(task, resolved, words))
  const what = entry.text('what') ?? ''
  const kind = words.received.kinds[what as keyof typeof words.received.kinds] ?? what
  const title = entry.text('title')
  const [at, until, typed, sessions, minutes] = [
    entry.text('at'),
    entry.text('until'),
    entry.text('typed'),
    entry.number('sessions'),
    entry.number('minutes'),
  ]
  const named = [entry.reference('author')?.display, entry.reference('provider')?.display].filter((name) => name !== undefined)
  const [by, sector, status] = [named.length === 0 ? undefined : named.join(', '), entry.text('sector'), statusOf(entry, what, words)]
  return {
    reference: entry.reference('entry')?.reference ?? '',
    kind,
    title: title === undefined || title === what ? kind : title, // what has no name of its own is called by what it is
    checked: words.checked[entry.text('checked') as keyof typeof words.checked] ?? words.checked.unknown,
    details: [
      ...(sessions === undefined ? [] : [words.received.sessions(sessions)]),
      ...(minutes === undefined ? [] : [words.timeline.minutes(minutes)]),
      ...chosenIn(words, 'approach', entry.text('approach')),
      ...chosenIn(words, 'setting', entry.text('setting')),
      ...chosenIn(words, 'delivery-mode', entry.text('delivery-mode')),
      ...(entry.text('value') === undefined ? [] : [entry.text('value') ?? '']),
    ],
    notes: entry.texts('note'),
    ...(at === undefined ? {} : { at }),
    ...(until === undefined || until === at ? {} : { until }),
    ...(typed === undefined || typed.slice(0, 10) === at?.slice(0, 10) ? {} : { typedAt: typed }),
    ...(by === undefined ? {} : { by }),
    ...(sector === undefined ? {} : { sector }),
    ...(status === undefined ? {} : { status }),
    ...(told.length === 0 ? {} : { told }),
  }
}

/** That something did not take place, and why; where a stay or a request stands. Other states say nothing to a person. */
function statusOf(entry: Parts, what: string, words: Words): string | undefined {
  const [status = '', reason] = [entry.text('status'), entry.text('reason')]
  if (status === 'not-done') return [words.timeline.missed, reason].filter((part) => part !== undefined).join(': ')
  if (what === 'Encounter') return words.status.stay[status as keyof typeof words.status.stay]
  if (what === 'ServiceRequest') return words.status.need[status as keyof typeof words.status.need]
  return undefined
}
