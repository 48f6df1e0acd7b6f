/**
 * The local records of organisations, which open these pages on the patient that is open there: SMART App Launch 2.2, EHR launch.
 * What is taken from one is which patient is meant; who the person is says our own issuer (decision 300).
 * https://hl7.org/fhir/smart-app-launch/app-launch.html
 */
import type { Patient } from '@medplum/fhirtypes'
import { parseNhsNumber } from '@platform/nhs/nhs-number'
import { ID } from '@platform/nhs/systems'
import { foreignIssuer, ForeignIssuerError, type ForeignIssuer, type KeptForForeignReturn } from '@platform/service/foreign-issuer'
import { membersOf, readForeignIssuer, type ForeignIssuerSetting } from '@platform/service/foreign-issuer-setting'
import { refuse } from '../errors.ts'

/** A local record that may open these pages, as the operator configured it. */
export interface LocalRecordSetting extends ForeignIssuerSetting {
  /** Its FHIR base, as it says it in `iss`. */
  readonly iss: string
  /** Identifier of the organisation whose staff it vouches for: `system|value`. */
  readonly organization: string
}

/** What is kept while the browser is at the local record. */
export interface KeptForLaunch extends KeptForForeignReturn {
  readonly iss: string
}

/** The patient who is open there: what a search needs, and no name. */
export interface Launched {
  /** The local record's name. */
  readonly from: string
  readonly organization: string
  readonly nhsNumber: string
  /** YYYY-MM-DD */
  readonly bornOn: string
}

export interface LocalRecords {
  /** @throws LAUNCH_RECORD_UNKNOWN before anything is asked, LOCAL_RECORD_UNAVAILABLE */
  depart(iss: string, launch: string): Promise<{ readonly address: string; readonly kept: KeptForLaunch }>
  /** @throws LAUNCH_REFUSED, LAUNCH_NOT_PROVEN, LAUNCH_NOT_STAFF, LAUNCH_WITHOUT_PATIENT, LOCAL_RECORD_UNAVAILABLE */
  arrive(query: URLSearchParams, kept: KeptForLaunch): Promise<Launched>
  close(): void
}

/** One entry of `LOCAL_RECORDS`. @throws Error whose message completes "LOCAL_RECORDS must …" */
export function readLocalRecord(entry: unknown): LocalRecordSetting {
  const members = membersOf(entry)
  const read = { ...readForeignIssuer(members), iss: members.address('iss'), organization: members.text('organization') }
  members.end()
  if (!/^[^|\s]+\|[^|\s]+$/.test(read.organization)) throw new Error('have "organization" as an identifier, system|value')
  return read
}

/** Where a local record sends the browser back to, under PUBLIC_URL. */
const LAUNCH_ARRIVED_PATH = '/launch/arrived'

interface Opened extends LocalRecordSetting {
  readonly issuer: ForeignIssuer
}

/** @param publicUrl how people reach these pages */
export function openLocalRecords(settings: readonly LocalRecordSetting[], publicUrl: string): LocalRecords {
  const records = new Map<string, Opened>(
    settings.map((setting) => {
      const metadataUrl = `${setting.iss}/.well-known/smart-configuration`
      return [
        setting.iss,
        { ...setting, issuer: foreignIssuer({ ...setting, metadataUrl, redirectUri: `${publicUrl}${LAUNCH_ARRIVED_PATH}` }) },
      ]
    }),
  )
  const recordOf = (iss: string): Opened => {
    const found = records.get(iss.replace(/\/+$/, ''))
    if (found === undefined) throw refuse.LAUNCH_RECORD_UNKNOWN()
    return found
  }

  return {
    async depart(given, launch) {
      const { iss, issuer } = recordOf(given)
      if (!LAUNCH.test(launch)) throw refuse.LAUNCH_RECORD_UNKNOWN()
      try {
        const { capabilities } = await issuer.metadata()
        // Version 2 of the scopes where it is understood. SMART App Launch 2.2, section "Scopes for requesting FHIR Resources"
        const mayRead = Array.isArray(capabilities) && capabilities.includes('permission-v2') ? 'patient/Patient.r' : 'patient/Patient.read'
        const { address, kept } = await issuer.depart({ scope: `launch openid fhirUser ${mayRead}`, launch, aud: iss })
        return { address, kept: { ...kept, iss } }
      } catch (cause) {
        throw asLaunch(cause)
      }
    },
    async arrive(query, kept) {
      const { iss, issuer, name, organization } = recordOf(kept.iss)
      try {
        const { claims, answer } = await issuer.arrive(query, kept)
        // A patient's own portal launches applications too: this door is for those who give care.
        const { fhirUser } = claims
        if (typeof fhirUser !== 'string' || !STAFF.test(fhirUser)) throw refuse.LAUNCH_NOT_STAFF()
        const { patient } = answer
        if (typeof patient !== 'string' || !LOGICAL_ID.test(patient)) throw refuse.LAUNCH_WITHOUT_PATIENT()
        const read = await issuer.read(`${iss}/Patient/${patient}`, answer.access_token, 'application/fhir+json')
        return { from: name, organization, ...identityIn(read, patient) }
      } catch (cause) {
        throw asLaunch(cause)
      }
    },
    close() {
      for (const { issuer } of records.values()) issuer[Symbol.dispose]()
    },
  }
}

/** An opaque text, far shorter than this. */
const LAUNCH = /^[!-~]{1,2048}$/
const LOGICAL_ID = /^[A-Za-z0-9\-.]{1,64}$/
const STAFF = /(?:^|\/)Practitioner(?:Role)?\/[A-Za-z0-9\-.]{1,64}$/

/** Number and day: by both, and never by a name, somebody is found here. */
function identityIn(read: unknown, id: string): Pick<Launched, 'nhsNumber' | 'bornOn'> {
  const { resourceType, id: given, identifier = [], birthDate = '' } = (read ?? {}) as Partial<Patient>
  const numbers = new Set(
    identifier.flatMap(({ system, value, use }) => (system === ID.NHS_NUMBER && use !== 'old' ? [parseNhsNumber(value ?? '')] : [])),
  )
  const [nhsNumber] = numbers
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(birthDate)
  if (resourceType !== 'Patient' || given !== id || numbers.size !== 1 || nhsNumber === undefined || !isDay)
    throw refuse.LAUNCH_WITHOUT_PATIENT()
  return { nhsNumber, bornOn: birthDate }
}

function asLaunch(cause: unknown): Error {
  if (!(cause instanceof ForeignIssuerError)) return cause as Error
  if (cause.reason === 'refused') return refuse.LAUNCH_REFUSED({}, { cause })
  return cause.reason === 'unproven' ? refuse.LAUNCH_NOT_PROVEN({}, { cause }) : refuse.LOCAL_RECORD_UNAVAILABLE({}, { cause })
}
