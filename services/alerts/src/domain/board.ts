// The board of a ward or a specialist team: who is in hospital now, unacknowledged first. Features, G4; standards page, section 10.
import type { Bundle, BundleEntry, Encounter, Resource, Task } from '@medplum/fhirtypes'
import { ANSWERED, kindOf, OPEN, referenceTo } from './vocabulary.ts'

/** What a board may be narrowed to. */
export interface BoardWishes {
  /** `Organization/…` of the caller. */
  readonly organization?: string | undefined
  /** Places that begin so. */
  readonly ward?: string | undefined
  readonly waiting?: 'own' | 'any' | undefined
}

/** One line of a board. */
interface BoardLine {
  readonly alert: Task
  /** 0: the caller's own answer waits; 1: somebody's does; 2: all have answered. */
  readonly standing: 0 | 1 | 2
  /** When the first open answer is due; FHIR instant. */
  readonly dueBy: string
  readonly included: readonly Resource[]
}

const WAITING: ReadonlySet<string> = new Set(['requested', 'received', 'draft', 'ready'])
const byOrder = (one: BoardLine, other: BoardLine): number =>
  one.standing - other.standing ||
  compareText(one.dueBy, other.dueBy) ||
  compareText(one.alert.authoredOn ?? '', other.alert.authoredOn ?? '') ||
  compareText(one.alert.id ?? '', other.alert.id ?? '')
const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/**
 * The board out of what a search for open alerts and answers brought. Somebody who may read an answer and not the alert it is part of sees the answer
 * as a line of its own.
 */
export function boardOf(found: readonly Resource[], wishes: BoardWishes, base: string): Bundle {
  const all = new Map(found.map((resource) => [referenceTo(resource), resource]))
  const tasks = found.filter((resource) => resource.resourceType === 'Task')
  const alerts = tasks.filter((task) => kindOf(task) === 'hospital-alert' && OPEN.has(task.status))
  const answers = tasks.filter((task) => kindOf(task) === 'alert-answer')
  const lone = answers.filter((answer) => OPEN.has(answer.status) && !answer.partOf?.some(({ reference = '' }) => all.has(reference)))
  const lines = [
    ...alerts.map((alert) =>
      lineOf(
        alert,
        answers.filter(({ partOf }) => partOf?.some(({ reference }) => reference === referenceTo(alert)) === true),
        all,
        wishes,
      ),
    ),
    ...lone.map((answer) => lineOf(answer, [answer], all, wishes)),
  ]
    .filter((line) => isWanted(line, wishes))
    .toSorted(byOrder)
  const included = new Map(lines.flatMap((line) => line.included).map((resource) => [referenceTo(resource), resource]))
  for (const { alert } of lines) included.delete(referenceTo(alert))
  const entry = (resource: Resource, mode: 'match' | 'include'): BundleEntry => ({
    fullUrl: `${base}/${referenceTo(resource)}`,
    resource,
    search: { mode },
  })
  const entries = [...lines.map(({ alert }) => entry(alert, 'match')), ...[...included.values()].map((each) => entry(each, 'include'))]
  return { resourceType: 'Bundle', type: 'searchset', total: lines.length, ...(entries.length === 0 ? {} : { entry: entries }) }
}

function lineOf(alert: Task, answers: readonly Task[], all: ReadonlyMap<string, Resource>, { organization }: BoardWishes): BoardLine {
  const open = answers.filter(({ status }) => WAITING.has(status))
  const own = open.filter(({ owner }) => organization !== undefined && owner?.reference === organization)
  const [first] = (own.length > 0 ? own : open).map(({ restriction }) => restriction?.period?.end ?? '').toSorted(compareText)
  const references = [alert, ...answers].flatMap(({ for: person, encounter, owner }) => [person, encounter, owner])
  return {
    alert,
    standing: own.length > 0 ? 0 : open.length > 0 || answers.every(({ status }) => !ANSWERED.has(status)) ? 1 : 2,
    dueBy: first ?? '',
    included: [...answers, ...references.flatMap((reference) => all.get(reference?.reference ?? '') ?? [])],
  }
}

function isWanted({ included, standing }: BoardLine, { ward, waiting }: BoardWishes): boolean {
  if (waiting === 'own' && standing !== 0) return false
  if (waiting === 'any' && standing === 2) return false
  if (ward === undefined) return true
  const stay = included.find((resource): resource is Encounter => resource.resourceType === 'Encounter')
  const place = stay?.location?.find(({ status }) => status === 'active')?.location.display
  return place !== undefined && place.toLowerCase().startsWith(ward.toLowerCase())
}
