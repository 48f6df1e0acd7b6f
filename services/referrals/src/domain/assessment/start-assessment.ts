/** Opens a joint assessment for a need: one response, each section with an owner. Pure. */
import type { QuestionnaireResponse, ServiceRequest } from '@medplum/fhirtypes'
import { refuse } from '../../errors.ts'
import { NEED_KEY } from '../vocabulary.ts'
import { JOINT_ASSESSMENT, SECTION_OWNER, type Section } from './sections.ts'

const PROFILE = 'https://handrail.example/fhir/StructureDefinition/joint-assessment'
const DATA_CLASS = 'https://handrail.example/fhir/CodeSystem/data-class'

/** Who starts it, and whose each section is. */
export interface StartOf {
  /** `Organization/<id>` */
  readonly by: string
  readonly at: Date
  readonly version: string
  /** `Organization/<id>` by link id; a section that is not here is the starter's. */
  readonly owners: ReadonlyMap<string, string>
}

/** The key under which a need has one assessment a day: started twice, it is one. */
const assessmentKey = (request: ServiceRequest, at: Date): string => `assessment/${request.id ?? ''}/${at.toISOString().slice(0, 10)}`

/**
 * The assessment as it begins. It is labelled mental health: those who own a section, the mental-health team and the person read it.
 *
 * @throws SECTION_UNKNOWN
 */
export function startAssessment(
  request: ServiceRequest,
  sections: readonly Section[],
  { by, at, version, owners }: StartOf,
): QuestionnaireResponse {
  const unknown = [...owners.keys()].find((linkId) => !sections.some((section) => section.linkId === linkId))
  if (unknown !== undefined)
    throw refuse.SECTION_UNKNOWN({ section: unknown }, { expression: "Parameters.parameter.where(name = 'section')" })
  return {
    resourceType: 'QuestionnaireResponse',
    meta: { profile: [PROFILE], security: [{ system: DATA_CLASS, code: 'mental-health' }] },
    identifier: { system: NEED_KEY, value: assessmentKey(request, at) },
    basedOn: [{ reference: `ServiceRequest/${request.id ?? ''}` }],
    questionnaire: `${JOINT_ASSESSMENT}|${version}`,
    status: 'in-progress',
    subject: request.subject,
    authored: at.toISOString(),
    author: { reference: by },
    item: sections.map(({ linkId, text }) => ({
      linkId,
      text,
      extension: [{ url: SECTION_OWNER, valueReference: { reference: owners.get(linkId) ?? by } }],
    })),
  }
}
