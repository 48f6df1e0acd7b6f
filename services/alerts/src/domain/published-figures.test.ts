import t from 'tap'
import {
  ALERT_CELLS,
  newestToPublish,
  publishedAlerts,
  quartersToPublish,
  quarterToPublish,
  type AlertCell,
  type CountedAlerts,
} from './published-figures.ts'

const counted = (people: number, given: Partial<Record<AlertCell, { people: number; times: number }>> = {}): CountedAlerts => ({
  of: 'DYFFRYNWEN',
  by: 'site',
  cells: { ...(Object.fromEntries(ALERT_CELLS.map((cell) => [cell, { people, times: people + 3 }])) as CountedAlerts['cells']), ...given },
  secondsToTell: 0.4,
  secondsToAcknowledge: 601.6,
  secondsInHospital: 90_000,
  peopleWithLength: people,
})

t.test('one to seven people are hidden, whatever the number of alerts; others are rounded to five; nothing is nothing', async (t) => {
  t.match(publishedAlerts(counted(9)), { alerts: 10, reached: 10, secondsToTell: 0, secondsToAcknowledge: 602, secondsInHospital: 90_000 })
  t.strictSame(publishedAlerts(counted(7, { alerts: { people: 7, times: 40 }, readmitted: { people: 0, times: 0 } })), {
    of: 'DYFFRYNWEN',
    by: 'site',
    alerts: '*',
    reached: '*',
    acknowledged: '*',
    ended: '*',
    readmitted: 0,
  })
})

t.test('each cell is shown by its own count, and a median only where eight people are behind it', async (t) => {
  const row = publishedAlerts(counted(20, { acknowledged: { people: 3, times: 3 } }))
  t.match(row, { alerts: 25, acknowledged: '*', secondsInHospital: 90_000 })
  t.equal(row.secondsToAcknowledge, undefined)
  const few = publishedAlerts({ ...counted(20), peopleWithLength: 7 })
  t.match(few, { ended: 25 })
  t.equal(few.secondsInHospital, undefined, 'stays that ended and of which nobody said when are behind no median')
})

t.test('only a quarter that has been over for four weeks is published: nobody chooses the days', async (t) => {
  const now = new Date('2026-11-21T09:00:00Z')
  t.strictSame(quarterToPublish('2026-Q3', now), { from: new Date('2026-07-01T00:00:00Z'), to: new Date('2026-10-01T00:00:00Z') })
  for (const no of ['2026-Q4', '2026-Q5', '2026', '2026-07-01']) t.equal(quarterToPublish(no, now), undefined, no)
  t.equal(quarterToPublish('2026-Q3', new Date('2026-10-20T00:00:00Z')), undefined)
  t.strictSame(quartersToPublish(new Date('2025-12-31T23:00:00Z'), now), ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'])
  t.strictSame(quartersToPublish(now, now), [])
  t.equal(newestToPublish(now), '2026-Q3')
})
