import fc from '@platform/testing/properties'
import t from 'tap'
import {
  askCode,
  CODE_LIVES_MS,
  CODE_PAUSE_MS,
  enterCode,
  issueCode,
  LINK_LIVES_MS,
  mayRead,
  MOST_CODES,
  revoke,
  SESSION_LIVES_MS,
  standingOf,
  WRONG_CODES_THAT_LOCK,
  type Link,
} from './link.ts'
import { isSameMailbox } from './addresses.ts'
import { checkWords, codeWords, linkMail } from './words.ts'

const START = new Date('2026-11-04T10:00:00Z').getTime()
const at = (ms: number) => new Date(START + ms)
const fresh: Link = {
  task: 'task',
  need: 'need',
  organization: 'Organization/x',
  expiresAt: at(LINK_LIVES_MS),
  wrongCodes: 0,
  codesSent: 0,
}
const sent = (link: Link, code: string, ms: number): Link => {
  const asked = askCode(link, at(ms))
  if ('no' in asked) throw new Error(asked.no)
  const issued = issueCode(asked.next, code, at(ms))
  if ('no' in issued) throw new Error(issued.no)
  return issued.next
}

t.test('a right code opens it once, for half an hour', async (t) => {
  const out = sent(fresh, 'hash', 0)
  const opened = enterCode(out, 'hash', 'session', at(1000))
  if (!('next' in opened)) throw new Error('not opened')
  t.equal(opened.went, 'opened')
  t.ok(mayRead(opened.next, 'session', at(2000)))
  t.notOk(mayRead(opened.next, 'another', at(2000)))
  t.notOk(mayRead(opened.next, 'session', at(1000 + SESSION_LIVES_MS)))
  t.same(enterCode(opened.next, 'hash', 'again', at(3000)), { no: 'no-code' }, 'the code is used up')
})

t.test('HAZ-R31: five wrong codes lock it for good, also when new codes are asked for between them', async (t) => {
  let link = fresh
  for (let wrong = 1; wrong <= WRONG_CODES_THAT_LOCK; wrong += 1) {
    link = sent(link, 'right', wrong * CODE_PAUSE_MS)
    const entered = enterCode(link, 'wrong', 'session', at(wrong * CODE_PAUSE_MS + 1))
    if (!('next' in entered)) throw new Error(entered.no)
    t.equal(entered.went, wrong === WRONG_CODES_THAT_LOCK ? 'locked' : 'wrong')
    link = entered.next
  }
  const later = at(10 * CODE_PAUSE_MS)
  t.same(askCode(link, later), { no: 'locked' })
  t.same(enterCode(link, 'right', 'session', later), { no: 'locked' })
})

t.test('after seven days it opens nothing, not even for who had it open', async (t) => {
  const out = sent(fresh, 'hash', LINK_LIVES_MS - 1000)
  const opened = enterCode(out, 'hash', 'session', at(LINK_LIVES_MS - 500))
  if (!('next' in opened)) throw new Error('not opened')
  t.ok(mayRead(opened.next, 'session', at(LINK_LIVES_MS - 1)))
  t.notOk(mayRead(opened.next, 'session', at(LINK_LIVES_MS)))
  t.same(askCode(fresh, at(LINK_LIVES_MS)), { no: 'expired' })
})

t.test('codes are not sent one upon another, nor without end', async (t) => {
  t.same(askCode(sent(fresh, 'one', 0), at(CODE_PAUSE_MS - 1)), { no: 'too-soon' })
  let link = fresh
  for (let count = 0; count < MOST_CODES; count += 1) link = sent(link, 'hash', count * CODE_PAUSE_MS)
  t.same(askCode(link, at(MOST_CODES * CODE_PAUSE_MS)), { no: 'too-many' })
})

t.test('a code counts for ten minutes, and a new one takes its place', async (t) => {
  t.same(enterCode(sent(fresh, 'hash', 0), 'hash', 's', at(CODE_LIVES_MS)), { no: 'no-code' })
  const second = sent(sent(fresh, 'first', 0), 'second', CODE_PAUSE_MS)
  t.match(enterCode(second, 'first', 's', at(CODE_PAUSE_MS + 1)), { went: 'wrong' })
})

const step = fc.record({
  does: fc.constantFrom('send', 'right', 'wrong', 'read', 'revoke' as const),
  waitMs: fc.constantFrom(1, 20_000, CODE_PAUSE_MS, CODE_LIVES_MS, SESSION_LIVES_MS, 86_400_000),
})

t.test(
  'HAZ-R31: whatever is tried in whatever order, nothing is read without a right code of its own, after a lock, a revocation or its time',
  async (t) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let [link, ms, wrong, openedMs] = [fresh, 0, 0, -1]
        let shut = false
        for (const { does, waitMs } of steps) {
          ms += waitMs
          const now = at(ms)
          if (does === 'send') {
            const asked = askCode(link, now)
            if ('next' in asked) link = asked.next
            const issued = issueCode(link, `code-${String(ms)}`, now)
            t.equal('next' in issued, 'next' in asked, 'a code goes when one was asked for, and once')
            if ('next' in issued) link = issued.next
            t.ok(link.codesSent <= MOST_CODES)
          } else if (does === 'revoke') {
            link = revoke(link, now)
            shut = true
          } else if (does === 'right' || does === 'wrong') {
            const result = enterCode(link, does === 'right' ? (link.code?.hash ?? 'none') : 'never a code', 'session', now)
            if ('next' in result) {
              link = result.next
              if (result.went === 'opened') openedMs = ms
              else wrong += 1
              t.equal(result.went === 'locked', wrong === WRONG_CODES_THAT_LOCK)
            }
          }
          const reads = mayRead(link, 'session', now)
          t.notOk(reads && (shut || wrong >= WRONG_CODES_THAT_LOCK || ms >= LINK_LIVES_MS))
          t.notOk(reads && (openedMs < 0 || ms >= openedMs + SESSION_LIVES_MS))
          t.equal(reads && standingOf(link, now) !== 'open', false)
        }
      }),
      { numRuns: 200 },
    )
  },
)

t.test('HAZ-R32: what goes by e-mail and SMS holds the link or the code in both languages, and nothing else that changes', async (t) => {
  const mail = linkMail('https://hub.example/link/TOKEN', 7)
  t.match(mail.text, /TOKEN[\s\S]*TOKEN/)
  t.match(mail.subject, /waiting.*aros/)
  t.match(codeWords('123456', 10), /123456 is your code[\s\S]*123456 yw eich cod/)
  t.match(checkWords('123456', 10), /confirms[\s\S]*cadarnhau/)
})

t.test('HAZ-R31: a second way to the same mailbox is none', async (t) => {
  for (const other of ['Ask@centre.example', 'ask+codes@centre.example', 'ask+@centre.example'])
    t.ok(isSameMailbox('ask@centre.example', other), other)
  for (const other of ['asks@centre.example', 'ask@codes.centre.example', 'ask+x@centre.example.org', '07700900123'])
    t.notOk(isSameMailbox('ask@centre.example', other), other)
})
