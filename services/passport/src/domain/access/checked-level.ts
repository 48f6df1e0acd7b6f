/**
 * How far an entry is checked, and who may say so. The level speaks of the entry as it is now: whoever writes it stands behind it, and
 * so no write leaves a level behind that its writer may not give. Pure. Hazard HAZ-P30 (an entry looks more checked than it is).
 */
import type { Grade, Role } from '@platform/fhir/caller'
import type { Refusal } from '@platform/fhir/errors'
import { refuse } from '../../errors.ts'
import type { FhirResource } from '../references.ts'
import { isObject } from '../references.ts'

/** The levels of https://handrail.example/fhir/CodeSystem/checked-level, lowest first. */
export const CHECKED_LEVELS = ['person-said', 'worker-recorded', 'registered-professional-recorded', 'clinician-confirmed'] as const
export type CheckedLevel = (typeof CHECKED_LEVELS)[number]

/** Canonical URL of the extension that carries the level. */
export const CHECKED_LEVEL = 'https://handrail.example/fhir/StructureDefinition/checked-level'

const everyGrade = (level: CheckedLevel): Readonly<Record<Grade, CheckedLevel>> => ({
  'link-only': level,
  'needs-only': level,
  'therapy-record': level,
  full: level,
})

/**
 * The highest level each caller may give, by role and by the grade of its organisation. A commissioner gives none.
 *
 * - The operator brings whole records back as they were, and so gives any.
 * - A reactor carries over what a provider's worker recorded (a register of attendance), never more.
 * - A ward's board does not say which of its people typed.
 * - To confirm is for a professional of an organisation of full grade: that grade is given for clinical assurance.
 */
export const HIGHEST_LEVEL: Readonly<Record<Role, Readonly<Partial<Record<Grade, CheckedLevel>>>>> = {
  admin: everyGrade('clinician-confirmed'),
  'reactor-referrals': everyGrade('worker-recorded'),
  'reactor-alerts': everyGrade('worker-recorded'),
  professional: { ...everyGrade('registered-professional-recorded'), full: 'clinician-confirmed' },
  worker: everyGrade('worker-recorded'),
  ward: everyGrade('worker-recorded'),
  commissioner: {},
  patient: everyGrade('person-said'),
  carer: everyGrade('person-said'),
}

const rank = (level: CheckedLevel | undefined): number => (level === undefined ? -1 : CHECKED_LEVELS.indexOf(level))

/** The highest level the caller may give; nothing when it may give none. */
export const highestLevelOf = ({ role, grade }: { role: Role; grade: Grade }): CheckedLevel | undefined => HIGHEST_LEVEL[role][grade]

/** Whether the first level says more than the second; a level says more than none. */
export const isHigher = (level: CheckedLevel, than: CheckedLevel | undefined): boolean => rank(level) > rank(than)

/** The texts given as level, in order; an extension without a text among them is ''. */
function givenLevels(resource: FhirResource): string[] {
  const extensions = Array.isArray(resource['extension']) ? resource['extension'] : []
  return extensions
    .filter((extension) => isObject(extension) && extension['url'] === CHECKED_LEVEL)
    .map((extension) => (isObject(extension) && typeof extension['valueCode'] === 'string' ? extension['valueCode'] : ''))
}

const isLevel = (text: string): text is CheckedLevel => (CHECKED_LEVELS as readonly string[]).includes(text)

/** The level of an entry; of several the highest, so that no second one can hide. Nothing when it says none. */
export function levelOf(resource: FhirResource): CheckedLevel | undefined {
  return givenLevels(resource)
    .filter(isLevel)
    .toSorted((a, b) => rank(b) - rank(a))[0]
}

export interface LevelledWrite {
  /** The entry as it is stored; absent when it is new. */
  readonly was: FhirResource | undefined
  /** The entry as it is to be stored. */
  readonly willBe: FhirResource
  /** Where it stands in a Bundle, for messages; '' for a lone request. */
  readonly place: string
}

/** @returns what is wrong with the level of an entry that is to be written, or nothing */
export function faultOfLevel(caller: { role: Role; grade: Grade }, { was, willBe, place }: LevelledWrite): Refusal | undefined {
  const given = givenLevels(willBe)
  const at = { expression: `${place === '' ? willBe.resourceType : place}.extension('${CHECKED_LEVEL}')` }
  if (given.some((text) => !isLevel(text))) return refuse.LEVEL_UNKNOWN({}, at)
  const level = levelOf(willBe)
  if (level === undefined) return was !== undefined && levelOf(was) !== undefined ? refuse.LEVEL_MISSING({}, at) : undefined
  const highest = highestLevelOf(caller)
  return isHigher(level, highest) ? refuse.LEVEL_NOT_YOURS({ level, highest: highest ?? 'none' }, at) : undefined
}

export interface Confirmation {
  /** `Procedure/<id>` */
  readonly entry: string
  readonly version: number
  readonly patient: string | undefined
  readonly level: CheckedLevel
  readonly at: Date
  /** Who signed in, and the organisation; the client where neither is known. */
  readonly by: { readonly fhirUser?: string | undefined; readonly organization?: string | undefined; readonly clientId: string }
}

/**
 * The Provenance of a raised level: who stands behind which version since when. It names the person too, so that it lies in their record.
 * https://hl7.org/fhir/R4/provenance.html
 */
export function provenanceOf({ entry, version, patient, level, at, by }: Confirmation): FhirResource {
  const who = by.fhirUser ?? by.organization
  return {
    resourceType: 'Provenance',
    target: [
      { reference: `${entry}/_history/${String(version)}` },
      ...(patient === undefined ? [] : [{ reference: `Patient/${patient}` }]),
    ],
    recorded: at.toISOString(),
    activity: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/checked-level', code: level }] },
    agent: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'verifier' }] },
        who:
          who === undefined
            ? { identifier: { system: 'https://handrail.example/fhir/Id/client', value: by.clientId } }
            : { reference: who },
        ...(by.fhirUser === undefined || by.organization === undefined ? {} : { onBehalfOf: { reference: by.organization } }),
      },
    ],
    entity: [{ role: 'revision', what: { reference: `${entry}/_history/${String(version - 1)}` } }],
  }
}
