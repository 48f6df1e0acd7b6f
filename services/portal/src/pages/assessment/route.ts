/** Joint assessments: started, filled in section by section, listed for a meeting, signed off. HAZ-R51, HAZ-R52 */
import type { Parameters, ParametersParameter, QuestionnaireResponse, QuestionnaireResponseItem } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PersonalRecord } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { textIn } from '../../forms/fields.ts'
import { readAssessmentForm } from '../../knowledge/assessment.ts'
import { crisisShown } from '../../knowledge/crisis-words.ts'
import { nameOf } from '../../knowledge/reading.ts'
import { showDay } from '../../rendering/dates.ts'
import type { Page } from '../../rendering/pages.ts'
import { givesCare, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { fitOwners, loadAssessments, openAssessment, whoIsPaged, type Opened } from './load.ts'
import {
  carriedFrom,
  enteredSection,
  itemOf,
  readSection,
  saysYes,
  shownSection,
  toParameters,
  type AskedSection,
  type EnteredSection,
} from './sections.ts'

interface One {
  readonly Params: { readonly id: string }
  readonly Querystring: { readonly done?: string }
}
interface OneSection {
  readonly Params: { readonly id: string; readonly section: string }
}

export const assessment: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  const { sections, measures } = readAssessmentForm()
  const caring = (request: FastifyRequest): { session: Session; mine: PersonalRecord } => {
    const session = signedIn(request)
    if (!givesCare(session)) throw refuse.NOT_ALLOWED()
    return { session, mine: record(session.token) }
  }

  app.get<One>('/people/:id/assessments', async (request, reply) => {
    const { mine, session } = caring(request)
    return showList(reply, mine, request.params.id, session)
  })

  app.post<One>('/people/:id/assessments', async (request, reply) => {
    const { mine, session } = caring(request)
    const need = textIn(request.body, 'need')
    if (!/^[A-Za-z0-9\-.]{1,64}$/.test(need))
      return showList(reply.code(422), mine, request.params.id, session, {
        errors: [{ href: '#need', text: reply.words.assessment.needMissing }],
      })
    const owners = sections.flatMap(({ linkId }): readonly ParametersParameter[] => {
      const reference = textIn(request.body, `owner-${linkId}`)
      const part = [
        { name: 'linkId', valueCode: linkId },
        { name: 'owner', valueReference: { reference } },
      ]
      return reference === '' ? [] : [{ name: 'section', part }]
    })
    try {
      const given: Parameters = { resourceType: 'Parameters', parameter: owners }
      const started = await mine.ask<QuestionnaireResponse>(`ServiceRequest/${need}`, '$start-assessment', given)
      return await reply.redirect(`/assessments/${started.id ?? ''}`, 303)
    } catch (error) {
      return showList(reply.code(422), mine, request.params.id, session, { errors: problemsOf(error, '#need') })
    }
  })

  app.get<One>('/assessments/:id', async (request, reply) => {
    const { session, mine } = caring(request)
    return showOne(reply, await opened(mine, request.params.id, session, reply), request.query.done)
  })

  app.post<One>('/assessments/:id/sign-off', async (request, reply) => {
    const { session, mine } = caring(request)
    const { id } = request.params
    try {
      await mine.ask(`QuestionnaireResponse/${id}`, '$sign-off', { resourceType: 'Parameters' })
    } catch (error) {
      const errors = problemsOf(error, '#sections')
      return showOne(reply.code(422), await opened(mine, id, session, reply), undefined, { errors })
    }
    return reply.redirect(`/assessments/${id}?done=signed-off`, 303)
  })

  for (const [path, operation, parameter] of [
    ['have', '$acknowledge', []],
    ['acted', '$close', [{ name: 'outcome', valueCode: 'acted-on' }]],
  ] as const) {
    app.post<One>(`/assessments/:id/${path}`, async (request, reply) => {
      const { session, mine } = caring(request)
      const { urgent } = await opened(mine, request.params.id, session, reply)
      for (const task of urgent)
        await mine.ask(`Task/${task.id ?? ''}`, operation, { resourceType: 'Parameters', parameter: [...parameter] })
      return reply.redirect(`/assessments/${request.params.id}?done=${path}`, 303)
    })
  }

  app.get<OneSection>('/assessments/:id/sections/:section', async (request, reply) => {
    const { session, mine } = caring(request)
    const { one, asked } = await openSection(mine, request.params, session, reply)
    const saved = itemOf(one.response, asked.linkId)
    const isOpen = one.sections.find(({ linkId }) => linkId === asked.linkId)?.open === true
    const known = isOpen ? await knownOf(mine, one, asked) : saved
    return showForm(reply, one, asked, { values: shownSection(asked, known), known })
  })

  app.post<OneSection>('/assessments/:id/sections/:section', async (request, reply) => {
    const { session, mine } = caring(request)
    const { one, asked } = await openSection(mine, request.params, session, reply)
    const entered = enteredSection(request.body, asked)
    const known = (await knownOf(mine, one, asked)) ?? itemOf(one.response, asked.linkId)
    const { given, wrong } = readSection(entered, asked, { known, measures }, reply.words)
    if (given === undefined) return showForm(reply.code(422), one, asked, { values: entered, known, errors: wrong.list, of: wrong.of })
    try {
      const answer = await mine.ask<Parameters>(
        `QuestionnaireResponse/${request.params.id}`,
        '$answer-section',
        toParameters(asked.linkId, given),
      )
      if (saysYes(entered)) return await showCrisis(reply, mine, one, answer.parameter ?? [])
    } catch (error) {
      return showForm(reply.code(422), one, asked, {
        values: entered,
        known,
        errors: problemsOf(error, `#${asked.parts[0]?.linkId ?? ''}`),
      })
    }
    const next = one.sections.find(({ linkId, mine: own, open }) => own && open && linkId !== asked.linkId)
    const to = next === undefined ? '?done=saved' : `/sections/${next.linkId}`
    return reply.redirect(`/assessments/${request.params.id}${to}`, 303)
  })

  const opened = (mine: PersonalRecord, id: string, { organization }: Session, { words }: FastifyReply): Promise<Opened> =>
    openAssessment(mine, id, { asked: sections, organization }, words)

  /** @throws NOT_FOUND for a section that is not there or another organisation's, or an assessment that is signed off */
  async function openSection(mine: PersonalRecord, { id, section }: OneSection['Params'], session: Session, reply: FastifyReply) {
    const one = await opened(mine, id, session, reply)
    const asked = sections.find(({ linkId }) => linkId === section)
    const own = one.sections.find(({ linkId }) => linkId === section)?.mine === true
    if (asked === undefined || !own || one.response.status !== 'in-progress') throw refuse.NOT_FOUND()
    return { one, asked }
  }

  /** What the record knows of a section; nothing where it cannot be asked, since a form can be filled in without. */
  async function knownOf(mine: PersonalRecord, { patient }: Opened, { linkId }: AskedSection) {
    const subject = { name: 'subject', valueReference: { reference: `Patient/${patient.id ?? ''}` } }
    const given: Parameters = { resourceType: 'Parameters', parameter: [subject] }
    const answer = await mine.ask<Parameters>('Questionnaire', '$populate', given).catch(() => undefined)
    const response = answer?.parameter?.find(({ name }) => name === 'response')?.resource
    return response?.resourceType === 'QuestionnaireResponse' ? itemOf(response, linkId) : undefined
  }

  async function showList(
    reply: FastifyReply,
    mine: PersonalRecord,
    id: string,
    { organization }: Session,
    view: Partial<Page> = {},
  ): Promise<FastifyReply> {
    const { assessment: words } = reply.words
    const [{ name, assessments, needs }, organisations] = await Promise.all([loadAssessments(mine, id, reply.words), fitOwners(mine)])
    return reply.page('assessment/list', {
      title: words.title(name),
      back: { href: `/people/${id}`, text: reply.words.back },
      path: `/people/${id}/assessments`,
      assessments,
      needs,
      // Whoever owns no section starts none: leisure, for one.
      own: organisations.find(({ reference }) => reference === organization)?.name,
      organisations: organisations.filter(({ reference }) => reference !== organization),
      sections,
      ...view,
    })
  }

  function showOne(reply: FastifyReply, one: Opened, done: string | undefined, view: Partial<Page> = {}): FastifyReply {
    const { assessment: words } = reply.words
    const DONE: Readonly<Record<string, string>> = {
      saved: words.saved,
      'signed-off': words.signedOff,
      have: words.haveDone,
      acted: words.closeDone,
    }
    const { response, patient } = one
    return reply.page('assessment/view', {
      title: words.one(showDay(response.authored ?? '', reply.words.lang)),
      back: { href: `/people/${patient.id ?? ''}/assessments`, text: reply.words.back },
      id: response.id,
      name: nameOf(patient.name) ?? reply.words.person.unnamed,
      open: response.status === 'in-progress',
      sections: one.sections,
      waiting: one.sections.filter((section) => section.open),
      urgent: one.urgent.map(({ status, note }) => ({ waits: status === 'requested' || status === 'received', says: note?.at(-1)?.text })),
      done: done === undefined ? undefined : DONE[done],
      ...view,
    })
  }

  interface FormView {
    readonly values: EnteredSection
    readonly known: QuestionnaireResponseItem | undefined
    readonly errors?: Page['errors']
    readonly of?: object
  }

  function showForm(
    reply: FastifyReply,
    one: Opened,
    asked: AskedSection,
    { values, known, errors = [], of = {} }: FormView,
  ): FastifyReply {
    const { assessment: words, lang } = reply.words
    const carried = Object.fromEntries(
      asked.parts.flatMap(({ linkId }) => {
        const from = carriedFrom(known, linkId)
        if (from === undefined) return []
        return [[linkId, from.asOf === undefined ? words.carriedUndated : words.carried(showDay(from.asOf.slice(0, 10), lang))]]
      }),
    )
    return reply.page('assessment/section', {
      title: asked.text,
      back: { href: `/assessments/${one.response.id ?? ''}`, text: reply.words.back },
      id: one.response.id,
      name: nameOf(one.patient.name) ?? reply.words.person.unnamed,
      asked,
      values,
      carried,
      measures,
      errors,
      of,
      // Whatever is wrong with the form, what to do now comes first. HAZ-R51
      crisisFirst: saysYes(values) && errors.length > 0,
    })
  }

  async function showCrisis(
    reply: FastifyReply,
    mine: PersonalRecord,
    one: Opened,
    parameters: readonly ParametersParameter[],
  ): Promise<FastifyReply> {
    const urgent = parameters.find(({ name }) => name === 'urgent')?.valueReference?.reference
    return reply.page('assessment/crisis', {
      title: reply.words.assessment.crisisTitle,
      id: one.response.id,
      lines: crisisShown(parameters, reply.words),
      paged: await whoIsPaged(mine, urgent, reply.words),
    })
  }
}

/** What the hub refused, beside the form. @throws whatever is no refusal of what was entered */
function problemsOf(error: unknown, href: string): NonNullable<Page['errors']> {
  if (!(error instanceof Refusal) || (error.code !== 'RECORD_REFUSED' && error.code !== 'CHANGED_MEANWHILE')) throw error
  return error.issues.map(({ text }) => ({ href, text }))
}
