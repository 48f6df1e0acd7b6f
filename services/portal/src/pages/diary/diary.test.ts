import fc from '@platform/testing/properties'
import t from 'tap'
import { readCatalogue } from '../../knowledge/catalogue.ts'
import { en } from '../../words/words.ts'
import { enteredDiary, readDiary, shownEntries, toObservation, type DiaryShown } from './entry.ts'
import { PATTERN_DAYS, patternOf } from './pattern.ts'

const KEY = '01a1fcf7-b592-8693-9ae1-233089ee431b'
const TODAY = '2026-11-21'
const catalogue = readCatalogue()
const form = {
  key: KEY,
  item: 'spasms',
  score: '7',
  'day[day]': '18',
  'day[month]': '11',
  'day[year]': '2026',
  time: 'night',
  triggers: ['heat', 'moonlight'],
  words: 'After a hot bath.',
}

t.test('an entry is kept as the profile has it, and reads back as it was entered', async (t) => {
  const { given, wrong } = readDiary(enteredDiary(form), catalogue, TODAY, en)
  t.same(wrong.list, [])
  if (given === undefined) return
  const observation = toObservation(given, 'Patient/p', ['Patient/p'])
  t.equal(observation.valueInteger, 7)
  t.equal(observation.extension?.[0]?.valueCode, 'person-said')
  t.same(shownEntries([{ ...observation, id: '1', meta: { versionId: '1' } }]), [
    {
      id: '1',
      version: '1',
      item: 'Spasms',
      code: 'spasms',
      on: '2026-11-18',
      score: 7,
      time: 'Night',
      triggers: ['Heat'],
      words: ['After a hot bath.'],
    },
  ])
  t.same(shownEntries([{ ...observation, status: 'entered-in-error' }]), [])
})

t.test('what cannot be kept is said beside its field, and a missing number is not made up', async (t) => {
  const wrong = (change: object) => readDiary(enteredDiary({ ...form, ...change }), catalogue, TODAY, en).wrong.list.map(({ href }) => href)
  t.same(wrong({ item: '' }), ['#item'])
  for (const score of ['11', '-1', '7.5', 'bad']) t.same(wrong({ score }), ['#score'], score)
  t.same(wrong({ 'day[day]': '31' }), ['#day-day'])
  t.same(wrong({ 'day[day]': '22' }), ['#day-day'], 'not in the future')
  t.same(wrong({ score: '', time: '', triggers: [], words: '' }), ['#score'], 'it must say something')
  const { given } = readDiary(enteredDiary({ ...form, score: '' }), catalogue, TODAY, en)
  t.equal(given?.score, undefined)
})

t.test('the picture has the worst of each day of four weeks, and a day without a number has none', async (t) => {
  const entry = (on: string, score?: number, triggers: string[] = []): DiaryShown => ({
    id: '1',
    version: '1',
    item: 'Spasms',
    code: 'spasms',
    on,
    triggers,
    words: [],
    ...(score === undefined ? {} : { score }),
  })
  const entries = [entry(TODAY, 3, ['Heat']), entry(TODAY, 8, ['Heat', 'Stress']), entry('2026-11-20'), entry('2026-10-01', 10)]
  const { days, triggers, most } = patternOf(entries, 'spasms', TODAY)
  t.equal(days.length, PATTERN_DAYS)
  t.same(days.at(-1), { on: TODAY, entries: 2, worst: 8 })
  t.same(days.at(-2), { on: '2026-11-20', entries: 1 })
  t.equal(days.filter(({ worst }) => worst !== undefined).length, 1, 'what is older is not drawn')
  t.same(triggers, [
    { name: 'Heat', count: 2 },
    { name: 'Stress', count: 1 },
  ])
  t.equal(most, 2)
})

t.test('the days of a picture follow one another whatever the day, summer time included', async () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true }), (at) => {
      const days = patternOf([], 'pain', at.toISOString().slice(0, 10)).days.map(({ on }) => Date.parse(on))
      return days.every((day, index) => index === 0 || day - (days[index - 1] ?? 0) === 86_400_000)
    }),
  )
})
