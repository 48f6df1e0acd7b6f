import t from 'tap'
import { loadFlows, loadRetention, readRetentionCode } from './retention.ts'

t.test('each nation has a file, and only where a source states a period is there one', async (t) => {
  const codes = await loadRetention()
  t.same(
    codes.map(({ nation, periods }) => [nation, periods.map(({ kind, afterLastContactYears }) => [kind, afterLastContactYears])]),
    [
      [
        'england',
        [
          ['adult-health', 8],
          ['mental-health', 20],
        ],
      ],
      ['northern-ireland', []],
      ['scotland', []],
      ['wales', []],
    ],
  )
  t.ok(codes.every(({ source }) => source.length > 20))
})

t.test('nobody has confirmed the years yet, and the files say so by saying nothing', async (t) => {
  t.ok((await loadRetention()).every(({ confirmed }) => confirmed === undefined))
})

t.test('a file with a slip of the pen is refused with its place', async (t) => {
  const good = { nation: 'england', region: 'GB-ENG', code: 'x', source: 'y', periods: [] }
  for (const bad of [
    { ...good, nation: 'mercia' },
    { ...good, region: 'England' },
    { ...good, periods: [{ kind: 'adult-health', afterLastContactYears: 0, says: 'z' }] },
    { ...good, confirmed: { by: 'x', on: '2026-13-01' } },
    { ...good, extra: 1 },
  ])
    t.throws(() => readRetentionCode(JSON.stringify(bad), 'retention/x.json'), /^retention\/x.json/)
  const twice = { kind: 'adult-health', afterLastContactYears: 8, says: 'z' }
  t.throws(() => readRetentionCode(JSON.stringify({ ...good, periods: [twice, twice] }), 'retention/x.json'), /two periods/)
})

t.test('each flow says what for, on which basis, and whether the opt-out applies', async (t) => {
  const flows = await loadFlows()
  t.ok(flows.length >= 9)
  t.equal(new Set(flows.map(({ id }) => id)).size, flows.length)
  t.equal(flows.find(({ id }) => id === 'bulk-export')?.nationalDataOptOut, 'applies-beyond-individual-care')
})
