import type { Appointment } from '@medplum/fhirtypes'
import t from 'tap'
import { SESSION_ID, sessionIn } from './appointment.ts'

const named = (value: string): Appointment => ({
  resourceType: 'Appointment',
  status: 'proposed',
  identifier: [{ system: SESSION_ID, value }],
  participant: [],
})

t.test('a session is named by feed, kind and id, also where the kind names what it belongs to and the id has slashes', async (t) => {
  for (const [value, kind, id] of [
    ['leisure/ScheduledSession/s1', 'ScheduledSession', 's1'],
    ['leisure/FacilityUse/Slot/s1', 'FacilityUse/Slot', 's1'],
    ['leisure/subEvent.Slot/s1#2', 'subEvent.Slot', 's1#2'],
    ['leisure/ScheduledSession/https://p.example/Slot/1', 'ScheduledSession', 'https://p.example/Slot/1'],
    ['leisure/ScheduledSession/Slot/1', 'ScheduledSession', 'Slot/1'],
  ] as const)
    t.same(sessionIn(named(value)), { feed: 'leisure', kind, id }, value)
  for (const value of ['leisure/Event/1', 'leisure/Slot/', 'Slot/1']) t.equal(sessionIn(named(value)), undefined, value)
})
