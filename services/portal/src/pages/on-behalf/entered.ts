/** What somebody enters for a person, and how the record knows that they did: by a Provenance with who said it and who typed it. Pure. */
import type { Patient, Provenance } from '@medplum/fhirtypes'
import { ids } from '../../knowledge/reading.ts'
import type { Session } from '../../session/session.ts'

/** How the person told it. */
export const TOLD = ['in-person', 'telephone', 'paper'] as const
export type Told = (typeof TOLD)[number]

/** What an entry is recorded with. */
export interface EnteredFor {
  /** `Patient/<id>` */
  readonly patient: string
  /** Who typed it. */
  readonly by: Pick<Session, 'fhirUser' | 'organization'>
  readonly told: Told
  readonly at: Date
  /** Made with the form, so that a form that is sent twice enters once. */
  readonly key: string
}

/** As FHIR says it, in the language of records. */
const ACTIVITY: Readonly<Record<Told, string>> = {
  'in-person': 'Said in person and entered by somebody else',
  telephone: 'Said by telephone and entered by somebody else',
  paper: 'Written on paper and entered by somebody else',
}

const KEY_SYSTEM = ids('entered-key')
const PARTICIPANT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'
const taking = (code: 'author' | 'enterer') => ({ coding: [{ system: PARTICIPANT, code }] })

/**
 * The person is the author; whoever typed it is the enterer, for the person. https://hl7.org/fhir/R4/provenance.html
 *
 * @param entry what was entered: `Patient/<id>`, or `urn:uuid:…` in a transaction
 */
export const enteredBy = (entry: string, { patient, by, told, at, key }: EnteredFor): Provenance => ({
  resourceType: 'Provenance',
  meta: { tag: [{ system: KEY_SYSTEM, code: key }] },
  // It names the person too, so that it lies in their record.
  target: [...new Set([entry, patient])].map((reference) => ({ reference })),
  recorded: at.toISOString(),
  activity: { text: ACTIVITY[told] },
  agent: [
    { type: taking('author'), who: { reference: patient } },
    { type: taking('enterer'), who: { reference: by.fhirUser ?? by.organization ?? '' }, onBehalfOf: { reference: patient } },
  ],
})

/** The condition by which the record knows an entry that it already has. */
export const unlessEntered = ({ meta }: Provenance): string => `_tag=${encodeURIComponent(`${KEY_SYSTEM}|${meta?.tag?.[0]?.code ?? ''}`)}`

/** The Patient with other elements. Absent stays absent. */
export const withElements = (patient: Patient, elements: Partial<Patient>): Patient & { readonly id: string } => ({
  ...patient,
  ...elements,
  id: patient.id ?? '',
})
