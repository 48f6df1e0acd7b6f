import t from 'tap'
import { letsAsk } from '../../knowledge/carers-right.ts'
import { en } from '../../words/words.ts'
import { enteredAgreement, enteredCarer, toCarerConsent, toConsent, toRelatedPerson, wrongWith, wrongWithCarer } from './agreement.ts'

const KEY = '01a1fcf7-b592-8693-9ae1-233089ee431b'
const TODAY = '2026-11-21'
const deciding = { self: 'Patient/p', organization: 'Organization/team', at: new Date('2026-11-21T10:00:00Z') }
const until = { 'until[day]': '31', 'until[month]': '3', 'until[year]': '2027' }
const places = (wrong: { list: readonly { href: string }[] }) => wrong.list.map(({ href }) => href)

t.test('closing says whom, what and until when, and nothing that was not chosen', async (t) => {
  const entered = enteredAgreement({
    key: KEY,
    kind: 'close',
    who: 'Organization/gym',
    what: ['therapy', 'audit'],
    referral: 'ServiceRequest/1',
    ...until,
  })
  t.same(wrongWith(entered, TODAY, en).list, [])
  const { provision, verification } = toConsent(entered, deciding)
  t.equal(provision?.type, 'deny')
  t.same(
    provision?.class?.map(({ code }) => code),
    ['therapy'],
  )
  t.same(provision?.actor?.[0]?.reference, { reference: 'Organization/gym' })
  t.same(provision?.data?.[0]?.reference, { reference: 'ServiceRequest/1' })
  t.same(provision?.period, { end: '2027-03-31' })
  t.equal(verification, undefined)
  const everybody = toConsent({ ...entered, who: 'everybody', what: [], referral: '' }, deciding)
  t.same([everybody.provision?.actor, everybody.provision?.class], [undefined, undefined], 'everybody, everything')
})

t.test('opening needs one organisation and a kind of information, and is verified with the person', async (t) => {
  const open = (change: object) => enteredAgreement({ key: KEY, kind: 'open', who: 'Organization/gym', what: 'diagnoses', ...change })
  t.same(wrongWith(open({}), TODAY, en).list, [])
  t.same(toConsent(open({}), deciding).verification?.[0]?.verified, true)
  t.same(places(wrongWith(open({ who: 'everybody' }), TODAY, en)), ['#who'])
  t.same(places(wrongWith(open({ what: [] }), TODAY, en)), ['#what'])
  t.same(places(wrongWith(open({ referral: 'ServiceRequest/1' }), TODAY, en)), ['#referral'])
  t.same(places(wrongWith(open({ kind: '', who: 'Patient/1' }), TODAY, en)), ['#kind', '#who'])
})

t.test('a carer has a name, a part in the person’s life, what they see, and a last day', async (t) => {
  const form = { key: KEY, name: 'Nia Probert', relationship: 'sister', what: ['therapy', 'diagnoses'], ...until }
  const entered = enteredCarer(form)
  t.same(entered.what, ['therapy'], 'what carers never see is not offered')
  t.same(wrongWithCarer(entered, TODAY, en).list, [])
  t.same(toRelatedPerson(entered, deciding).period, { end: '2027-03-31' })
  t.same(toCarerConsent(entered, 'RelatedPerson/r', deciding).provision?.actor?.[0]?.reference, { reference: 'RelatedPerson/r' })
  t.equal(toCarerConsent(entered, 'RelatedPerson/r', deciding).provision?.action, undefined, 'nobody may ask who was not let')
  const asks = enteredCarer({ ...form, asks: 'yes', what: ['identity', 'referral'] })
  const consent = toCarerConsent(asks, 'RelatedPerson/r', deciding)
  t.ok(letsAsk(consent, 'RelatedPerson/r', TODAY))
  t.notOk(letsAsk(consent, 'RelatedPerson/other', TODAY))
  t.notOk(letsAsk(consent, 'RelatedPerson/r', '2027-04-01'), 'after the last day')
  t.notOk(letsAsk({ ...consent, status: 'inactive' }, 'RelatedPerson/r', TODAY))
  t.same(places(wrongWithCarer({ ...asks, what: ['identity'] }, TODAY, en)), ['#what'], 'nobody asks who does not see what becomes of it')
  t.same(places(wrongWithCarer(enteredCarer({ key: KEY }), TODAY, en)), ['#name', '#relationship', '#what', '#until-day'])
  t.same(places(wrongWithCarer({ ...entered, until: { day: '21', month: '11', year: '2026' } }, TODAY, en)), ['#until-day'], 'after today')
})
