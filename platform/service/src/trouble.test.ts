import { Writable } from 'node:stream'
import { mock } from 'node:test'
import t from 'tap'
import { openLog } from './log.ts'
import { troubleOf, type TroubleOptions } from './trouble.ts'

const away = () => Object.assign(new Error('connect ENOENT /run/postgres'), { code: 'ENOENT' })
const leaving = () => Object.assign(new Error('terminating connection'), { code: '57P01' })

function watch(options: Partial<TroubleOptions> = {}) {
  const lines: Record<string, unknown>[] = []
  const to = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(JSON.parse(chunk.toString())), done()) })
  let at = 0
  const trouble = troubleOf(openLog({ level: 'info', to }), { event: 'relay.trouble', now: () => at, ...options })
  const pass = (ms: number) => {
    at += ms
    mock.timers.tick(ms)
  }
  return { trouble, lines, pass }
}

t.beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
t.afterEach(() => mock.timers.reset())

t.test('the first failure is said at once, the others once a minute with how many there were', (t) => {
  const { trouble, lines, pass } = watch({ fields: { queue: 'changes-referrals' } })
  for (let second = 0; second < 150; second++) {
    trouble.failed(away())
    pass(1_000)
  }
  t.match(lines, [
    { level: 40, event: 'relay.trouble', queue: 'changes-referrals', reason: 'Error ENOENT', error: { code: 'ENOENT' }, times: undefined },
    { event: 'relay.trouble', times: 60 },
    { event: 'relay.trouble', times: 60 },
  ])
  t.equal(lines.length, 3)
  t.end()
})

t.test('another reason is said at once, whatever was said of the first', (t) => {
  const { trouble, lines } = watch()
  for (const error of [leaving(), leaving(), away(), leaving(), away()]) trouble.failed(error)
  t.strictSame(
    lines.map(({ reason }) => reason),
    ['Error 57P01', 'Error ENOENT'],
  )
  t.end()
})

t.test('that it is over is said once, with how often it failed and for how long', (t) => {
  const { trouble, lines, pass } = watch({ fields: { queue: 'changes-referrals' } })
  for (let second = 0; second < 10; second++) {
    trouble.failed(away())
    pass(1_000)
  }
  for (let second = 0; second < 60; second++) {
    trouble.worked()
    pass(1_000)
  }
  const [, over, ...others] = lines
  t.match(over, { level: 40, event: 'trouble.over', trouble: 'relay.trouble', queue: 'changes-referrals', times: 10, forMs: 9_000 })
  t.strictSame(others, [])
  t.end()
})

t.test('what fails and works in turn is one trouble', (t) => {
  const { trouble, lines, pass } = watch()
  for (let second = 0; second < 59; second++) {
    if (second % 2 === 0) trouble.failed(away())
    else trouble.worked()
    pass(1_000)
  }
  t.equal(lines.length, 1)
  t.end()
})

t.test('what never says that it works is over when nothing has failed for a while; anything else is not', (t) => {
  const silent = watch({ isOver: 'by-silence' })
  const told = watch()
  for (const { trouble } of [silent, told]) trouble.failed(away())
  for (const { pass } of [silent, told]) pass(15_000)
  t.equal(silent.lines.at(-1)?.event, 'trouble.over')
  t.equal(told.lines.length, 1)
  t.end()
})

t.test('after it was over, the next failure is said at once again', (t) => {
  const { trouble, lines, pass } = watch()
  trouble.failed(away())
  trouble.worked()
  pass(15_000)
  trouble.failed(away())
  t.strictSame(
    lines.map(({ event }) => event),
    ['relay.trouble', 'trouble.over', 'relay.trouble'],
  )
  t.end()
})

t.test('errors of endless variety share one line a minute beyond the first twenty', (t) => {
  const { trouble, lines } = watch()
  for (let code = 0; code < 100; code++) trouble.failed(Object.assign(new Error('x'), { code: `E${100 + code}` }))
  t.equal(lines.length, 21)
  t.end()
})

t.test('work is done, and its failure is told and not thrown', async (t) => {
  const { trouble, lines } = watch()
  t.equal(await trouble.during(async () => 7), 7)
  t.equal(
    await trouble.during(async () => {
      throw away()
    }),
    undefined,
  )
  t.equal(lines.length, 1)
})

t.test('the text of an error is not told', (t) => {
  const { trouble, lines } = watch()
  trouble.failed(new Error('no such person: Ada Jones'))
  t.notMatch(JSON.stringify(lines), /Ada/)
  t.end()
})
