import t from 'tap'
import { groupingOf, NOWHERE, type HeldEvent, type HeldStay, type HeldTie } from './grouping.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 2, minutes))
const event = (key: string, type: HeldEvent['type'], minutes: number): HeldEvent => ({
  key,
  type,
  occurredAt: at(minutes),
  recordedAt: at(minutes),
  patientClass: 'I',
  died: false,
})
const stay = (visit: string, events: readonly HeldEvent[], more: Partial<HeldStay> = {}): HeldStay => ({
  id: `stay of ${visit}`,
  facility: 'F',
  visit,
  numbers: ['H1'],
  wrongPerson: false,
  hasAlert: false,
  isOpen: false,
  raisedAt: at(0),
  lastAt: at(60),
  events,
  ...more,
})
const tie = (goes: string, stays: string | undefined, minutes: number, more: Partial<HeldTie> = {}): HeldTie => ({
  facility: 'F',
  kind: 'visit',
  goes,
  recordedAt: at(minutes),
  wrong: stays === undefined,
  ...(stays === undefined ? {} : { stays }),
  ...more,
})
/** In short: who speaks for it, where that is not itself, and for whom else its messages count. */
const grouped = (stays: readonly HeldStay[], ties: readonly HeldTie[]) =>
  Object.fromEntries(
    [...groupingOf(stays, ties)].map(([id, { mergedInto, wrongPerson, countsFor }]) => [
      id,
      wrongPerson ? 'wrong person' : { mergedInto, countsFor: Object.fromEntries(countsFor) },
    ]),
  )

t.test(
  'the stay that speaks for two visits is the one whose alert is open, then the one heard of first; what is said late is kept',
  async (t) => {
    const first = stay('V1', [event('1', 'A01', 0), event('4', 'A03', 40)], { raisedAt: at(0) })
    const second = stay('V2', [event('2', 'A01', 10)], { raisedAt: at(10) })
    const ties = [tie('V1', 'V2', 20)]
    t.strictSame(grouped([first, second], ties), {
      'stay of V1': { mergedInto: undefined, countsFor: { 4: NOWHERE } },
      'stay of V2': { mergedInto: 'stay of V1', countsFor: { 2: 'stay of V1' } },
    })
    t.strictSame(grouped([first, { ...second, isOpen: true }], ties), {
      'stay of V1': { mergedInto: 'stay of V2', countsFor: { 1: 'stay of V2', 4: NOWHERE } },
      'stay of V2': { mergedInto: undefined, countsFor: {} },
    })
    const told = { ...first, mergedInto: 'stay of V2' }
    t.match(grouped([told, second], ties), { 'stay of V1': { mergedInto: 'stay of V2' } }, 'whoever spoke for the other goes on')
  },
)

t.test('visits that nothing ties speak for themselves, and so does each of two hospitals', async (t) => {
  const both = [stay('V1', [event('1', 'A01', 0)]), stay('V2', [event('2', 'A01', 10)], { facility: 'G' })]
  const alone = { mergedInto: undefined, countsFor: {} }
  t.strictSame(grouped(both, []), { 'stay of V1': alone, 'stay of V2': alone })
  t.strictSame(grouped(both, [tie('V1', 'V2', 20)]), { 'stay of V1': alone, 'stay of V2': alone })
})

t.test('a number that is given to another visit after years is that of the later one', async (t) => {
  const old = stay('V1', [event('1', 'A01', -400 * 24 * 60)], { id: 'old', lastAt: at(-400 * 24 * 60) })
  t.strictSame(grouped([old, stay('V1', [event('2', 'A01', 50)]), stay('V2', [event('3', 'A02', 55)])], [tie('V1', 'V2', 52)]), {
    old: { mergedInto: undefined, countsFor: {} },
    'stay of V1': { mergedInto: undefined, countsFor: {} },
    'stay of V2': { mergedInto: 'stay of V1', countsFor: { 3: 'stay of V1' } },
  })
})

t.test(
  'HAZ-A01: what was said before a number turned out to be somebody else’s is withdrawn, whichever of their numbers it is',
  async (t) => {
    const two = stay('V1', [event('1', 'A01', 0)], { numbers: ['H1', 'H2'] })
    const number = (goes: string, stays: string | undefined, minutes: number) =>
      tie(goes, stays, minutes, { kind: 'number', facility: 'G' })
    t.strictSame(grouped([two], [number('H2', undefined, 20)]), { 'stay of V1': 'wrong person' })
    t.strictSame(grouped([two], [number('H1', 'H7', 10), number('H7', undefined, 20)]), { 'stay of V1': 'wrong person' })
    t.strictSame(grouped([two], [tie('V1', 'V2', 10), tie('V2', undefined, 20)]), { 'stay of V1': 'wrong person' })
    t.match(grouped([two], [number('H9', undefined, 20)]), { 'stay of V1': { mergedInto: undefined } })
    const claimed = { ...two, events: [event('2', 'A01', 45)] }
    t.match(
      grouped([claimed], [tie('V1', undefined, 20)]),
      { 'stay of V1': { mergedInto: undefined } },
      'claimed of the person later, it is news',
    )
    t.strictSame(grouped([{ ...claimed, wrongPerson: true }], []), { 'stay of V1': 'wrong person' }, 'what was withdrawn stays so')
  },
)

t.test('HAZ-A02: what was moved away by mistake and moved back is theirs from then on, also within minutes', async (t) => {
  const ours = stay('V1', [event('2', 'A08', 25)])
  const away = tie('V1', undefined, 20)
  const theirs = { 'stay of V1': { mergedInto: undefined, countsFor: {} } }
  t.strictSame(grouped([ours], [away]), { 'stay of V1': 'wrong person' })
  for (const goes of ['V1', 'V7']) t.strictSame(grouped([ours], [away, tie(goes, 'V1', 25)]), theirs, `by ${goes}`)
  t.strictSame(grouped([ours], [away, tie('V7', 'V1', 19)]), { 'stay of V1': 'wrong person' }, 'not before it was moved away')
  t.strictSame(grouped([ours], [away, tie('V7', 'V1', 26)]), { 'stay of V1': 'wrong person' }, 'nor what was said before it was moved back')
  const number = (goes: string, stays: string | undefined, minutes: number) => tie(goes, stays, minutes, { kind: 'number' })
  t.strictSame(grouped([ours], [number('H1', undefined, 20), number('H9', 'H1', 22)]), theirs)
  t.strictSame(grouped([ours], [number('H1', undefined, 20), number('H9', 'H8', 22)]), { 'stay of V1': 'wrong person' })
})

t.test('HAZ-A100: an update long after the end of a stay leaves the visits that were one stay as they were', async (t) => {
  const [first, second] = [stay('V1', [event('1', 'A01', 0)]), stay('V2', [event('2', 'A03', 30)])]
  const ties = [tie('V1', 'V2', 10)]
  const held = grouped([first, second], ties)
  const late = stay('V2', [event('3', 'A08', 60 * 24 * 60)], { id: 'late' })
  t.strictSame(grouped([first, second, late], ties), { ...held, late: { mergedInto: undefined, countsFor: {} } })
  const sooner = stay('V2', [event('3', 'A08', 29 * 24 * 60)], { id: 'sooner', raisedAt: at(1) })
  t.match(grouped([first, second, sooner], ties), { sooner: { mergedInto: 'stay of V1' } }, 'two stays of one visit are one')
})

t.test('a number that turns out to be somebody else’s makes no two stays one', async (t) => {
  const both = [stay('V1', [event('1', 'A01', 0)]), stay('V2', [event('2', 'A01', 40)], { numbers: ['H2'] })]
  const alone = { mergedInto: undefined, countsFor: {} }
  t.strictSame(grouped(both, [tie('H9', undefined, 50, { kind: 'number' })]), { 'stay of V1': alone, 'stay of V2': alone })
})

t.test(
  'whoever has an alert speaks for whoever has none, and a stay of which all was said late is that of the one that goes on',
  async (t) => {
    const first = stay('V1', [event('1', 'A01', 0)])
    const second = stay('V2', [event('2', 'A02', 20)], { hasAlert: true, raisedAt: at(20) })
    t.match(grouped([first, second], [tie('V1', 'V2', 10)]), { 'stay of V1': { mergedInto: 'stay of V2' } })
    const tidied = stay('V1', [event('3', 'A03', 30)])
    t.strictSame(grouped([tidied, second], [tie('V1', 'V2', 10)]), {
      'stay of V1': { mergedInto: 'stay of V2', countsFor: { 3: NOWHERE } },
      'stay of V2': { mergedInto: undefined, countsFor: {} },
    })
  },
)
