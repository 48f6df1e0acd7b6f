/** The classes of story 1: places booked at the centre's own booking system, and what its Orders feed says of who came. OpenActive Open Booking 1.0. */
import type { Appointment, Bundle, Procedure } from '@medplum/fhirtypes'
import { aSession } from '@platform/testing/cast'
import type { TestSeller } from '@platform/testing/seller'
import { and, expect, hence, when, type Step } from '../story.ts'
import { BASE, concept, extensionOf } from '../world/reading.ts'
import { soon } from '../world/soon.ts'
import { timeOn, TUESDAYS } from '../world/timetable.ts'
import type { World } from '../world/world.ts'

const CLASS = 'Chair Based Exercise'
/** The first class is typed in on the page. */
const BOOKED = TUESDAYS.slice(1)
const REASONS: Readonly<Record<string, string>> = {
  '2026-10-27': 'flare',
  '2026-11-10': 'cancelled-by-provider',
  '2026-11-24': 'transport',
}
const SAID: Readonly<Record<string, string>> = {
  '2026-10-27': 'AttendeeAbsent',
  '2026-11-10': 'SellerCancelled',
  '2026-11-24': 'AttendeeAbsent',
}
const SAID_AGAIN = 3

/** The steps around the first class. @param need `ServiceRequest/<id>`, known once it was asked for */
export function bookedClasses(world: World, need: () => string): { readonly booked: readonly Step[]; readonly held: readonly Step[] } {
  const { system, clock, where } = world
  const team = system('demo-community-team')
  let asked: readonly string[] = []
  let orders: TestSeller['asked'] = []

  /** Lets the hub do what is due until every place is as said, in the order of the days. */
  const become = (wanted: (day: string) => Appointment['status'], otherwise: string): Promise<readonly Appointment[]> =>
    soon(
      async () => {
        await clock.advance('PT1S')
        return Promise.all(asked.map((reference) => team.read<Appointment>(reference)))
      },
      (places) => places.every(({ status }, index) => status === wanted(BOOKED[index] ?? '')),
      (places) => `${otherwise} They are: ${places.map(({ status, cancelationReason }) => cancelationReason?.text ?? status).join(', ')}`,
    )

  const booked = [
    when('Morgan asks for a place for her in the eleven classes after the first', async () => {
      const { sessionOn } = await world.timetable()
      const ada = await where.patient('ada')
      asked = await Promise.all(
        BOOKED.map(async (day) => {
          const wanted = { identifier: [{ system: `${BASE}/Id/session`, value: sessionOn(day) }], basedOn: [{ reference: need() }] }
          const participant: Appointment['participant'] = [{ actor: { reference: ada }, status: 'needs-action' }]
          const { id } = await team.create<Appointment>({
            resourceType: 'Appointment',
            ...wanted,
            status: 'proposed',
            description: CLASS,
            participant,
          })
          return `Appointment/${id}`
        }),
      )
      await become(() => 'pending', 'The centre was not asked for eleven places.')
      return "The hub asks the centre's booking system for eleven places. The centre wants to agree first: until then all are pending, and none is promised."
    }),

    and("the centre's booking system is told her name and nothing else about her", async () => {
      const { seller } = await world.timetable()
      const told = JSON.stringify(seller.received)
      expect(/"givenName":"Ada"/.test(told), 'The centre is not told who comes.')
      expect(!/sclerosis|stick|Heat|999\s?012\s?3454|1974|01632|07700/i.test(told), 'The centre is told more than a name.')
      return 'No diagnosis, no number, no telephone; the address given is that of the hub.'
    }),

    hence('once the centre agrees the places are hers, and she has the time of each', async () => {
      const { seller } = await world.timetable()
      orders = seller.asked.slice(-asked.length)
      for (const { order } of orders) seller.decide(order, 'SellerAccepted')
      await become(() => 'booked', 'The places are not booked.')
      const hers = await Promise.all(asked.map((reference) => system('demo-patient').read<Appointment>(reference)))
      expect(
        hers.every(({ start }, index) => new Date(start ?? 0).getTime() === new Date(timeOn(BOOKED[index] ?? '', '10:30')).getTime()),
        'Ada does not have the time of each class.',
      )
      return 'Ada reads them in her own app: Tuesdays at half past ten, also after the clocks have gone back.'
    }),
  ]

  const held = [
    when('twelve weeks have gone by, and the centre has not said yet who came', async () => {
      await clock.set(`${BOOKED.at(-1) ?? ''}T12:00:00Z`)
      await become(() => 'booked', 'What is not known was taken for something else.')
      return 'Nobody is absent because nothing was said: the eleven places are as they were.'
    }),

    and('its Orders feed says who came, three times over', async () => {
      const { seller } = await world.timetable()
      for (let time = 0; time < SAID_AGAIN; time += 1) {
        for (const { order, session } of orders) seller.say(order, SAID[session.split('/').at(-1) ?? ''] ?? 'AttendeeAttended')
      }
      const status: Readonly<Record<string, Appointment['status']>> = { AttendeeAbsent: 'noshow', SellerCancelled: 'cancelled' }
      await become((day) => status[SAID[day] ?? ''] ?? 'fulfilled', 'The record does not say what the centre said.')
      const since = { patient: await where.patient('ada'), date: `ge${BOOKED[0] ?? ''}`, _count: '200' }
      const came = (await team.find<Procedure>('Procedure', since)).filter(({ basedOn }) => basedOn?.[0]?.reference === need())
      expect(came.length === 8, `The feed made ${String(came.length)} attendances, and not eight.`)
      return 'Eight came, two did not, one class was cancelled by the centre. What was repeated added nothing.'
    }),

    and("the centre's own system sends why the three did not take place for her, twice by mistake", async () => {
      const register = await reasonsOf(world, need())
      const first = await system('demo-leisure').ask<Bundle>('POST', '/fhir', register)
      expect(first.status === 200, `The register was refused (${String(first.status)}).`)
      const again = await system('demo-leisure').ask<Bundle>('POST', '/fhir', register)
      const added = (again.body.entry ?? []).filter(({ response }) => response?.status?.startsWith('201') === true)
      expect(again.status === 200 && added.length === 0, 'Sent again, the register made second entries.')
      return 'A flare, no transport, and the instructor ill. The second sending added nothing.'
    }),
  ]
  return { booked, held }
}

/** Sector, checked level, who, for whom and when: the shape of every sector. The seller's feed names the centre, and no instructor. */
export function mustBeAttributed(session: Procedure): void {
  const [by] = session.performer ?? []
  const isOfCentre = by?.actor.reference?.startsWith('Organization/') === true
  expect(extensionOf(session, 'sector') === 'leisure', 'A class does not say that it is of the leisure sector.')
  expect(extensionOf(session, 'checked-level') === 'worker-recorded', 'A class does not say how far it is checked.')
  expect(
    by?.actor.reference !== undefined && (isOfCentre || by.onBehalfOf?.reference !== undefined),
    'A class does not say who gave it and for whom.',
  )
  expect((session.performedPeriod?.start ?? session.performedDateTime) !== undefined, 'A class does not say when it was.')
}

/** Why classes did not take place for her, as the centre's system keeps it: each once, however often it is sent. */
async function reasonsOf({ where }: World, need: string): Promise<Bundle> {
  const [ada, leisure, sam] = await Promise.all([
    where.patient('ada'),
    where.organization('leisure'),
    where.resource('Practitioner', 'leisure-instructor'),
  ])
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: Object.entries(REASONS).map(([on, reason]) => {
      const key = { system: `${BASE}/Id/session-key`, value: `${need.slice('ServiceRequest/'.length)}-${on}` }
      return {
        resource: aSession({
          for: ada,
          by: leisure,
          performer: sam,
          kind: 'chair-based-exercise',
          what: CLASS,
          sector: 'leisure',
          start: timeOn(on, '10:30'),
          end: timeOn(on, '11:15'),
          identifier: [key],
          basedOn: [{ reference: need }],
          status: 'not-done',
          statusReason: concept('absence-reason', reason),
        }),
        request: { method: 'POST', url: 'Procedure', ifNoneExist: `identifier=${encodeURIComponent(`${key.system}|${key.value}`)}` },
      }
    }),
  }
}
