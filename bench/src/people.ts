/** Synthetic people with the lives that the hub is for: a person, who cares for them, their therapy sessions. */
import type { CareTeam, Patient, Procedure, ServiceRequest } from '@medplum/fhirtypes'
import { checkDigit } from '@platform/nhs/check-digit'
import { CODES, EXTENSION, HANDRAIL, ID, PROFILE } from '@platform/nhs/systems'

/** Who is named in the seeded records: organisations of the demonstration, as `Organization/<id>`. */
export interface Surroundings {
  /** Cares for everybody; the calls of the benchmark are made as this team. */
  readonly team: string
  /** Wrote the records, so that the team sees them by its relationship and not as their author. */
  readonly author: string
}

const FAMILIES = [
  'Abernethy',
  'Bevan',
  'Cadwallader',
  'Dewhurst',
  'Eccleston',
  'Farquhar',
  'Gwynne',
  'Hathersage',
  'Ifans',
  'Jellicoe',
] as const
const GIVEN = ['Alun', 'Beatrix', 'Catrin', 'Dilys', 'Edmund', 'Ffion', 'Gethin', 'Hilda', 'Idris', 'Joan', 'Kit'] as const
const KINDS = ['physiotherapy', 'occupational-therapy', 'speech-and-language-therapy', 'hydrotherapy'] as const
const SECTORS = ['nhs', 'third-sector', 'leisure', 'independent'] as const
const DAY_MS = 86_400_000
const FIRST_SESSION_MS = Date.UTC(2024, 0, 8, 10)

/** Where the numbers of seeded people begin: past those of the demonstration's cast, which lie in the same range. */
export const PAST_THE_CAST = 200_000

/**
 * The first `count` NHS numbers of the range 999, which is never issued, from the `from`th nine digits on. There are about 900,000.
 *
 * @throws RangeError when the range does not hold so many
 */
export function syntheticNhsNumbers(count: number, from = 0): string[] {
  const numbers: string[] = []
  for (let serial = from; numbers.length < count; serial += 1) {
    if (serial > 999_999) throw new RangeError(`There are no ${count} synthetic NHS numbers from the ${from}th on.`)
    const nine = `999${String(serial).padStart(6, '0')}`
    const digit = checkDigit(nine)
    if (digit !== undefined) numbers.push(`${nine}${digit}`)
  }
  return numbers
}

/** Person `index`, with this NHS number. */
export function aPerson(index: number, nhsNumber: string): Patient {
  return {
    resourceType: 'Patient',
    meta: { profile: [PROFILE.UK_CORE_PATIENT] },
    identifier: [
      {
        extension: [
          {
            url: EXTENSION.NHS_NUMBER_VERIFICATION,
            valueCodeableConcept: {
              coding: [{ system: CODES.NHS_NUMBER_VERIFICATION, code: '01', display: 'Number present and verified' }],
            },
          },
        ],
        system: ID.NHS_NUMBER,
        value: nhsNumber,
      },
    ],
    active: true,
    name: [{ use: 'official', family: pick(FAMILIES, index), given: [pick(GIVEN, index), pick(GIVEN, index >> 4)] }],
    telecom: [{ system: 'phone', value: `07700900${String(index % 1_000).padStart(3, '0')}`, use: 'mobile' }],
    gender: index % 2 === 0 ? 'female' : 'male',
    birthDate: new Date(Date.UTC(1930 + (index % 70), index % 12, 1 + (index % 28))).toISOString().slice(0, 10),
    address: [{ line: [`${1 + (index % 200)} Harbour Row`], city: 'Connah’s Quay', postalCode: 'CH5 4XX' }],
  }
}

/** The care team of a person: the community team of the demonstration is in it. */
export const aCareTeam = (patientId: string, { team }: Surroundings): CareTeam => ({
  resourceType: 'CareTeam',
  status: 'active',
  name: 'Care team',
  subject: { reference: `Patient/${patientId}` },
  period: { start: '2024-01-05' },
  participant: [{ role: [{ text: 'Community neurological team' }], member: { reference: team } }],
})

/** A therapy session of a person, the `index`th: what most of a passport consists of, about 2 KB. */
export function aSession(index: number, patientId: string, { author }: Surroundings): Procedure {
  const start = new Date(FIRST_SESSION_MS + index * 7 * DAY_MS)
  const kind = pick(KINDS, index)
  return {
    resourceType: 'Procedure',
    meta: { profile: [PROFILE.THERAPY_SESSION, PROFILE.UK_CORE_PROCEDURE] },
    extension: [
      { url: EXTENSION.SECTOR, valueCode: pick(SECTORS, index) },
      { url: EXTENSION.CHECKED_LEVEL, valueCode: 'registered-professional-recorded' },
      { url: `${HANDRAIL}/StructureDefinition/funder`, valueCode: 'charity' },
      { url: `${HANDRAIL}/StructureDefinition/setting`, valueCode: 'therapy-centre' },
      { url: `${HANDRAIL}/StructureDefinition/delivery-mode`, valueCode: 'in-person' },
      { url: `${HANDRAIL}/StructureDefinition/dose`, extension: [{ url: 'minutes', valuePositiveInt: 45 }] },
      { url: `${HANDRAIL}/StructureDefinition/recorded-at`, valueDateTime: start.toISOString() },
    ],
    status: 'completed',
    code: { coding: [{ system: CODES.INTERVENTION_KIND, code: kind }], text: kind.replaceAll('-', ' ') },
    subject: { reference: `Patient/${patientId}` },
    performedPeriod: { start: start.toISOString(), end: new Date(start.getTime() + 45 * 60_000).toISOString() },
    performer: [{ actor: { reference: author, display: 'Therapy centre' }, onBehalfOf: { reference: author } }],
    note: [
      { text: 'Walked 60 metres with one stick and one person beside; stood from a chair without hands twice out of five.' },
      { text: 'Agreed to practise stepping at the kitchen worktop each day with a family member. Pain 2 of 10 before and after.' },
      { text: 'Next time: stairs with a rail, outdoor surface, and a talk about returning to the allotment in spring.' },
    ],
  }
}

/** The same session as any FHIR client would send it, without a profile. */
export function aPlainProcedure(index: number, patientId: string, surroundings: Surroundings): Procedure {
  const { meta: _meta, extension: _extension, ...plain } = aSession(index, patientId, surroundings)
  return { ...plain, code: { text: plain.code?.text ?? '' } }
}

/** A referral of the community team to an organisation, or to nobody named. */
export const aReferral = (patientId: string, { team }: Surroundings, performer?: string): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  priority: 'routine',
  category: [{ coding: [{ system: `${HANDRAIL}/CodeSystem/request-category`, code: 'neuro-rehabilitation' }] }],
  code: { text: 'Specialist neurological rehabilitation' },
  subject: { reference: `Patient/${patientId}` },
  authoredOn: '2026-01-12T09:30:00Z',
  requester: { reference: team },
  reasonCode: [{ text: 'Walking and balance after stroke; wants to get back to the allotment.' }],
  ...(performer !== undefined && { performer: [{ reference: performer }] }),
})

const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T
