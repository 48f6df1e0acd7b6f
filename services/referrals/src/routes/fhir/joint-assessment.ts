/**
 * The joint assessment: started for a need, filled in section by section by those who own them, listed for a meeting, signed off once. HAZ-R51,
 * HAZ-R52. Everything is read and written with the caller's token.
 */
import type { Parameters, ParametersParameter, QuestionnaireResponse } from '@medplum/fhirtypes'
import { saysRisk } from '@platform/fhir/risk-item'
import type { Caller } from '@platform/fhir/caller'
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { answerSection, type SectionAnswer } from '../../domain/assessment/answer-section.ts'
import { crisisLines } from '../../domain/assessment/crisis.ts'
import { populate, variablesOf } from '../../domain/assessment/populate.ts'
import { JOINT_ASSESSMENT, meetingList, ownerOf, type MeetingLine } from '../../domain/assessment/sections.ts'
import { mustBeWhole } from '../../domain/assessment/sign-off.ts'
import { startAssessment } from '../../domain/assessment/start-assessment.ts'
import { isOpen } from '../../domain/need.ts'
import { refuse } from '../../errors.ts'
import type { FhirRecord } from '../../store/record.ts'
import { sendResource } from './answer.ts'
import { crisisPart } from './crisis-part.ts'
import { readParameters } from './parameters.ts'

interface OneResource {
  readonly Params: { readonly id: string }
}

export const jointAssessment: FastifyPluginAsync<Dependencies> = async (app, { assessments, record, directory, pathway, clock }) => {
  const { questionnaire, sections } = assessments
  const mine = ({ token }: Caller): FhirRecord => record.as({ get: async () => token })

  app.post<OneResource>('/ServiceRequest/:id/$start-assessment', async ({ params, body, caller }, reply) => {
    const owners = readOwners(body)
    const by = organizationOf(caller)
    const own = mine(caller)
    const request = await assessments.need(own, params.id)
    for (const reference of new Set([by, ...owners.values()])) await assessments.mustBeFit(record, reference)
    const begun = startAssessment(request, sections, { by, at: clock.now(), version: questionnaire.version ?? '', owners })
    return sendResource(reply, await assessments.create(own, begun))
  })

  app.post<OneResource>('/QuestionnaireResponse/:id/$answer-section', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['section', 'answers', 'notAsked'])
    const linkId = given.code('section')
    const section = sections.find((one) => one.linkId === linkId)
    if (section === undefined)
      throw refuse.SECTION_UNKNOWN({ section: linkId ?? '' }, { expression: "Parameters.parameter.where(name = 'section')" })
    const answer = answerIn(given.string('notAsked'), given.resourceOrReference('answers'), section.linkId)
    const own = mine(caller)
    const by = caller.fhirUser?.startsWith('Practitioner') === true ? caller.fhirUser : organizationOf(caller)
    const answered = await assessments.change(own, params.id, (response) => {
      const answering = { organization: caller.organization, by, at: clock.now() }
      const { index, item } = answerSection(response, section, answer, answering)
      return [{ op: 'replace', path: `/item/${String(index)}`, value: item }]
    })
    return sendResource(reply, await whatFollows(answered))
  })

  app.post<OneResource>('/QuestionnaireResponse/:id/$sign-off', async ({ params, body, caller }, reply) => {
    if (body !== undefined && body !== null) readParameters(body, [])
    const own = mine(caller)
    const by = organizationOf(caller)
    const signed = await assessments.change(own, params.id, (response) => {
      mustBeWhole(response, sections)
      if (![response.author?.reference, ...(response.item ?? []).map(ownerOf)].includes(by))
        throw refuse.ASSESSMENT_UNKNOWN({ id: params.id })
      return [
        { op: 'replace', path: '/status', value: 'completed' },
        { op: 'add', path: '/authored', value: clock.now().toISOString() },
        { op: 'add', path: '/author', value: { reference: by } },
      ]
    })
    return sendResource(reply, signed)
  })

  app.get<OneResource>('/QuestionnaireResponse/:id/$meeting', async ({ params, caller }, reply) => {
    const response = await assessments.read(mine(caller), params.id)
    return sendResource(reply, { resourceType: 'Parameters', parameter: meetingList(response, sections).map(toPart) })
  })

  for (const path of ['/Questionnaire/$populate', '/Questionnaire/:id/$populate']) {
    app.post<{ Params: { id?: string } }>(path, async ({ params, body, caller }, reply) => {
      const given = readParameters(body, ['subject', 'canonical', 'questionnaireRef', 'local', 'context'], { repeated: ['context'] })
      const wanted = params.id ?? given.reference('questionnaireRef')?.split('/')[1] ?? canonicalIn(body)
      if (wanted !== 'joint-assessment') throw refuse.QUESTIONNAIRE_UNKNOWN()
      const patient = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(given.reference('subject') ?? '')?.[1]
      if (patient === undefined) throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'subject')" })
      const own = mine(caller)
      const found = await Promise.all(
        variablesOf(questionnaire, patient).map(
          async ({ name, type, criteria }) => [name, await assessments.find(own, type, criteria)] as const,
        ),
      )
      const response = populate(questionnaire, { patient, found: new Map(found), at: clock.now() })
      return sendResource(reply, { resourceType: 'Parameters', parameter: [{ name: 'response', resource: response }] })
    })
  }

  /** The assessment, and where somebody may be at risk what to show now, and the Task of whoever is paged. */
  async function whatFollows(response: QuestionnaireResponse): Promise<Parameters> {
    const parameter: ParametersParameter[] = [{ name: 'return', resource: response }]
    if (!saysRisk(response)) return { resourceType: 'Parameters', parameter }
    // The Task is the record's, in the transaction of the answer. Whoever answered need not be able to see it: it is its owner's.
    // That it cannot be looked up now must not keep the words from whoever waits for them.
    const [urgent] = (await assessments.urgent(record, response.id ?? '').catch(() => [])).filter(isOpen)
    const author = response.author?.reference
    const nation = author === undefined ? undefined : directory.listing(author)?.nation
    const lines = crisisLines(pathway.approved().crisis, clock.now(), nation).map(crisisPart)
    return {
      resourceType: 'Parameters',
      parameter: [
        ...parameter,
        ...(urgent?.id === undefined ? [] : [{ name: 'urgent', valueReference: { reference: `Task/${urgent.id}` } }]),
        ...lines,
      ],
    }
  }
}

/** @throws ORGANISATION_UNKNOWN */
function organizationOf({ organization }: Caller): string {
  if (organization === undefined) throw refuse.ORGANISATION_UNKNOWN()
  return organization
}

/** `section` parts: link id and owner. @throws PARAMETERS_UNREADABLE */
function readOwners(body: unknown): ReadonlyMap<string, string> {
  const parameters = (body as ParsedJson | undefined)?.value as Parameters | undefined
  if (parameters === undefined || parameters === null) return new Map()
  readParameters(body, ['section'], { repeated: ['section'] })
  return new Map(
    (parameters.parameter ?? []).map(({ part }, index) => {
      const parts: readonly ParametersParameter[] = Array.isArray(part) ? part : []
      const linkId = parts.find(({ name }) => name === 'linkId')
      const owner = parts.find(({ name }) => name === 'owner')?.valueReference?.reference
      const id = linkId?.valueCode ?? linkId?.valueString
      if (typeof id !== 'string' || typeof owner !== 'string' || !/^Organization\/[A-Za-z0-9\-.]{1,64}$/.test(owner))
        throw refuse.PARAMETERS_UNREADABLE({}, { expression: `Parameters.parameter[${String(index)}]` })
      return [id, owner] as const
    }),
  )
}

/** Answers, or why it was not asked: one of them. @throws SECTION_EMPTY, SECTION_UNREADABLE */
function answerIn(notAsked: string | undefined, answers: unknown, section: string): SectionAnswer {
  if (notAsked !== undefined && answers === undefined) return { notAsked }
  if (notAsked !== undefined || answers === undefined) throw refuse.SECTION_EMPTY({ section })
  const { resourceType, item } = answers as Partial<QuestionnaireResponse>
  const isList = Array.isArray(item) && item.every((one: unknown) => typeof one === 'object' && one !== null)
  if (resourceType !== 'QuestionnaireResponse' || !isList)
    throw refuse.SECTION_UNREADABLE({ section }, { expression: "Parameters.parameter.where(name = 'answers')" })
  return { parts: item }
}

const canonicalIn = (body: unknown): string | undefined => {
  const parameters = (body as ParsedJson).value as Parameters
  const { valueUri, valueCanonical, valueUrl } = parameters.parameter?.find(({ name }) => name === 'canonical') ?? {}
  return (valueCanonical ?? valueUri ?? valueUrl)?.split('|')[0] === JOINT_ASSESSMENT ? 'joint-assessment' : undefined
}

function toPart({ section, owner, state }: MeetingLine): ParametersParameter {
  const said: { readonly because?: string; readonly by?: string; readonly at?: string } = state.state === 'open' ? {} : state
  return {
    name: 'section',
    part: [
      { name: 'linkId', valueCode: section.linkId },
      { name: 'text', valueString: section.text },
      { name: 'state', valueCode: state.state },
      ...(owner === undefined ? [] : [{ name: 'owner', valueReference: { reference: owner } }]),
      ...(said.because !== undefined ? [{ name: 'because', valueString: said.because }] : []),
      ...(said.by !== undefined ? [{ name: 'by', valueReference: { reference: said.by } }] : []),
      ...(said.at !== undefined ? [{ name: 'at', valueDateTime: said.at }] : []),
    ],
  }
}
