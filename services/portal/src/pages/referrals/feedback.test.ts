import t from 'tap'
import { en } from '../../words/words.ts'
import { feedbackIn, quotesOf, readFeedback, toCommunication, unlessGiven, withoutQuote } from './feedback.ts'

const KEY = '01a1fcf7-b592-8693-9ae1-233089ee431b'
const entered = { key: KEY, heard: 'yes', informed: 'no', helped: '', words: 'Nobody rang back.', quote: false }
const context = {
  referral: 'r1',
  self: 'Patient/p',
  sender: 'Patient/p',
  asked: ['Organization/leisure'],
  at: new Date('2026-11-21T10:00:00Z'),
}

t.test('answers and words go into a message to whoever was asked, and come back as they were given', async (t) => {
  const { answers, wrong } = readFeedback(entered, en)
  t.same(wrong.list, [])
  const message = toCommunication(entered, answers, context)
  t.same(message.recipient, [{ reference: 'Organization/leisure' }])
  t.same(message.basedOn, [{ reference: 'ServiceRequest/r1' }])
  t.same(feedbackIn(message), [
    {
      at: '2026-11-21T10:00:00.000Z',
      answers: [
        { question: 'heard', answer: 'yes' },
        { question: 'informed', answer: 'no' },
      ],
      words: ['Nobody rang back.'],
    },
  ])
  t.match(unlessGiven(entered), KEY)
})

t.test('answers alone are enough, and no words are invented for the person', async (t) => {
  const alone = { ...entered, words: '' }
  const message = toCommunication(alone, readFeedback(alone, en).answers, context)
  t.ok(message.payload?.[0]?.contentString)
  t.same(feedbackIn(message)[0]?.words, [])
})

t.test('nothing at all, an answer of somebody else’s making, or too much is said beside its field', async (t) => {
  const nothing = { key: KEY, heard: 'maybe', informed: '', helped: '', words: '', quote: false }
  t.same(readFeedback(nothing, en).wrong.list, [{ href: '#heard', text: en.referrals.feedback.missing }])
  t.same(readFeedback({ ...entered, words: 'x'.repeat(2001) }, en).wrong.list, [{ href: '#words', text: en.referrals.feedback.long }])
})

t.test('a message of another kind is no feedback', async (t) => {
  t.same(feedbackIn({ resourceType: 'Communication', status: 'completed', payload: [{ contentString: 'A question' }] }), [])
})

t.test('words are quoted where the person agreed, in the quarter in which they were said, until they take it back', async (t) => {
  const quoted = { ...entered, quote: true }
  const message = toCommunication(quoted, [], context)
  t.same(quotesOf([message], '2026-Q4'), ['Nobody rang back.'])
  t.same(quotesOf([message], '2026-Q3'), [])
  t.same(quotesOf([toCommunication(entered, [], context)], '2026-Q4'), [], 'nobody is quoted who did not say so')
  t.same(quotesOf([toCommunication({ ...quoted, words: '' }, [{ question: 'heard', answer: 'yes' }], context)], '2026-Q4'), [])
  t.same(
    quotesOf([toCommunication(quoted, [], { ...context, sender: 'RelatedPerson/nia' })], '2026-Q4'),
    [],
    'a carer does not agree for them',
  )
  t.same(quotesOf([{ ...message, extension: withoutQuote(message) }], '2026-Q4'), [])
  t.same(quotesOf([{ ...message, status: 'entered-in-error' }], '2026-Q4'), [])
})
