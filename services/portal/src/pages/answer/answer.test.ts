import type { Procedure } from '@medplum/fhirtypes'
import t from 'tap'
import { mayBeMarkedWrong, wasChangedSince } from './answer.ts'

const session = (changes: Partial<Procedure> = {}): Procedure => ({
  resourceType: 'Procedure',
  status: 'completed',
  subject: { reference: 'Patient/1' },
  meta: { lastUpdated: '2026-11-20T10:00:00Z' },
  ...changes,
})

t.test('HAZ-P130: an entry is said to be corrected only when it was changed after the person asked', async (t) => {
  t.notOk(wasChangedSince(session(), '2026-11-20T10:00:00Z'))
  t.ok(wasChangedSince(session(), '2026-11-20T09:59:59Z'))
  t.notOk(wasChangedSince(session({ meta: {} }), '2026-11-20T09:59:59Z'), 'what is not known is not said')
  t.notOk(wasChangedSince(undefined, '2026-11-20T09:59:59Z'), 'nor of an entry that may not be seen')
})

t.test('only an entry with such a status is marked as entered in error, and once', async (t) => {
  t.ok(mayBeMarkedWrong(session()))
  t.notOk(mayBeMarkedWrong(session({ status: 'entered-in-error' })))
  t.notOk(mayBeMarkedWrong({ resourceType: 'Patient' }))
  t.notOk(mayBeMarkedWrong(undefined))
})
