import t from 'tap'
import { until } from '@platform/testing/until'
import { oneByOneWhereSlow, type ResolveName } from './names.ts'
import { outbound } from './outbound.ts'

const HOME = [{ address: '127.0.0.1', family: 4 }]

t.test(
  'HAZ-A107: names whose servers do not answer are asked for one by one, and each once at a time; the others wait for none of them',
  async (t) => {
    const answers: (() => void)[] = []
    const asked: string[] = []
    const system: ResolveName = (host) => {
      asked.push(host)
      return host.startsWith('hangs') ? new Promise((resolve) => answers.push(() => resolve(HOME))) : Promise.resolve(HOME)
    }
    let nowMs = 0
    const names = oneByOneWhereSlow(system, () => nowMs)
    const hanging = ['hangs-1.example', 'hangs-2.example'].flatMap((host) => [names(host), names(host)])
    t.strictSame(asked, ['hangs-1.example', 'hangs-2.example'], 'each once')
    nowMs += 10_000
    for (const answer of answers.splice(0)) answer()
    await Promise.all(hanging)

    asked.length = 0
    const again = [names('hangs-1.example'), names('hangs-2.example')]
    t.strictSame(await names('quick.example'), HOME)
    t.strictSame(asked, ['hangs-1.example', 'quick.example'], 'the second waits for the first, and nobody else does')
    answers.shift()?.()
    await until('the second is asked for', () => asked.length === 3)
    answers.shift()?.()
    await Promise.all(again)
    asked.length = 0
    const both = [names('hangs-1.example'), names('hangs-2.example')]
    t.equal(asked.length, 2, 'what has answered at once is as any other')
    for (const answer of answers.splice(0)) answer()
    await Promise.all(both)
  },
)

t.test('HAZ-A107: a name that nobody says the meaning of in time is given up like a receiver that does not answer', async (t) => {
  using way = outbound({ allow: [], loopback: true }, undefined, () => new Promise(() => {}))
  await t.rejects(way.ask('http://receiver.example/', { withinMs: 20 }), { code: 'NO_ANSWER_IN_TIME' })
})
