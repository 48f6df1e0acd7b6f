/**
 * On a protected route (neuropsychology, neuropsychiatry, counselling) a joint review takes days, and the person has them to live through. In the
 * transaction that opens the review the coordinator has a step: what the directory lists meanwhile, and what to ring in a crisis. Story 3 step 4; HAZ-R63.
 */
import type { Task, TaskInput } from '@medplum/fhirtypes'
import { crisisLines } from '../assessment/crisis.ts'
import { coordinatorOf } from '../coordinator.ts'
import { isInUse, type Listing, type Nation } from '../directory.ts'
import { isOpen, kindOf, type Need } from '../need.ts'
import { dueFor, type Circumstances, type Pathway } from '../pathway.ts'
import { input, openStep, unusedKey } from '../step.ts'
import { SERVICE_KIND } from '../vocabulary.ts'
import { wantsOf } from '../wants.ts'
import type { Open, Write } from '../write.ts'

/** The kinds of service of the protected route, `system|code`. */
export const protectedKinds = ({ jointReview }: Pathway): readonly string[] =>
  [...jointReview.atOnce.services].map((code) => `${SERVICE_KIND}|${code}`)

/** Whether a need asks for something of the protected route. */
export function isProtected({ request }: Need, { pathway }: Circumstances): boolean {
  const wanted = wantsOf(request)
  return protectedKinds(pathway).some((kind) => wanted.includes(kind))
}

/** Whether a write opens that step. */
export const offersMeanwhile = (write: Write): boolean => 'open' in write && kindOf(write.open) === 'interim-support'

/** More are a list to be read, not an offer. */
const MOST_OPTIONS = 5

/** The step that offers something meanwhile, with each joint review of a protected need; none while no coordinator is listed. */
export function interimSupport(need: Need, opened: readonly Open[], circumstances: Circumstances): readonly Open[] {
  const { request, tasks } = need
  const review = [...opened.map(({ open }) => open), ...tasks.filter(isOpen)].find((task) => kindOf(task) === 'joint-review')
  const owner = coordinatorOf(request, circumstances)
  if (review === undefined || owner === undefined || !isProtected(need, circumstances)) return []
  // What was offered during an earlier review is long past: whoever waits again is spoken to again.
  const isOfThisReview = (task: Task) => isOpen(task) || (task.authoredOn ?? '') >= (review.authoredOn ?? '')
  if (tasks.some((task) => kindOf(task) === 'interim-support' && isOfThisReview(task))) return []
  const options = optionsMeanwhile(need, owner, circumstances)
  return [
    openStep(request, {
      kind: 'interim-support',
      key: unusedKey(need, `need/${request.id ?? ''}/interim-support`),
      owner,
      at: circumstances.at,
      due: dueFor(circumstances, 'interim-support', request.priority, owner),
      action:
        options.length === 0
          ? 'Speak to the person today. The directory lists nothing to offer meanwhile: say so, and record the need as unmet where it is.'
          : 'Speak to the person today, and offer what is listed until somebody has taken the need on.',
      inputs: [...options.map(toInput), ...crisisInputs(owner, circumstances)],
    }),
  ]
}

/** The nation in which something is looked for: where the person lives, else the coordinator's. */
const nationFor = (coordinator: string, { livesIn, directory }: Circumstances): Nation | undefined =>
  livesIn ?? directory.listing(coordinator)?.nation

/**
 * Services of the kinds that the pathway names, of nobody who has said no to this need and none of another nation: those that say they have room first.
 * Each says whom it serves, and the coordinator compares that with where the person lives: of the address only the nation is read. Decision 632
 */
function optionsMeanwhile({ request, tasks }: Need, coordinator: string, circumstances: Circumstances): readonly Listing[] {
  const { pathway, directory } = circumstances
  const nation = nationFor(coordinator, circumstances)
  const isElsewhere = ({ organization }: Listing) => {
    const other = directory.listing(organization ?? '')?.nation
    return nation !== undefined && other !== undefined && other !== nation
  }
  const saidNo = new Set(tasks.filter(({ status }) => status === 'rejected').map(({ owner }) => owner?.reference))
  const wanted = new Set(wantsOf(request))
  const found = [...pathway.jointReview.interim]
    .map((code) => `${SERVICE_KIND}|${code}`)
    .filter((kind) => !wanted.has(kind))
    .flatMap((kind) => [...directory.offering(kind)])
    .filter((listing) => isInUse(listing, directory))
    .filter(({ reference, organization }) => reference.startsWith('HealthcareService/') && !saidNo.has(organization))
    .filter((one) => !isElsewhere(one))
  const each = [...new Map(found.map((one) => [one.reference, one])).values()]
  const room = ({ capacity }: Listing) => ((capacity?.places ?? 0) > 0 ? 0 : capacity?.places === 0 ? 2 : 1)
  return each.toSorted((a, b) => room(a) - room(b)).slice(0, MOST_OPTIONS)
}

function toInput({ reference, name, capacity, facts }: Listing): TaskInput {
  const serves = facts?.catchment ?? []
  const display = [`${name}: ${roomIn(capacity)}`, ...(serves.length === 0 ? [] : [`serves ${serves.join(', ')}`])].join('; ')
  return input('interim-option', { valueReference: { reference, display } })
}

/** Room as somebody said it, with its day: a number without one is believed for ever. */
function roomIn(capacity: Listing['capacity']): string {
  if (capacity?.places === undefined) return 'room not known'
  const on = capacity.asOf.slice(0, 10)
  return capacity.places === 0 ? `full on ${on}` : `${String(capacity.places)} places on ${on}`
}

const crisisInputs = (owner: string, circumstances: Circumstances): readonly TaskInput[] =>
  crisisLines(circumstances.pathway.approved().crisis, circumstances.at, nationFor(owner, circumstances)).map(({ says, telephone }) =>
    input('crisis-words', { valueString: telephone === undefined ? says : `${says} ${telephone}` }),
  )
