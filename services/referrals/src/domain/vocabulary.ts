/** The names that a referral is written with in FHIR. Each is written once, here; the code systems themselves are in `fhir-profiles`. */

const BASE = 'https://handrail.example/fhir'

/** Identifier system of the key that makes a Task of ours exist once, however often its reason is told. */
export const TASK_KEY = `${BASE}/Id/task-key`

/** Identifier system of the key that attaches a file to a request once. */
export const ATTACHMENT_KEY = `${BASE}/Id/attachment-key`

/** What a Task asks for. */
export const TASK_KIND = `${BASE}/CodeSystem/task-kind`

/** What a Task says when it ends: outcome, next-owner, next-action, due. */
export const TASK_OUTPUT = `${BASE}/CodeSystem/task-output`

/** What was decided of an answer from somebody who was not asked. */
export const ANSWER_DECISION = `${BASE}/CodeSystem/answer-decision`

/** An answer that is kept until somebody decides about it; an extension of Task. */
export const KEPT_ANSWER = `${BASE}/StructureDefinition/kept-answer`

/** Identifier system of the key that keeps a message of somebody who was not asked once, however often it is sent. */
export const KEPT_ANSWER_KEY = `${BASE}/Id/kept-answer`

/** The eight answers of triage. */
export const TRIAGE_OUTCOME = `${BASE}/CodeSystem/triage-outcome`

/** What a Task of the hub carries in input: participant, question, interim-plan, area, possible-duplicate. */
export const TASK_INPUT = `${BASE}/CodeSystem/task-input`

/** Red-flag cues: ids of `fhir-profiles/pathway/red-flags.json`. A referrer ticks one as a `reasonCode`; a step that has one says so in its input. */
export const RED_FLAG = `${BASE}/CodeSystem/red-flag`

/** The states of a Task as codes: on a step that is held after it was accepted, what it goes back to. FHIR R4, http://hl7.org/fhir/R4/codesystem-task-status.html */
export const TASK_STATUS = 'http://hl7.org/fhir/task-status'

/** Why a step is held: `more-information`, `absence`. */
export const STEP_HELD = `${BASE}/CodeSystem/step-held`

/** Why a need is unmet. */
export const UNMET_NEED = `${BASE}/CodeSystem/unmet-need`

/** Why a provider refuses. */
export const REFUSAL_REASON = `${BASE}/CodeSystem/refusal-reason`

/** The kinds of service of the pathway. */
export const SERVICE_KIND = `${BASE}/CodeSystem/service-kind`

/** Categories of requests; `advice` beside our own category asks for advice and not for somebody to take the person on. */
export const REQUEST_CATEGORY = `${BASE}/CodeSystem/request-category`

/** The eight plain words of a referral. */
export const REFERRAL_STATUS = `${BASE}/CodeSystem/referral-status`

/** By which channel a receiver is reached: `hub` (inbox, FHIR, subscription) or `bars`. */
export const DELIVERY_CHANNEL = `${BASE}/CodeSystem/delivery-channel`

/** How much of a referral a kind of receiver is sent. */
export const PAYLOAD_KIND = `${BASE}/CodeSystem/payload-kind`

/** Who coordinates a need; an extension of ServiceRequest. */
export const COORDINATOR = `${BASE}/StructureDefinition/coordinator`

/** Identifier system of the key that lets a need be taken up again once, however often it is asked. */
export const NEED_KEY = `${BASE}/Id/need-key`

/** The steps of a need that this service opens, codes of the CodeSystem task-kind. */
export const STEP_KINDS = [
  'referral',
  'single-point-of-access',
  'next-step',
  'escalation',
  'joint-review',
  'interim-support',
  'more-information',
  'advice',
  'waiting-list',
  'unmet-need-review',
  'sessions-missed',
  'place-kept',
  'answer-of-another',
] as const

/** One of them. */
export type StepKind = (typeof STEP_KINDS)[number]
