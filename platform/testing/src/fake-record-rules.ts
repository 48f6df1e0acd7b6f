/** The hub's two rules about the Tasks of a need, as the record keeps them. Source: `interfaces.md`, "Tasks of the hub". */
import type { Resource, ServiceRequest, Task } from '@medplum/fhirtypes'

const OPEN: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])

/** What is wrong with the state after a write, in words; nothing when it keeps the rules. */
export function brokenRule(before: ReadonlyMap<string, Resource>, after: ReadonlyMap<string, Resource>): string | undefined {
  const tasks = [...after.values()].filter((resource): resource is Task => resource.resourceType === 'Task')
  const loose = tasks.find(
    (task) => OPEN.has(task.status) && (task.owner?.reference === undefined || task.restriction?.period?.end === undefined),
  )
  if (loose !== undefined) return `Task/${loose.id} is open and lacks owner or due time.`

  const refused = tasks.find((task) => task.status === 'rejected' && before.get(`Task/${task.id}`) !== task && !isWholeRefusal(task))
  if (refused !== undefined) return `Task/${refused.id} is rejected without reason, words, next owner, next action and due.`

  const openUnder = (all: readonly Resource[], need: string) =>
    all.filter((resource): resource is Task => resource.resourceType === 'Task' && OPEN.has(resource.status) && isUnder(resource, need))
  const requests = [...after.values()].filter((resource): resource is ServiceRequest => resource.resourceType === 'ServiceRequest')
  const left = requests.find((request) => {
    const need = `ServiceRequest/${request.id}`
    return (
      request.status === 'active' && openUnder([...before.values()], need).length > 0 && openUnder([...after.values()], need).length === 0
    )
  })
  return left === undefined ? undefined : `The last open Task of ServiceRequest/${left.id} was closed without a next one.`
}

const isUnder = (task: Task, need: string): boolean =>
  task.focus?.reference === need || (task.basedOn ?? []).some(({ reference }) => reference === need)

const REFUSAL_REASON = 'https://handrail.example/fhir/CodeSystem/refusal-reason'

function isWholeRefusal({ statusReason, output = [] }: Task): boolean {
  const codes = output.flatMap(({ type }) => (type.coding ?? []).map(({ code }) => code))
  return (
    statusReason?.coding?.some(({ system }) => system === REFUSAL_REASON) === true &&
    statusReason.text !== undefined &&
    ['next-owner', 'next-action', 'due'].every((code) => codes.includes(code))
  )
}
