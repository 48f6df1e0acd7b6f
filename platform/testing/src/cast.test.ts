import t from 'tap'
import {
  aDeviceBlock,
  anAdmission,
  anOrganization,
  aPatient,
  aPractitioner,
  aReferral,
  aRegisterEntry,
  aSession,
  aTask,
  PEOPLE,
  refused,
  sessionsOfBryn,
} from './cast.ts'
import { anAdmissionMessage } from './cast-messages.ts'

const checkDigitFits = (number: string): boolean => {
  const sum = Array.from(number.slice(0, 9)).reduce((total, digit, index) => total + Number(digit) * (10 - index), 0)
  return (11 - (sum % 11)) % 11 === Number(number[9])
}

t.test('every person has a number of the range that is never issued, and the age of the story', (t) => {
  const ages = { ada: 52, bryn: 61, carys: 38, dafydd: 47 }
  for (const [who, age] of Object.entries(ages) as [keyof typeof ages, number][]) {
    const { nhsNumber, birthDate, family, given, gender } = PEOPLE[who]
    t.match(nhsNumber, /^999\d{7}$/)
    t.ok(checkDigitFits(nhsNumber), who)
    t.equal(Math.floor((Date.parse('2026-11-21') - Date.parse(birthDate)) / (365.2425 * 86_400_000)), age)
    const patient = aPatient(who)
    t.equal(patient.identifier?.[0]?.value, nhsNumber)
    t.same(
      [patient.name?.[0]?.family, patient.name?.[0]?.given?.[0], patient.birthDate, patient.gender],
      [family, given, birthDate, gender],
    )
  }
  t.end()
})

t.test('every telephone number of the cast is one of those kept for drama', (t) => {
  for (const who of ['ada', 'bryn', 'carys', 'dafydd'] as const) {
    for (const [number] of JSON.stringify(aPatient(who)).matchAll(/"0\d{4} ?\d{6}"/g)) t.match(number, /"07700 900\d{3}"|"01632 960\d{3}"/)
  }
  t.match(anOrganization('pump-centre').telecom?.[0]?.value, /^01632 960\d{3}$/)
  t.end()
})

t.test('a builder gives a fresh copy each time', (t) => {
  const one = aPatient('ada')
  one.name = []
  t.equal(aPatient('ada').name?.[0]?.family, 'Probert')
  t.equal(aPractitioner('physiotherapist').name?.[0]?.family, 'Ellis')
  t.throws(() => aPractitioner('nobody'), { message: 'The cast has no nobody.' })
  t.end()
})

t.test('a referral names nobody unless told to, and points where the record put the person', (t) => {
  const request = aReferral({ for: 'Patient/123', needs: ['Uses one stick.'] })
  t.equal(request.performer, undefined)
  t.equal(request.priority, undefined)
  t.equal(request.subject.reference, 'Patient/123')
  const task = aTask({ of: { ...request, id: 'need-1' }, owner: 'leisure' })
  t.equal(task.focus?.reference, 'ServiceRequest/need-1')
  t.equal(refused(task, { nextOwner: 'single-point-of-access' }).output?.length, 3)
  t.end()
})

t.test("Bryn's centre recorded 24 sessions in sixteen weeks", (t) => {
  const kinds = Map.groupBy(sessionsOfBryn(), (session) => session.code?.coding?.[0]?.code)
  t.same(Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length])), {
    physiotherapy: 14,
    'fes-set-up': 2,
    counselling: 3,
    'exercise-therapy': 5,
  })
  for (const session of kinds.get('counselling') ?? []) t.equal(session.meta?.security?.[0]?.code, 'mental-health')
  t.equal(aSession({ for: 'bryn' }).performer?.[0]?.onBehalfOf?.reference, 'Organization/therapy-centre')
  t.end()
})

t.test("Dafydd's register entry rests on his consent, and his pump is due by 23 November", (t) => {
  const { flag, consent } = aRegisterEntry()
  t.equal(flag.extension?.[0]?.valueReference?.reference, `Consent/${consent.id ?? ''}`)
  t.equal(consent.dateTime?.slice(0, 10), '2026-09-08')
  t.match(JSON.stringify(aDeviceBlock().use), '"refill-by","valueDate":"2026-11-23"')
  t.equal(anAdmission().period?.start, '2026-11-21T02:14:00Z')
  t.end()
})

t.test('an admission message carries number, name and date of birth, in segments that end with CR', (t) => {
  const message = anAdmissionMessage()
  t.match(message, /^MSH\|\^~\\&\|PAS\|DYFFRYNWEN\|HANDRAIL\|HUB\|20261121021400\|\|ADT\^A01\^ADT_A01\|DW0000001\|P\|2\.4/)
  t.match(message, /\rPID\|1\|\|9990004447\^\^\^NHS\^NH~H000447\^\^\^DYFFRYNWEN\^MR\|\|Rees\^Dafydd\|\|19790114\|M\|/)
  t.ok(message.endsWith('\r'))
  t.match(anAdmissionMessage({ at: new Date('2026-07-01T12:00:00Z') }), /\|20260701130000\|/, 'local time')
  t.end()
})
