import t from 'tap'
import { en } from '../../words/words.ts'
import { readCost, toPence } from './cost-form.ts'

const GOOD = {
  sector: 'nhs',
  setting: '',
  unit: 'bed-day',
  low: '300',
  central: '£412.50',
  high: '1,000',
  source: 'Finance, schedule 4',
  priceYear: '2026',
}

t.test('pounds are read as people write them', async (t) => {
  const read = { '62': 6_200, '62.5': 6_250, '62.05': 6_205, '£1,062': 106_200, '0': 0 }
  for (const [text, pence] of Object.entries(read)) t.equal(toPence(text), pence, text)
  for (const text of ['', '-5', '1,06', '62.555', 'sixty', '1e3', '99999999']) t.equal(toPence(text), undefined, text)
})

t.test('a cost has a range, a source and a year', async (t) => {
  t.same(readCost(GOOD, en).cost, {
    sector: 'nhs',
    unit: 'bed-day',
    low: 30_000,
    central: 41_250,
    high: 100_000,
    source: 'Finance, schedule 4',
    priceYear: 2026,
  })
  for (const name of ['sector', 'unit', 'low', 'central', 'high', 'source', 'priceYear']) {
    const { cost, problems } = readCost({ ...GOOD, [name]: '' }, en)
    t.equal(cost, undefined, name)
    t.same(
      problems.list.map(({ href }) => href),
      [`#${name}`],
    )
  }
})

t.test('a range that falls is refused, and no setting is made up', async (t) => {
  t.same(
    readCost({ ...GOOD, low: '500' }, en).problems.list.map(({ text }) => text),
    [en.reports.costs.falls],
  )
  t.equal(readCost({ ...GOOD, setting: 'moon' }, en).cost, undefined)
  t.match(readCost({ ...GOOD, setting: 'clinic' }, en).cost, { setting: 'clinic' })
})
