/** `POST /bars/$process-message`: a referral, a change of one, a cancellation, or an answer to one of ours. 200 means stored, not accepted clinically. */
import type { Bundle, Encounter, Patient, ServiceRequest } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import { Refusal } from '@platform/fhir/errors'
import { parseJson } from '@platform/fhir/json'
import { scopesAllow } from '@platform/fhir/scopes'
import type { FastifyPluginAsync } from 'fastify'
import type { BarsSettings, Dependencies } from '../../dependencies.ts'
import { isAnsweredByAsked } from '../../domain/bars/answered-by.ts'
import { answerIn, applyAnswer } from '../../domain/bars/apply-response.ts'
import { checkAskers, checkVersion, readIds, readTarget, type BarsHeaders } from '../../domain/bars/headers.ts'
import { isSamePerson, toTransaction, type Arrival } from '../../domain/bars/inbound-referral.ts'
import { changeOf, isFromSender, saidBy } from '../../domain/bars/kept-message.ts'
import { readMessage, type BarsMessage } from '../../domain/bars/message.ts'
import { openStepOf } from '../../domain/answers/answered-step.ts'
import { deciderOf, keepAnswer, keptMessage, placeFor } from '../../domain/kept-answers.ts'
import { isEnded } from '../../domain/need.ts'
import { KEPT_ANSWER_KEY } from '../../domain/vocabulary.ts'
import { refuse } from '../../errors.ts'
import { sha1Of, sha256Of } from '../../store/attachment-scans.ts'
import type { ReferralTaken } from '../../store/bars-exchanges.ts'
import { BARS_JSON } from './bars-context.ts'
import { callerOf } from './caller.ts'

type Options = Dependencies & { readonly bars: BarsSettings }

export const processMessage: FastifyPluginAsync<Options> = async (app, dependencies) => {
  const { bars, barsExchanges, clock } = dependencies
  // The order is the guide's: version, ids, target, who asks, duplicate, JSON and shape, rules of the message, state of the referral.
  app.post('/$process-message', async (request, reply) => {
    checkVersion(request.headers)
    const ids = readIds(request.headers)
    const target = readTarget(request.headers, bars.serviceIds)
    const caller = await callerOf(request, dependencies.tokens)
    checkAskers(request.headers)
    const begun = await barsExchanges.begin(ids, caller.clientId, clock.now())
    if (begun === 'done') throw refuse.BARS_DUPLICATE()
    if (begun === 'working') throw refuse.BARS_TOO_EARLY()
    try {
      const message = readMessage(jsonOf(request.body), target)
      const came = { message, bytes: request.body as Buffer, caller }
      const answer = await actOn(came, { ...ids, target }, dependencies)
      await barsExchanges.done(ids, clock.now())
      return await reply.header('content-type', BARS_JSON).send(JSON.stringify(answer))
    } catch (error) {
      await barsExchanges.failed(ids)
      throw asBars(error)
    }
  })
}

function jsonOf(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw refuse.BARS_NOT_JSON()
  try {
    return parseJson(body.toString('utf8')).value
  } catch (cause) {
    throw refuse.BARS_NOT_JSON({}, { cause })
  }
}

/** What our own rules and the record refuse, as BaRS says it. */
function asBars(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  if (error.code === 'REFERRAL_UNKNOWN' || error.code === 'TASK_UNKNOWN') return refuse.BARS_REFERRAL_UNKNOWN({}, { cause: error })
  if (error.code === 'REFERRAL_CLOSED' || error.code === 'TASK_CLOSED' || error.code === 'CHANGED_TOO_OFTEN')
    return refuse.BARS_MOVED_ON({}, { cause: error })
  return error
}

/** A message with its bytes, and who brought it. */
interface Came {
  readonly message: BarsMessage
  readonly bytes: Buffer
  readonly caller: Caller
}

async function actOn(came: Came, headers: BarsHeaders, dependencies: Options): Promise<Bundle> {
  const { message, caller } = came
  switch (message.act) {
    case 'refer':
      return refer(message, headers, caller, dependencies)
    case 'update':
    case 'withdraw':
    case 'entered-in-error':
      return change(came, headers, dependencies)
    case 'taken-up':
    case 'refused':
    case 'done':
    case 'did-not-attend':
      return answered(came, dependencies)
  }
}

const arrivalOf = ({ correlationId, target }: BarsHeaders, { directory, clock, bars }: Options): Arrival => ({
  correlationId,
  target,
  directory,
  category: bars.category,
  at: clock.now(),
})

async function refer(message: BarsMessage, headers: BarsHeaders, caller: Caller, options: Options): Promise<Bundle> {
  const { record, barsExchanges, clock } = options
  const before = await barsExchanges.taken(headers.correlationId, caller.clientId, fromOf(message))
  if (before?.answersTo === fromOf(message) && (await isRepeat(message, before, options))) return echoed(message, before.need)
  const own = record.as({ get: async () => caller.token })
  const stored = await own.transact(toTransaction(message, arrivalOf(headers, options)))
  const need = stored.entry?.[2]?.response?.location?.match(/ServiceRequest\/([A-Za-z0-9\-.]{1,64})/)?.[1]
  if (need === undefined) throw refuse.BARS_REFERRAL_UNKNOWN()
  await barsExchanges.take({
    correlationId: headers.correlationId,
    client: caller.clientId,
    need,
    bundleId: message.bundleId,
    answersTo: fromOf(message),
    at: clock.now(),
  })
  // It is routed when the change is heard; the sender is not kept waiting for that.
  return echoed(message, need)
}

/** Which service sends: answers go there. */
const fromOf = ({ header }: BarsMessage): string => header.source?.endpoint ?? ''

/**
 * Whether a new referral is one that is here already. Another one under its correlation id is not passed over: it is taken once the one before
 * has ended, and until then the sender hears that it is open. HAZ-R85
 *
 * @throws BARS_STILL_OPEN, BARS_PERSON_DIFFERS, and BARS_MOVED_ON for the repeat of one that has ended
 */
async function isRepeat(message: BarsMessage, { need, bundleId }: ReferralTaken, { record }: Options): Promise<boolean> {
  const current = await record.read<ServiceRequest>(`ServiceRequest/${need}`)
  if (current === undefined) return false
  if (bundleId === message.bundleId) {
    if (isEnded(current)) throw refuse.BARS_MOVED_ON()
    return true
  }
  await mustBeSamePerson(message, current, record)
  if (!isEnded(current)) throw refuse.BARS_STILL_OPEN()
  return false
}

/** By the hub's own copy, also where the sender may not read it. @throws BARS_PERSON_DIFFERS */
async function mustBeSamePerson({ patient }: BarsMessage, { subject }: ServiceRequest, record: Options['record']): Promise<void> {
  const stored = await record.read<Patient>(subject.reference ?? '')
  if (stored !== undefined && !isSamePerson(patient, stored)) throw refuse.BARS_PERSON_DIFFERS()
}

async function change(came: Came, headers: BarsHeaders, options: Options): Promise<Bundle> {
  const { message, caller } = came
  const { record, barsExchanges, needs } = options
  const known = await barsExchanges.taken(headers.correlationId, caller.clientId, fromOf(message))
  const given = message.request.id
  if (known === undefined || (given !== undefined && given !== known.need)) throw refuse.BARS_REFERRAL_UNKNOWN()
  const own = record.as({ get: async () => caller.token })
  const current = await own.read<ServiceRequest>(`ServiceRequest/${known.need}`)
  if (current === undefined) throw refuse.BARS_REFERRAL_UNKNOWN()
  if (current.status !== 'active') throw refuse.BARS_MOVED_ON()
  await mustBeSamePerson(message, current, record)
  if (!isFromSender(message, { answersTo: known.answersTo, requester: current.requester }, options.directory))
    return kept(came, { need: known.need }, options)
  await needs.decide(known.need, caller, (need, { at }) => changeOf(need, message, arrivalOf(headers, options), at))
  return echoed(message, known.need)
}

/** A receiver's answer to a referral that we sent. @throws BARS_REFERRAL_UNKNOWN, BARS_NOT_FOR_YOU, and as `kept` does */
async function answered(came: Came, options: Options): Promise<Bundle> {
  const { message, caller } = came
  const { deliveries, needs, bars, directory } = options
  if (!scopesAllow(caller.scopes, 'Task', 'u')) throw refuse.BARS_NOT_FOR_YOU()
  const sent = message.answers === undefined ? undefined : await deliveries.sent(message.answers)
  const said = answerIn(message)
  if (sent === undefined || said === undefined) throw refuse.BARS_REFERRAL_UNKNOWN()
  let isTheirs = true
  await needs.apply(sent.need, (need, circumstances) => {
    const owner = need.tasks.find(({ id }) => id === sent.task)?.owner?.reference
    isTheirs = isAnsweredByAsked(message, { target: sent.target, owner, ours: bars.serviceIds }, directory)
    return isTheirs ? applyAnswer(need, sent.task, said, circumstances) : []
  })
  return isTheirs ? echoed(message, message.request.id ?? sent.need) : kept(came, { need: sent.need, step: sent.task }, options)
}

/**
 * What comes from somebody who was not asked changes nothing, and is not lost: the message is stored as it came, and whoever coordinates the need decides about it.
 * 200 means stored, as it always does in BaRS. Decision 570; HAZ-R87
 *
 * @throws BARS_PERSON_DIFFERS, TASK_CLOSED where its step has ended, BARS_ANSWER_OF_ANOTHER where as many wait as anybody can look at
 */
async function kept(
  { message, bytes, caller }: Came,
  about: { readonly need: string; readonly step?: string },
  options: Options,
): Promise<Bundle> {
  const { record, needs, directory, pathway, clock, log } = options
  const whole = await record.readNeed(about.need)
  if (whole === undefined) throw refuse.BARS_REFERRAL_UNKNOWN()
  if (about.step !== undefined) openStepOf(whole, about.step)
  await mustBeSamePerson(message, whole.request, record)
  const mark = sha256Of(bytes)
  const place = placeFor(whole, about.step, mark)
  log.warn({ event: 'bars.answer-of-another', need: about.need, task: about.step, client: caller.clientId, kept: place !== 'full' })
  if (place === 'full') throw refuse.BARS_ANSWER_OF_ANOTHER()
  if (place === 'room') {
    const at = clock.now()
    const said = { ...saidBy(message), mark, at }
    const to = deciderOf(whole, { at, pathway, directory })
    const { message: stored, key } = keptMessage(whole.request, bytes, { ...said, sha1: sha1Of(bytes), step: about.step, to })
    const ifNoneExist = `identifier=${encodeURIComponent(`${KEPT_ANSWER_KEY}|${key}`)}`
    const answer = await record.transact({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: stored, request: { method: 'POST', url: 'Communication', ifNoneExist } }],
    })
    const reference = /Communication\/[A-Za-z0-9\-.]{1,64}/.exec(answer.entry?.[0]?.response?.location ?? '')?.[0]
    if (reference === undefined) throw refuse.RECORD_UNAVAILABLE()
    await needs.apply(about.need, (need, circumstances) => keepAnswer(need, about.step, { ...said, message: reference }, circumstances))
  }
  // As it came, without an id of ours: nobody is told more than they said.
  return message.bundle
}

/** The message repeated, with our id on its ServiceRequest and an Encounter that carries the number a human reads. */
function echoed({ bundle, request, act, patient, urlOf }: BarsMessage, need: string): Bundle {
  const ours: Encounter = {
    resourceType: 'Encounter',
    status: 'planned',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    identifier: [{ system: 'https://handrail.example/fhir/Id/need', value: need }],
    subject: { reference: urlOf(patient) },
  }
  const entry = (bundle.entry ?? []).map((one) => (one.resource === request ? { ...one, resource: { ...request, id: need } } : one))
  return { ...bundle, entry: act === 'refer' ? [...entry, { fullUrl: `urn:handrail:need:${need}`, resource: ours }] : entry }
}
