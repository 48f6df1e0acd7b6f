/** A hub that is killed in the middle of a story and started again: what was said to somebody holds, and nobody vanishes. Acceptance story 1. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { down } from '@infra/local/demo/stories/down'
import { isOpen, kindOf, stepsOf } from '@infra/local/demo/world/reading'
import { soon } from '@infra/local/demo/world/soon'
import { operatorOf } from '@infra/local/demo/world/operator'
import { openTimetable, type Timetable } from '@infra/local/demo/world/timetable'
import { openWorld, type World } from '@infra/local/demo/world/world'
import { aReferral } from '@platform/testing/cast'
import { testDatabase } from '@platform/testing/database'
import { runHub, temporaryHome } from '@platform/testing/hub'
import t, { type Test } from 'tap'
import { proveStory } from './prove-story.ts'
import { freePort } from '@platform/testing/free-port'

t.setTimeout(600_000)

const settings = {
  HANDRAIL_HOME: temporaryHome(t),
  DATABASE_URL: (await testDatabase(t)).url,
  PORT: String(await freePort()), // the same after each start, as for whoever kept the address
}
const open = async () => {
  const hub = runHub(t, settings)
  return { hub, world: await openWorld({ url: await hub.ready, home: settings.HANDRAIL_HOME }) }
}
let { hub, world } = await open()
t.teardown(() => world[Symbol.asyncDispose]())

async function killAndStartAgain(): Promise<void> {
  hub.kill('SIGKILL')
  await Promise.all([hub.ended, world[Symbol.asyncDispose]()])
  ;({ hub, world } = await open())
}

let timetable: Promise<Timetable> | undefined
t.teardown(async () => (await timetable)?.[Symbol.asyncDispose]())

/** Whoever holds on to it always speaks to the hub that runs now. */
const lasting: World = {
  url: world.url,
  system: (name) => world.system(name),
  person: (key) => world.person(key),
  anybody: () => world.anybody(),
  // Another system's: it goes on while the hub is down.
  timetable: () => (timetable ??= openTimetable(operatorOf({ home: settings.HANDRAIL_HOME, databaseUrl: settings.DATABASE_URL }))),
  hospital: () => world.hospital(),
  board: (name) => world.board(name),
  clock: { set: (to) => world.clock.set(to), advance: (by) => world.clock.advance(by), now: () => world.clock.now() },
  where: {
    organization: (key) => world.where.organization(key),
    patient: (key) => world.where.patient(key),
    resource: (type, key) => world.where.resource(type, key),
  },
  [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
}

/** How many have each open request about Ada in hand; those who are only told that it is overdue do not count. */
async function inHand(): Promise<number[]> {
  const admin = lasting.system('demo-admin')
  const requests = await admin.find<ServiceRequest>('ServiceRequest', { patient: await lasting.where.patient('ada'), status: 'active' })
  const steps = await Promise.all(requests.map(({ id }) => stepsOf(admin, `ServiceRequest/${id ?? ''}`)))
  return steps.map((tasks) => tasks.filter((task) => isOpen(task) && kindOf(task) !== 'escalation').length)
}

/** After these steps the hub is killed. */
const KILLED_AFTER = [/^Morgan asks Maes Hafan/, /^its Orders feed says/, /^Sam refuses/]

/** A change that was in hand when the hub died is taken up again when its lock has run out (10 s) and that was noticed (5 s later at most). */
const TAKEN_UP_WITHIN_MS = 90_000

async function mustEachBeInOneHand(t: Test, many: number, when: string): Promise<void> {
  const counts = await soon(
    inHand,
    (seen) => seen.length === many && seen.every((count) => count === 1),
    'A request about Ada was lost, or is not in exactly one hand.',
    TAKEN_UP_WITHIN_MS,
  )
  t.equal(counts.length, many, `${when}: each of ${String(many)} requests is in exactly one hand`)
}

t.test('killed in the moment in which it has said that it has twenty-one requests, and twice more, the hub loses none', async (t) => {
  let killed = 0
  await proveStory(t, down(lasting), async (text) => {
    if (!KILLED_AFTER.some((words) => words.test(text))) return
    if (killed === 0) await twentyMore()
    killed += 1
    await killAndStartAgain()
    await mustEachBeInOneHand(t, 21, `killed after "${text}"`)
  })
  t.equal(killed, KILLED_AFTER.length)
})

async function twentyMore(): Promise<void> {
  const [ada, team] = await Promise.all([lasting.where.patient('ada'), lasting.where.organization('community-team')])
  const [client, at] = [lasting.system('demo-community-team'), await lasting.clock.now()]
  await Promise.all(Array.from({ length: 20 }, () => client.create(aReferral({ for: ada, from: team, at }))))
}
