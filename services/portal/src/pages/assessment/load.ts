/** Reads joint assessments for their pages, as far as whoever is signed in may see them. */
import type { Organization, Parameters, Patient, QuestionnaireResponse, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { PersonalRecord, Resolved } from '../../clients/record.ts'
import { refuse } from '../../errors.ts'
import { calledOf, codeIn, codeOf, isOpen, nameOf, ours, wordsOf } from '../../knowledge/reading.ts'
import { showDay, showMoment } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'
import type { AskedSection } from './sections.ts'

const QUESTIONNAIRE = 'https://handrail.example/fhir/Questionnaire/joint-assessment'

/** One section as the overview shows it. */
export interface SectionShown {
  readonly linkId: string
  readonly text: string
  readonly owner: string
  readonly mine: boolean
  readonly open: boolean
  readonly state: string
}

/** An assessment with whose each section is. */
export interface Opened {
  readonly response: QuestionnaireResponse
  readonly patient: Patient
  readonly resolved: Resolved
  readonly sections: readonly SectionShown[]
  /** Tasks about an answer that must be looked at now, which the reader's organisation is asked by. */
  readonly urgent: readonly Task[]
}

/** @throws NOT_FOUND for what is no joint assessment, or not to be seen */
export async function openAssessment(
  record: PersonalRecord,
  id: string,
  { asked, organization }: { readonly asked: readonly AskedSection[]; readonly organization: string | undefined },
  words: Words,
): Promise<Opened> {
  const response = await record.read<QuestionnaireResponse>('QuestionnaireResponse', id)
  if (response.questionnaire?.split('|')[0] !== QUESTIONNAIRE) throw refuse.NOT_FOUND()
  const patientId = response.subject?.reference?.split('/')[1] ?? ''
  const references = (response.item ?? []).flatMap(({ extension = [] }) =>
    extension.flatMap((one) => [
      one.valueReference?.reference,
      ...(one.extension ?? []).map(({ valueReference }) => valueReference?.reference),
    ]),
  )
  const [patient, resolved, tasks] = await Promise.all([
    record.read<Patient>('Patient', patientId),
    record.resolve(references),
    record.find<Task>('Task', { focus: `QuestionnaireResponse/${id}` }),
  ])
  return {
    response,
    patient,
    resolved,
    sections: asked.map((section) => showSection(section, response, { resolved, organization }, words)),
    urgent: tasks.all.filter((task) => codeOf(task.code, 'task-kind') === 'urgent-answer' && isOpen(task)),
  }
}

function showSection(
  { linkId, text }: AskedSection,
  response: QuestionnaireResponse,
  { resolved, organization }: { readonly resolved: Resolved; readonly organization: string | undefined },
  { assessment: words, lang }: Words,
): SectionShown {
  const item = response.item?.find((one) => one.linkId === linkId)
  const owner = item?.extension?.find(({ url }) => url === ours('section-owner'))?.valueReference
  const said = item?.extension?.find(({ url }) => url === ours('section-answered'))?.extension
  const because = item?.extension?.find(({ url }) => url === ours('not-asked'))?.valueString
  const by = calledOf(said?.find(({ url }) => url === 'by')?.valueReference, resolved) ?? ''
  const at = said?.find(({ url }) => url === 'at')?.valueDateTime
  const answered = item?.item?.some(({ answer = [] }) => answer.length > 0) === true
  return {
    linkId,
    text,
    owner: calledOf(owner, resolved) ?? '',
    mine: owner?.reference !== undefined && owner.reference === organization,
    open: !answered && because === undefined,
    state: answered
      ? words.answered(by, at === undefined ? '' : showMoment(at, lang))
      : because === undefined
        ? words.open
        : words.notAsked(because),
  }
}

/** The joint assessments of a person, newest first, and the needs that one can be started for. */
export async function loadAssessments(record: PersonalRecord, id: string, words: Words) {
  const [patient, responses, requests] = await Promise.all([
    record.read<Patient>('Patient', id),
    record.find<QuestionnaireResponse>('QuestionnaireResponse', { subject: `Patient/${id}`, questionnaire: QUESTIONNAIRE }),
    record.find<ServiceRequest>('ServiceRequest', { subject: `Patient/${id}`, status: 'active' }),
  ])
  return {
    patient,
    name: nameOf(patient.name) ?? words.person.unnamed,
    assessments: responses.all
      .toSorted((one, other) => (other.authored ?? '').localeCompare(one.authored ?? ''))
      .map((one) => ({
        id: one.id ?? '',
        title: words.assessment.one(showDay(one.authored ?? '', words.lang)),
        status: one.status === 'completed' ? words.assessment.statusDone : words.assessment.statusOpen,
        open: one.status === 'in-progress',
      })),
    needs: requests.all.map((one) => ({ id: one.id ?? '', text: wordsOf(one.code) ?? words.inbox.notNeeded })),
  }
}

/** Organisations that may own a section: of a grade that sees what is said about mood. */
export async function fitOwners(record: PersonalRecord): Promise<readonly { readonly reference: string; readonly name: string }[]> {
  const { all } = await record.findAll<Organization>('Organization', { active: 'true' })
  return all
    .filter((one) => ['therapy-record', 'full'].includes(codeIn(one, 'grade') ?? ''))
    .flatMap(({ id, name }) => (id === undefined || name === undefined ? [] : [{ reference: `Organization/${id}`, name }]))
    .toSorted((one, other) => one.name.localeCompare(other.name))
}

/** What `$page` said: who is on duty, or that nobody is. */
export async function whoIsPaged(record: PersonalRecord, urgent: string | undefined, { assessment: words }: Words) {
  if (urgent === undefined) return { nobody: true, title: words.pagedNobody, says: words.pagedUnknown }
  try {
    const { parameter = [] } = await record.ask<Parameters>(urgent, '$page', { resourceType: 'Parameters' })
    const state = parameter.find(({ name }) => name === 'state')?.valueCode
    const says = parameter.find(({ name }) => name === 'says')?.valueString ?? words.pagedUnknown
    const title = state === 'on' ? words.pagedOn : state === 'answered' ? words.pagedAnswered : words.pagedNobody
    return { nobody: state === 'nobody', title, says }
  } catch {
    // What to do now is shown all the same: the page must not fail because paging could not be asked.
    return { nobody: true, title: words.pagedNobody, says: words.pagedUnknown }
  }
}
