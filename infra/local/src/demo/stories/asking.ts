/** What several stories do: somebody asks for help on the page, and everybody looks at what became of it. */
import type { ServiceRequest, Task } from '@medplum/fhirtypes'
import { expect } from '../story.ts'
import { BASE, isOpen, stepsOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import type { Visitor } from '../world/visitor.ts'
import type { System, World } from '../world/world.ts'

/** Fills in "Ask another service for help" and sends it. @param from the system of whoever asks (the community team's) @returns `ServiceRequest/<id>` and what the page said is sent */
export async function askForHelp(
  world: World,
  { by, about, need, of, from = 'demo-community-team' }: { by: Visitor; about: string; need: string; of: string; from?: System },
): Promise<{ need: string; form: string }> {
  const page = await by.open(`/people/${about.slice('Patient/'.length)}/refer`)
  const { fields } = page.form('/refer')
  const choosing = await by.send(page, '/refer', { need })
  const draft = choosing.path.split('/').at(-1) ?? ''
  const whom = of.startsWith('The single point of access')
    ? { service: 'single-point-of-access' }
    : { other: choosing.form(draft).choice('other', of) }
  const seen = await by.send(choosing, draft, whom)
  const sent = await by.send(seen, '/send')
  expect(sent.text.includes('Request sent'), `The page did not say that the request was sent, but: ${sent.text.slice(0, 300)}`)
  const [request] = await world.system(from).find<ServiceRequest>('ServiceRequest', {
    identifier: `${BASE}/Id/need-reference|${fields['key'] ?? ''}`,
  })
  expect(request?.id !== undefined, 'The request is not in the record.')
  return { need: `ServiceRequest/${request.id}`, form: seen.text }
}

/** The step of a need that is as described, once there is one. */
export const stepThat = (world: World, need: string, isIt: (task: Task) => boolean, otherwise: string): Promise<Task> =>
  soon(
    async () => (await stepsOf(world.system('demo-admin'), need)).find(isIt),
    (task): task is Task => task !== undefined,
    otherwise,
  )

/** @throws NotSo unless the need has ended as met and nothing of it is open */
export async function mustBeMet(world: World, need: string): Promise<void> {
  await soon(
    () => world.system('demo-admin').read<ServiceRequest>(need),
    ({ status }) => status === 'completed',
    'The request is not met.',
  )
  await soon(
    () => stepsOf(world.system('demo-admin'), need),
    (tasks) => !tasks.some(isOpen),
    'The request is met, and somebody still has a step of it.',
  )
}

/** @throws NotSo when the hub itself counts a need without an owner or a due time */
export async function nobodyMayVanish({ url }: World): Promise<string> {
  const numbers = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })).text()
  expect(/^handrail_needs_without_owner_or_due 0$/m.test(numbers), 'The hub counts needs without an owner or a due time.')
  return 'The hub counts none.'
}
