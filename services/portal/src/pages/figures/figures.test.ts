import t from 'tap'
import { parametersOf } from '../../knowledge/parameters.ts'
import type { PublishedTable, Report, UnitCost } from '../../clients/reports.ts'
import { cy, en } from '../../words/words.ts'
import { evidenceSheet } from './evidence-sheet.ts'
import { flowCsv, flowIn } from './flow.ts'
import { daysOf, hasEnded, placesIn, ruledOutBy, screeningTable } from './screening.ts'
import { activityOf, hiddenIn, sharesOf, totalOf } from './shares.ts'
import { chartOf, placesWords, showTable, toCsv } from './show.ts'

const tables: readonly PublishedTable[] = [
  {
    id: 'activity-nhs',
    rows: [
      {
        class: 'nhs',
        cells: [
          { class: 'clinic', is: { people: 900, events: 9_200, 'mean-minutes': 40 } },
          { class: 'home', is: '*' },
          { class: 'pool', is: 0 },
        ],
      },
    ],
  },
  { id: 'bed-days', rows: [{ class: 'nhs', cells: [{ is: { people: 80, events: 85, amount: 800 } }] }] },
  { id: 'outcomes', rows: [{ class: 'nhs', cells: [{ class: 'better', is: { people: 40, events: 45 } }] }] },
  { id: 'own-outcomes', rows: [{ class: 'timed-up-and-go', cells: [{ is: { people: 20, 'mean-amount': -350 } }] }] },
]
const costs: readonly UnitCost[] = [
  { sector: 'nhs', unit: 'contact', low: 15_000, central: 19_600, high: 25_000, source: 'Finance', priceYear: 2026 },
  { sector: 'nhs', unit: 'bed-day', low: 900_000, central: 1_025_000, high: 1_100_000, source: 'Finance', priceYear: 2026 },
]
const places = [{ nation: 'wales', name: 'Welsh Index of Multiple Deprivation', edition: '2019', licence: 'Open Government Licence v3.0' }]
const report: Report = { quarter: '2026-Q3', subject: 'pont-y-garreg', tables, publishedAt: '2026-10-29T09:00:00Z', digest: 'd'.repeat(64) }

t.test('contacts, people, bed days and money of the same services give different shares, side by side', async (t) => {
  const rows = activityOf(tables, costs)
  t.same(sharesOf(rows), [
    { sector: 'nhs', setting: 'clinic', contacts: 100, people: 92, money: 18 },
    { sector: 'nhs', people: 8, bedDays: 100, money: 82 },
  ])
})

t.test('money is what is shown times the cost that was entered, as a range; where none was, there is none', async (t) => {
  t.match(activityOf(tables, costs)[0], { units: 9_200, money: { low: 138_000_000, central: 180_320_000, high: 230_000_000 } })
  t.notOk('money' in (activityOf(tables, [])[0] ?? {}))
  t.notOk('money' in totalOf(activityOf(tables, [])))
})

t.test('the cost of a setting goes before that of its sector', async (t) => {
  const own = { ...(costs[0] as UnitCost), setting: 'clinic', central: 20_000 }
  t.equal(activityOf(tables, [...costs, own])[0]?.money?.central, 9_200 * 20_000)
})

t.test('a hidden cell is in no total, no share and no chart, and is called hidden', async (t) => {
  const rows = activityOf(tables, costs)
  t.same(rows[1], { sector: 'nhs', setting: 'home', unit: 'contact' })
  t.match(totalOf(rows), { contacts: 9_200, bedDays: 800 })
  t.equal(
    sharesOf(rows).some(({ setting }) => setting === 'home'),
    false,
  )
  t.equal(chartOf(sharesOf(rows), en).groups.length, 2)
  t.same(hiddenIn(tables), { hidden: 1, all: 5 })
  t.same(showTable(tables[0] as PublishedTable, en).rows, [
    ['NHS', 'Clinic', '900', '9,200', '40'],
    ['NHS', 'At home', 'hidden', 'hidden', 'hidden'],
  ])
})

t.test('what people said stands by question and answer, as they were asked, and in the CSV file', async (t) => {
  const cells = [
    { class: 'yes', is: { people: 20, events: 25 } },
    { class: 'no', is: '*' as const },
  ]
  const said: PublishedTable = { id: 'feedback', rows: [{ class: 'heard', cells }] }
  t.match(showTable(said, en), {
    heads: ['Question', 'Answer', 'People', 'Number'],
    rows: [
      ['Did they listen to you?', 'Yes', '20', '25'],
      ['Did they listen to you?', 'No', 'hidden', 'hidden'],
    ],
  })
  t.match(toCsv({ ...report, tables: [said] }), '2026-Q3,pont-y-garreg,feedback,heard,yes,20,25,,,')
})

t.test(
  'places are told by nation, index and fifth, with where the table is from; without a table, what is missing and who mends it',
  async (t) => {
    const rows = ['wimd-1', 'imd-1', 'not-in-table'].map((one) => ({ class: one, cells: [{ is: { people: 10 } }] }))
    t.same(showTable({ id: 'equity-deprivation', rows }, en).rows, [
      ['Wales (WIMD): most deprived fifth (deciles 1 and 2)', '10'],
      ['England (IMD): most deprived fifth (deciles 1 and 2)', '10'],
      ['Postcode in no table', '10'],
    ])
    const country = { id: 'equity-rurality', rows: [{ class: 'northern-ireland-rural', cells: [{ is: '*' as const }] }] }
    t.same(showTable(country, cy).rows, [['Gogledd Iwerddon: gwledig', 'cuddiwyd']])
    t.match(placesWords(places, en), [/^Wales: Welsh Index of Multiple Deprivation, 2019\. Open Government Licence/, /never the same/])
    t.match(placesWords([], en), [/no table of places was loaded.*places import/])
  },
)

t.test('a change is shown in the unit of its measure', async (t) =>
  t.same(showTable(tables[3] as PublishedTable, cy).rows, [['Timed Up and Go (eiliadau)', '20', '-3.5']]),
)

t.test('the CSV file holds every cell, hidden ones as a star', async (t) => {
  const lines = toCsv(report).trim().split('\n')
  t.equal(lines[0], 'quarter,subject,table,row,column,people,number,bed_days,mean,mean_minutes')
  t.ok(lines.includes('2026-Q3,pont-y-garreg,activity-nhs,nhs,home,*,*,*,*,*'))
  t.ok(lines.includes('2026-Q3,pont-y-garreg,bed-days,nhs,,80,85,800,,'))
  t.equal(lines.length, 1 + 6)
})

t.test('the evidence sheet is two pages, in both languages, and the same each time', async (t) => {
  for (const words of [en, cy]) {
    const facts = { name: 'Pont-y-Garreg', costs, places, words }
    const [once, again] = [await evidenceSheet(report, facts), await evidenceSheet(report, facts)]
    t.equal(once.toString('latin1').match(/\/Type \/Page\b/g)?.length, 2)
    t.match(once.toString('latin1'), words === en ? '/Lang (en-GB)' : '/Lang (cy-GB)')
    t.ok(once.equals(again))
  }
})

t.test('a sheet with more than finds room is still two pages', async (t) => {
  const cells = Array.from({ length: 9 }, (_, index) => ({ class: `setting-${index}`, is: { people: 10, events: 10 } }))
  const many = [
    'activity-nhs',
    'outcomes',
    'waits',
    'refusals',
    'unmet',
    'flow',
    'feedback',
    'alerts',
    'activity-not-nhs',
    'equity-age',
    'equity-gender',
    'equity-deprivation',
    'equity-rurality',
    'equity-language',
  ].map((id) => ({
    id,
    rows: Array.from({ length: 13 }, (_, index) => ({ class: `row-${index}`, cells })),
  }))
  const pdf = await evidenceSheet({ ...report, tables: many }, { name: 'Pont-y-Garreg', costs, places, words: cy })
  t.equal(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length, 2)
})

t.test('who is turned away is told by rule and quarter, and by group, as it was published: nothing is added up', async (t) => {
  const effect = (rule: string, what: string, times: number | undefined, group?: { name: string; valueString: string }) => ({
    name: 'effect',
    part: [
      { name: 'rule', valueCode: rule },
      { name: 'effect', valueCode: what },
      ...(group === undefined ? [] : [group]),
      times === undefined ? { name: 'hidden', valueBoolean: true } : { name: 'times', valueDecimal: times },
    ],
  })
  const answer = parametersOf(
    effect('distance', 'excluded', 10),
    effect('distance', 'excluded', 10, { name: 'area', valueString: 'CH5' }),
    effect('distance', 'excluded', undefined, { name: 'age', valueString: '40-64' }),
    effect('distance', 'for', 20, { name: 'age', valueString: '40-64' }),
    effect('distance', 'excluded', 15, { name: 'deprivation', valueString: 'wimd-1' }),
    effect('age', 'excluded', undefined),
    { name: 'places', part: Object.entries(places[0] ?? {}).map(([name, valueString]) => ({ name, valueString })) },
    effect('age', 'for', 1_005),
  )
  t.same(screeningTable(answer), {
    columns: ['excluded', 'against', 'overruled', 'for'],
    rows: [
      { rule: 'age', counts: ['hidden', 0, 0, 1_005] },
      { rule: 'distance', counts: [10, 0, 0, 0] },
    ],
  })
  t.same(ruledOutBy('age', answer).rows, [{ rule: 'distance', counts: [0, 0, 'hidden', 0, 0] }])
  t.same(ruledOutBy('area', answer), { columns: ['CH5'], rows: [{ rule: 'distance', counts: [10] }] })
  t.same(ruledOutBy('deprivation', answer), { columns: ['wimd-1'], rows: [{ rule: 'distance', counts: [15] }] })
  t.same(placesIn(answer), places)
  t.same(ruledOutBy('condition', answer), { columns: [], rows: [] })
  t.same(daysOf('2026-Q4'), { from: '2026-10-01', until: '2026-12-31' })
  for (const none of ['2026', '2026-Q5', '2026-Q0', '']) t.equal(daysOf(none), undefined, none)
  t.notOk(hasEnded('2026-Q4', new Date('2026-12-31T12:00:00Z')), 'its last day is not over')
  t.ok(hasEnded('2026-Q4', new Date('2027-01-01T12:00:00Z')))
  t.notOk(hasEnded('never', new Date('2027-01-01T12:00:00Z')))
})

t.test('ways over the pathway stand as they were published; a hidden one is no number, and one that nobody went is 0', async (t) => {
  const way = (name: string, from: string, to: string, ...more: { name: string }[]) => ({
    name,
    part: [{ name: 'from', valueCode: from }, { name: 'to', valueCode: to }, ...more],
  })
  const sector = { name: 'sector', valueCode: 'nhs' }
  const flow = flowIn(
    parametersOf(
      { name: 'publishedAt', valueInstant: '2026-10-29T09:00:00Z' },
      {
        name: 'stage',
        part: [
          { name: 'code', valueCode: 'access' },
          { name: 'title', valueString: 'Coming in' },
        ],
      },
      way('link', 'outside', 'access', sector, { name: 'steps', valueUnsignedInt: 1_005 } as { name: string }),
      way('link', 'access', 'mind', sector, { name: 'hidden', valueBoolean: true } as { name: string }),
      way('missing', 'mind', 'access'),
    ),
  )
  t.match(flow, {
    publishedAt: '2026-10-29T09:00:00Z',
    stages: [{ code: 'access', title: 'Coming in' }],
    needs: 'hidden',
    links: [{ steps: 1_005 }, { steps: 'hidden' }],
  })
  t.equal(
    flowCsv('2026-Q3', flow),
    'quarter,from,to,sector,steps\n2026-Q3,outside,access,nhs,1005\n2026-Q3,access,mind,nhs,*\n2026-Q3,mind,access,,0\n',
  )
})
