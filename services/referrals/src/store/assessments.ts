/** Joint assessments in the record, read and written with the caller's own token: the record decides who may. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFolder } from '@handrail/fhir-profiles/package'
import type { Organization, Questionnaire, QuestionnaireResponse, Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import { JOINT_ASSESSMENT, sectionsOf, type Section } from '../domain/assessment/sections.ts'
import { refuse } from '../errors.ts'
import type { FhirRecord } from './record.ts'

/** The questionnaire and its sections. */
export interface Assessments {
  readonly questionnaire: Questionnaire
  readonly sections: readonly Section[]
  /** @throws ASSESSMENT_UNKNOWN for what is no joint assessment, or not to be seen */
  read(record: FhirRecord, id: string): Promise<QuestionnaireResponse>
  /**
   * Reads, decides, and changes what was decided; decides again when somebody was faster.
   *
   * @returns the assessment as it is then
   * @throws ASSESSMENT_UNKNOWN, CHANGED_TOO_OFTEN, RECORD_REFUSED, and whatever `decide` throws
   */
  change(
    record: FhirRecord,
    id: string,
    decide: (
      response: QuestionnaireResponse,
    ) => readonly { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }[],
  ): Promise<QuestionnaireResponse>
  /** Creates it unless one with its identifier exists. @returns the one that is there then */
  create(record: FhirRecord, response: QuestionnaireResponse): Promise<QuestionnaireResponse>
  /** The need it is for. @throws REFERRAL_UNKNOWN */
  need(record: FhirRecord, id: string): Promise<ServiceRequest>
  /** The open Tasks that page somebody for it, newest first. */
  urgent(record: FhirRecord, id: string): Promise<readonly Task[]>
  /** Whether an organisation may own a section. @throws SECTION_OWNER_UNFIT */
  mustBeFit(record: FhirRecord, reference: string): Promise<void>
  /** What a query of the questionnaire finds. */
  find(record: FhirRecord, type: Resource['resourceType'], criteria: Readonly<Record<string, string>>): Promise<readonly Resource[]>
}

const ATTEMPTS = 6
const GRADE = 'https://handrail.example/fhir/StructureDefinition/grade'
/** Who may see what is said about mood. Docs: who may see what. */
const FIT: ReadonlySet<string | undefined> = new Set(['therapy-record', 'full'])

/** Reads the questionnaire, at start. */
export async function openAssessments(folder: string = packageFolder): Promise<Assessments> {
  const questionnaire = JSON.parse(await readFile(join(folder, 'Questionnaire-joint-assessment.json'), 'utf8')) as Questionnaire
  const read: Assessments['read'] = async (record, id) => {
    const response = /^[A-Za-z0-9\-.]{1,64}$/.test(id) ? await record.read<QuestionnaireResponse>(`QuestionnaireResponse/${id}`) : undefined
    if (response?.questionnaire?.split('|')[0] !== JOINT_ASSESSMENT) throw refuse.ASSESSMENT_UNKNOWN({ id })
    return response
  }
  return {
    questionnaire,
    sections: sectionsOf(questionnaire),
    read,
    async change(record, id, decide) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const response = await read(record, id)
        const changes = decide(response)
        const reference = `QuestionnaireResponse/${id}`
        if ((await record.patch(reference, response.meta?.versionId ?? '', changes)) === 'changed') return read(record, id)
      }
      throw refuse.CHANGED_TOO_OFTEN({ reference: `QuestionnaireResponse/${id}` })
    },
    async create(record, response) {
      const { system = '', value = '' } = response.identifier ?? {}
      const ifNoneExist = `identifier=${encodeURIComponent(`${system}|${value}`)}`
      await record.transact({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: response, request: { method: 'POST', url: 'QuestionnaireResponse', ifNoneExist } }],
      })
      const [stored] = await record.search<QuestionnaireResponse>('QuestionnaireResponse', { identifier: `${system}|${value}` })
      return stored ?? response
    },
    async need(record, id) {
      const request = await record.read<ServiceRequest>(`ServiceRequest/${id}`)
      if (request === undefined) throw refuse.REFERRAL_UNKNOWN({ id })
      return request
    },
    async urgent(record, id) {
      const found = await record.search<Task>('Task', { focus: `QuestionnaireResponse/${id}` })
      return found.toSorted((one, other) => (other.authoredOn ?? '').localeCompare(one.authoredOn ?? ''))
    },
    async mustBeFit(record, reference) {
      const organization = reference.startsWith('Organization/') ? await record.read<Organization>(reference) : undefined
      const grade = organization?.extension?.find(({ url }) => url === GRADE)?.valueCode
      if (!FIT.has(grade)) throw refuse.SECTION_OWNER_UNFIT({ reference }, { expression: "Parameters.parameter.where(name = 'section')" })
    },
    find: (record, type, criteria) => record.search(type as 'Observation', criteria),
  }
}
