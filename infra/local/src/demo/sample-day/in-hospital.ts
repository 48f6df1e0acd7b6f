/** Two people of the sample day who are in hospital: what they agreed to, what the ward has to know, and the stay. */
import type { Consent, Device, DeviceUseStatement, Encounter, Extension, Flag, MedicationStatement } from '@medplum/fhirtypes'
import { readDemo } from '@handrail/fhir-profiles/demo'
import { concept } from '../world/reading.ts'
import { entry, ours, ukCore, type Before } from './entry.ts'
import type { SampleKey } from './people.ts'

/** Who came in, and how many minutes before the first start. */
export const STAYS = { geraint: 130, non: 40 } as const

/** What has to be in the record before anybody comes in. */
export function registered(before: Before): readonly (Consent | Flag | Device | DeviceUseStatement | MedicationStatement)[] {
  return [
    ...agreed('geraint', before),
    flag('geraint', 'parkinsons', "Parkinson's", before),
    medicine('geraint', 'Co-careldopa 25/100 tablets (levodopa)', '07:00, 11:00, 15:00, 19:00', before),
    ...agreed('non', before),
    flag('non', 'multiple-sclerosis', 'Multiple sclerosis', before),
    flag('non', 'intrathecal-baclofen-pump', 'Intrathecal baclofen pump', before),
    ...pumpOf('non', before),
  ]
}

/** The stays, as the hospital writes them. */
export const stays = (before: Before): readonly Encounter[] =>
  (Object.entries(STAYS) as [keyof typeof STAYS, number][]).map(([who, minutes], nth) =>
    entry(`sample-${who}-stay`, {
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP', display: 'inpatient encounter' },
      subject: { reference: `Patient/${who}` },
      serviceProvider: { reference: 'Organization/hospital' },
      period: { start: before.minutesAgo(minutes) },
      location: [{ location: { display: `Ward ${String(nth + 3)}` }, status: 'active' }],
    }),
  )

const agreed = (who: SampleKey, { at }: Before): readonly Consent[] => [
  consent(who, 'hospital-alerts', at(75), ['pump-centre', 'community-team', 'hospital']),
  consent(who, 'share-in-hospital', at(75), ['therapy-centre']),
]

const consent = (who: SampleKey, kind: string, dateTime: string, mayBeTold: readonly string[]): Consent =>
  entry(`sample-${who}-${kind}`, {
    resourceType: 'Consent',
    meta: { profile: [ukCore('Consent')] },
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [concept('consent-kind', kind)],
    patient: { reference: `Patient/${who}` },
    dateTime,
    performer: [{ reference: `Patient/${who}` }],
    organization: [{ reference: 'Organization/pump-centre' }],
    policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }] },
    provision: {
      type: 'permit',
      actor: mayBeTold.map((organization) => ({
        role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
        reference: { reference: `Organization/${organization}` },
      })),
    },
  })

const flag = (who: SampleKey, code: string, display: string, { day }: Before): Flag =>
  entry(`sample-${who}-register-${code}`, {
    resourceType: 'Flag',
    meta: { profile: [ours('register-entry'), ukCore('Flag')] },
    extension: [{ url: ours('register-basis'), valueReference: { reference: `Consent/sample-${who}-hospital-alerts` } }],
    status: 'active',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'clinical', display: 'Clinical' }] }],
    code: concept('register', code, display),
    subject: { reference: `Patient/${who}` },
    period: { start: day(75) },
    author: { reference: 'Organization/pump-centre' },
  })

const medicine = (who: SampleKey, text: string, times: string, { day }: Before): MedicationStatement =>
  entry(`sample-${who}-medicine`, {
    resourceType: 'MedicationStatement',
    meta: { profile: [ukCore('MedicationStatement')] },
    status: 'active',
    medicationCodeableConcept: { text },
    subject: { reference: `Patient/${who}` },
    dateAsserted: day(75),
    informationSource: { reference: 'Organization/pump-centre' },
    dosage: [{ text: times }],
  })

/** When the pump was refilled, in days before. 18 ml usable x 2,000 / 350 micrograms a day = 102 days: what follows agrees with that. */
const REFILLED = 61
const REFILL_BY = REFILLED - 101
const ALARM = REFILLED - 102

/** The pump of the stories with a serial number and days of its own. */
function pumpOf(who: SampleKey, { day, at }: Before): readonly [Device, DeviceUseStatement] {
  const { register } = readDemo()
  const device = register.find((one): one is Device => one.resourceType === 'Device')
  const use = register.find((one): one is DeviceUseStatement => one.resourceType === 'DeviceUseStatement')
  if (device === undefined || use === undefined) throw new Error('The demonstration has no pump.')
  const days = new Map([
    ['last-refill', day(REFILLED)],
    ['refill-by', day(REFILL_BY)],
    ['low-reservoir-alarm', day(ALARM)],
    ['confirmed-on', day(REFILLED)],
  ])
  const ofThisPump = (part: Extension): Extension => {
    const valueDate = days.get(part.url)
    return valueDate === undefined ? part : { ...part, valueDate }
  }
  const block = (use.extension ?? []).map(({ extension = [], ...rest }) => ({
    ...rest,
    extension: extension.filter(({ url, valueString }) => url !== 'do-not-stop' || valueString === 'Intrathecal baclofen').map(ofThisPump),
  }))
  return [
    entry<Device>(`sample-${who}-pump`, { ...device, serialNumber: 'NM20-000619', patient: { reference: `Patient/${who}` } }),
    entry<DeviceUseStatement>(`sample-${who}-pump-use`, {
      ...use,
      extension: block,
      subject: { reference: `Patient/${who}` },
      device: { reference: `Device/sample-${who}-pump` },
      recordedOn: at(REFILLED, 11, 20),
      bodySite: { text: 'Left side of the abdomen, near the waist' },
    }),
  ]
}
