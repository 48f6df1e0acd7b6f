import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { changedNoEarlier } from './task-times.ts'

const task = (times: Pick<Task, 'authoredOn' | 'lastModified'>): Task => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  ...times,
})

t.test('a Task that another clock authored later than ours says it is was changed then', async (t) => {
  const ahead = task({ authoredOn: '2026-11-21T10:00:00.500Z', lastModified: '2026-11-21T10:00:00.100Z' })
  t.equal(changedNoEarlier(ahead).lastModified, '2026-11-21T10:00:00.500Z')
})

t.test('every other Task stays as it is', async (t) => {
  const usual = task({ authoredOn: '2026-11-21T10:00:00+01:00', lastModified: '2026-11-21T09:00:00.100Z' })
  t.equal(changedNoEarlier(usual), usual)
  const silent = task({ lastModified: '2026-11-21T09:00:00Z' })
  t.equal(changedNoEarlier(silent), silent)
})
