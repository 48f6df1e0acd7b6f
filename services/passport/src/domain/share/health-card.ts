/**
 * What goes onto a SMART Health Card: the emergency essentials, slimmed for a code, in a declared order, as far as one code holds them.
 * What is left out is named. Pure. https://hl7.org/fhir/uv/smart-health-cards-and-links/cards-specification.html
 */
import type { Patient, Resource } from '@medplum/fhirtypes'
import type { EmergencyView } from '../summary/emergency/emergency-view.ts'
import type { Material } from '../summary/material.ts'

/** The longest JWS that fits one code: version 22 at level L. */
export const LONGEST_JWS = 1_195
/** A card is good for 90 days: it cannot be taken back from whoever holds it, and what it says grows old. */
const CARD_LIFE_SECONDS = 90 * 24 * 60 * 60
export const HEALTH_CARD = 'https://smarthealth.cards#health-card'

/** What a card may be asked for, by resource type. */
export const CARD_TYPES = ['Patient', 'Device', 'MedicationStatement', 'MedicationRequest', 'AllergyIntolerance', 'Condition'] as const
export type CardType = (typeof CARD_TYPES)[number]
/** What may be said of the person; name and date of birth when nothing is asked for. */
export const IDENTITY_CLAIMS = ['Patient.name', 'Patient.birthDate', 'Patient.identifier', 'Patient.contact', 'Patient.gender'] as const
export type IdentityClaim = (typeof IDENTITY_CLAIMS)[number]

/** One entry that wants to be on the card. */
export interface Candidate {
  readonly reference: string
  readonly resource: Record<string, unknown>
}

/** Something that is not on the card, and why: it has no code, which is all that a card may carry of its words, or there was no room. */
export interface LeftOut {
  readonly reference: string
  readonly because: 'no-code' | 'no-room'
}

/** The blocks of the view from which a card is made, in the order in which they get their room. */
const ORDER = ['pinned', 'do-not-stop', 'allergies', 'conditions'] as const

/** @returns the person, then everything else in the order of its importance */
export function cardCandidates(
  view: EmergencyView,
  material: Material,
  { types, claims }: { types: readonly CardType[]; claims: readonly IdentityClaim[] },
): { person: Candidate; candidates: Candidate[]; leftOut: LeftOut[] } {
  const wanted = new Set(
    ORDER.flatMap((id) => view.blocks.filter((block) => block.id === id)).flatMap(({ lines }) =>
      lines.flatMap(({ reference }) => reference ?? []),
    ),
  )
  const ofUse = new Map(
    material.items.flatMap(({ reference, resource }) =>
      resource.resourceType === 'DeviceUseStatement' && resource.device.reference !== undefined
        ? [[reference, resource.device.reference]]
        : [],
    ),
  )
  const references = [...new Set([...wanted].map((reference) => ofUse.get(reference) ?? reference))]
  const byReference = new Map(material.items.map((item) => [item.reference, item.resource]))
  const candidates: Candidate[] = []
  const leftOut: LeftOut[] = []
  for (const reference of references) {
    const resource = byReference.get(reference)
    if (resource === undefined || !(types as readonly string[]).includes(resource.resourceType)) continue
    const slim = slimmed(resource)
    if (slim === undefined) leftOut.push({ reference, because: 'no-code' })
    else candidates.push({ reference, resource: slim })
  }
  return { person: { reference: material.patient.reference, resource: slimPerson(material.patient.resource, claims) }, candidates, leftOut }
}

/** Puts on the card what fits, in order; what does not fit is left out, and a smaller one behind it may still fit. */
export function fitCard(
  person: Candidate,
  candidates: readonly Candidate[],
  fits: (bundle: object) => boolean,
): { bundle: object; taken: Candidate[]; leftOut: LeftOut[] } {
  let taken: Candidate[] = [person]
  const leftOut: LeftOut[] = []
  for (const candidate of candidates) {
    const more = [...taken, candidate]
    if (fits(bundleOf(more))) taken = more
    else leftOut.push({ reference: candidate.reference, because: 'no-room' })
  }
  return { bundle: bundleOf(taken), taken, leftOut }
}

const bundleOf = (entries: readonly Candidate[]): object => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: entries.map(({ resource }, index) => ({ fullUrl: `resource:${index}`, resource })),
})

/** What is signed. */
export const cardClaims = (bundle: object, { issuer, nbf }: { issuer: string; nbf: number }): object => ({
  iss: issuer,
  nbf,
  exp: nbf + CARD_LIFE_SECONDS,
  vc: { type: [HEALTH_CARD], credentialSubject: { fhirVersion: '4.0.1', fhirBundle: bundle } },
})

/** The text of a code: two digits for each character. */
export const numericOf = (jws: string): string => [...jws].map((one) => String(one.charCodeAt(0) - 45).padStart(2, '0')).join('')

/** The JWS behind the digits of a code; nothing when they are none. */
export function jwsOfNumeric(digits: string): string | undefined {
  if (!/^(\d\d)+$/.test(digits)) return undefined
  const codes = digits.match(/\d\d/g) ?? []
  return codes.some((two) => Number(two) > 77) ? undefined : codes.map((two) => String.fromCharCode(Number(two) + 45)).join('')
}

const PERSON = { reference: 'resource:0' }

interface Concept {
  readonly coding?: readonly { readonly system?: string | undefined; readonly code?: string | undefined }[] | undefined
}

/** Codes without words, as the specification wants them; nothing when there is none. */
function codes(concept: Concept | undefined): object | undefined {
  const coding = (concept?.coding ?? []).flatMap(({ system, code }) =>
    system === undefined || code === undefined ? [] : [{ system, code }],
  )
  return coding.length === 0 ? undefined : { coding }
}

/** Only what a stranger acts on, and only what a card may hold: no id, no text, no display. */
function slimmed(resource: Resource): Record<string, unknown> | undefined {
  switch (resource.resourceType) {
    case 'Device': {
      const name = resource.deviceName?.[0]
      const type = codes(resource.type)
      if (type === undefined && name === undefined) return undefined
      return absentLeftOut({ resourceType: 'Device', type, deviceName: name === undefined ? undefined : [{ name: name.name, type: name.type }], patient: PERSON }) // prettier-ignore
    }
    case 'MedicationStatement':
    case 'MedicationRequest': {
      const code = codes(resource.medicationCodeableConcept)
      const { resourceType, status } = resource
      const intent = resourceType === 'MedicationRequest' ? resource.intent : undefined
      return code === undefined
        ? undefined
        : absentLeftOut({ resourceType, status, intent, medicationCodeableConcept: code, subject: PERSON })
    }
    case 'AllergyIntolerance': {
      const { clinicalStatus, verificationStatus, criticality } = resource
      const code = codes(resource.code)
      if (code === undefined) return undefined
      return absentLeftOut({ resourceType: 'AllergyIntolerance', clinicalStatus: codes(clinicalStatus), verificationStatus: codes(verificationStatus), criticality, code, patient: PERSON }) // prettier-ignore
    }
    case 'Condition': {
      const code = codes(resource.code)
      if (code === undefined) return undefined
      return absentLeftOut({ resourceType: 'Condition', clinicalStatus: codes(resource.clinicalStatus), verificationStatus: codes(resource.verificationStatus), code, subject: PERSON }) // prettier-ignore
    }
    default:
      return undefined
  }
}

function slimPerson({ name, birthDate, identifier, contact, gender }: Patient, claims: readonly IdentityClaim[]): Record<string, unknown> {
  const has = (claim: IdentityClaim) => claims.includes(claim)
  const one = name?.find(({ use }) => use === 'official') ?? name?.[0]
  return absentLeftOut({
    resourceType: 'Patient',
    name: has('Patient.name') && one !== undefined ? [absentLeftOut({ family: one.family, given: one.given })] : undefined,
    birthDate: has('Patient.birthDate') ? birthDate : undefined,
    gender: has('Patient.gender') ? gender : undefined,
    identifier: has('Patient.identifier') ? identifier?.flatMap(({ system, value }) => (system === undefined || value === undefined ? [] : [{ system, value }])) : undefined, // prettier-ignore
    contact: has('Patient.contact')
      ? contact?.map((each) => absentLeftOut({ name: absentLeftOut({ family: each.name?.family, given: each.name?.given }), telecom: each.telecom?.map(({ system, value }) => ({ system, value })) })) // prettier-ignore
      : undefined,
  })
}

const absentLeftOut = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
