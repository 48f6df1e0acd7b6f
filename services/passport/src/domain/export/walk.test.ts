import fc from '@platform/testing/properties'
import t from 'tap'
import { BUCKETS } from '../bucket.ts'
import { filesAfter, stepsIn, widthFor, widthOf, type ExportFile } from './walk.ts'

t.test('the steps of any width cover every bucket once, from wherever the walk goes on', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: BUCKETS }), fc.integer({ min: 0, max: BUCKETS - 1 }), (width, from) => {
      const steps = [...stepsIn({ from, to: BUCKETS }, width)]
      t.equal(steps[0]?.from, from)
      t.equal(steps.at(-1)?.to, BUCKETS)
      t.ok(
        steps.every(
          (step, index) => step.to > step.from && step.to - step.from <= width && (steps[index + 1]?.from ?? BUCKETS) === step.to,
        ),
      )
    }),
  )
})

t.test('a small record is one step, a large one many, and a step is never empty', async (t) => {
  t.equal(widthFor(0), BUCKETS)
  t.equal(widthFor(1_000_000), 81) // 4096 × 20,000 / 1,000,000
  t.equal(widthFor(1e12), 1)
})

t.test(
  'a file of few rows is read in one step, however many buckets it spans, and one of many in as many as the rows ask for',
  async (t) => {
    t.equal(widthOf({ from: 0, to: BUCKETS, count: 3 }), BUCKETS)
    t.equal(widthOf({ from: 0, to: BUCKETS, count: 20_000 }), BUCKETS)
    t.equal(widthOf({ from: 1024, to: 2048, count: 250_000 }), 81) // 1,024 × 20,000 / 250,000
    t.equal(widthOf({ from: 7, to: 8, count: 1_000_000 }), 1)
  },
)

t.test('the files of a type hold each of its steps once, whatever the walk meets', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 50 }), (counts, rowsAFile) => {
      let files: ExportFile[] = []
      counts.forEach((count, index) => {
        const step = { from: index * 10, to: index * 10 + 10 }
        const changed = filesAfter(files.toReversed(), step, [{ kind: 'output', type: 'Procedure', count }], rowsAFile)
        files = [...files.filter((file) => !changed.some(({ from }) => from === file.from)), ...changed]
      })
      counts.forEach((count, index) => {
        const holding = files.filter(({ from, to }) => from <= index * 10 && to >= index * 10 + 10)
        t.ok(count === 0 || holding.length === 1)
      })
      t.equal(
        files.reduce((sum, { count }) => sum + count, 0),
        counts.reduce((sum, count) => sum + count, 0),
      )
    }),
  )
})
