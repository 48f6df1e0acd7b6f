/** The names that a referral is written with in FHIR. Each is written once, here; the code systems themselves are in `fhir-profiles`. */

const BASE = 'https://handrail.example/fhir'

/** Identifier system of the key that makes a Task of ours exist once, however often its reason is told. */
export const TASK_KEY = `${BASE}/Id/task-key`

/** What a Task asks for. */
export const TASK_KIND = `${BASE}/CodeSystem/task-kind`

/** What a Task says when it ends: outcome, next-owner, next-action, due. */
export const TASK_OUTPUT = `${BASE}/CodeSystem/task-output`

/** The eight answers of triage. */
export const TRIAGE_OUTCOME = `${BASE}/CodeSystem/triage-outcome`

/** The steps of a referral that this service opens: asked to help, asked who helps, what a refusal left to do, told that another step is overdue. */
export type StepKind = 'referral' | 'single-point-of-access' | 'next-step' | 'escalation'
