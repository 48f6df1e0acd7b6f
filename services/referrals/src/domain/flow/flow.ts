/**
 * The real flow of referrals laid over the pathway: between which stages people were passed on, by the sector of who sent them, and which links of the
 * pathway nobody used. Counts and nothing of persons, small ones as they are: `publishedFlow` hides them. Feature E5.
 */
import type { Task } from '@medplum/fhirtypes'
import type { Directory } from '../directory.ts'
import { isEnded, keyOf, kindOf, localId, type Need } from '../need.ts'
import { SERVICE_KIND } from '../vocabulary.ts'

/** One stage of the pathway, as its data says. */
export interface Stage {
  readonly id: string
  readonly title: string
  /** Codes of service-kind. */
  readonly services: readonly string[]
}

/** How often a link of the pathway was gone. */
export interface FlowLink {
  /** Id of a stage; `outside` where who sent it belongs to none. */
  readonly from: string
  readonly to: string
  /** Sector of who sent it, a code of the CodeSystem sector; `unknown` where the directory does not say. */
  readonly sector: string
  readonly steps: number
  /** Whose they were: each person once. */
  readonly people: number
  /** Of these: answered with no. */
  readonly refused: number
}

/** The flow of some needs. */
export interface Flow {
  readonly needs: number
  /** Whose they are: each person once. */
  readonly people: number
  readonly ended: number
  readonly links: readonly FlowLink[]
  /** Links between two stages of the pathway, either way, that no step went. */
  readonly missing: readonly { readonly from: string; readonly to: string }[]
}

/** Where who sent a step, or is asked by it, belongs when the pathway has no stage for it. */
export const OUTSIDE = 'outside'

const ASKS: ReadonlySet<string> = new Set(['referral', 'single-point-of-access', 'next-step', 'waiting-list', 'joint-review'])

/** The stage of an organisation: the first that has a kind of service which it, or a listing of its own, offers. */
export function stageOf(organization: string | undefined, stages: readonly Stage[], directory: Directory): string {
  if (organization === undefined) return OUTSIDE
  const offers = new Set(directory.ofOrganization(organization).flatMap((listing) => [...listing.offers.keys()]))
  return stages.find(({ services }) => services.some((kind) => offers.has(`${SERVICE_KIND}|${kind}`)))?.id ?? OUTSIDE
}

/** Lays what became of these needs over the stages. */
export function flowOf(needs: readonly Need[], stages: readonly Stage[], directory: Directory): Flow {
  const counted = new Map<string, FlowLink>()
  const people = new Map<string, Set<string>>()
  for (const need of needs) {
    const byId = new Map(need.tasks.map((task) => [task.id, task]))
    for (const task of need.tasks) {
      if (!ASKS.has(kindOf(task)) || keyOf(task) === undefined) continue
      const sender = senderOf(task, need, byId)
      const from = stageOf(sender, stages, directory)
      const to = stageOf(task.owner?.reference, stages, directory)
      const sector = directory.listing(sender ?? '')?.sector ?? 'unknown'
      const key = `${from}|${to}|${sector}`
      const before = counted.get(key) ?? { from, to, sector, steps: 0, people: 0, refused: 0 }
      const whose = (people.get(key) ?? new Set()).add(personOf(need))
      people.set(key, whose)
      const refused = before.refused + (task.status === 'rejected' ? 1 : 0)
      counted.set(key, { ...before, steps: before.steps + 1, people: whose.size, refused })
    }
  }
  const links = [...counted.values()].toSorted((one, other) => other.steps - one.steps || keyIn(one).localeCompare(keyIn(other)))
  return {
    needs: needs.length,
    people: new Set(needs.map(personOf)).size,
    ended: needs.filter(({ request }) => isEnded(request)).length,
    links,
    missing: missingIn(links, stages),
  }
}

/** Ways between two stages, in the order of the pathway, that none of these links goes. */
export function missingIn(links: readonly Pick<FlowLink, 'from' | 'to'>[], stages: readonly Stage[]): Flow['missing'] {
  const gone = new Set(links.map(({ from, to }) => `${from}|${to}`))
  const pairs = stages.flatMap(({ id: from }) => stages.flatMap(({ id: to }) => (from === to ? [] : [{ from, to }])))
  return pairs.filter(({ from, to }) => !gone.has(`${from}|${to}`))
}

/** A request that says of nobody is nobody: it adds no person to those who must be enough. */
const personOf = ({ request }: Need): string => request.subject.reference ?? ''

/** Who passed the person on: the owner of the step before it, else whoever asked first. */
function senderOf(task: Task, { request }: Need, byId: ReadonlyMap<string | undefined, Task>): string | undefined {
  const before = byId.get(localId(task.partOf?.[0], 'Task'))
  return before?.owner?.reference ?? request.requester?.reference
}

const keyIn = ({ from, to, sector }: FlowLink): string => `${from}|${to}|${sector}`
