/** One session in the one shape of every sector: from plain facts to the profile therapy-session. Pure. */
import type { Extension, Procedure } from '@medplum/fhirtypes'
import type { CheckedLevel } from '../access/checked-level.ts'
import type { Term } from './vocabulary.ts'

const BASE = 'https://handrail.example/fhir'
export const SESSION_KEY = `${BASE}/Id/session-key`

/** What was recorded of one session, or of a course as one entry. Absent was not said. */
export interface SessionFacts {
  readonly kind: Term
  /** The therapy in the words of whoever recorded it. */
  readonly words: string
  /** FHIR date or dateTime of when it took place, or was to take place. */
  readonly on: string
  readonly status: 'completed' | 'not-done'
  readonly reason?: Term
  /** Part of a pause, or the end of taking part. */
  readonly participation?: Term
  readonly sessions?: number
  readonly minutes?: number
  readonly repetitions?: number
  /** 0 to 10, as the person felt it. */
  readonly effort?: number
  readonly setting?: Term
  readonly mode?: Term
  readonly approach?: Term
  readonly funder?: Term
  readonly bodySite?: string
  readonly response?: Term
  readonly responseWords?: string
  readonly event?: Term
  readonly eventWords?: string
  readonly note?: string
  /** `Practitioner/…`, or a name in words. */
  readonly by?: string
}

/** Whose session it was, and who records it. */
export interface SessionRecording {
  /** The recording system's own key of the session: the same key is the same entry. */
  readonly key: string
  /** Id of the Patient. */
  readonly patient: string
  /** `Organization/…` */
  readonly organization: string
  readonly sector: string
  readonly level: CheckedLevel
  /** When it was typed or sent, apart from when it happened. */
  readonly recordedAt: Date
}

/** The session as it is kept: profile therapy-session, as recorded by this organisation at this level. */
export function toProcedure(facts: SessionFacts, { key, patient, organization, sector, level, recordedAt }: SessionRecording): Procedure {
  const { minutes, repetitions, effort } = facts
  const code = (name: string, value: string | undefined): Extension[] =>
    value === undefined ? [] : [{ url: ours(name), valueCode: value }]
  const dose = [
    ...(minutes === undefined ? [] : [{ url: 'minutes', valuePositiveInt: minutes }]),
    ...(repetitions === undefined ? [] : [{ url: 'repetitions', valuePositiveInt: repetitions }]),
    ...(effort === undefined ? [] : [{ url: 'effort', valueUnsignedInt: effort }]),
  ]
  return {
    resourceType: 'Procedure',
    meta: { profile: [ours('therapy-session')] },
    extension: [
      ...code('sector', sector),
      ...code('checked-level', level),
      ...code('funder', facts.funder?.code),
      ...code('approach', facts.approach?.code),
      ...code('setting', facts.setting?.code),
      ...code('delivery-mode', facts.mode?.code),
      ...code('participation', facts.participation?.code),
      ...(facts.sessions === undefined ? [] : [{ url: ours('session-count'), valuePositiveInt: facts.sessions }]),
      ...(dose.length === 0 ? [] : [{ url: ours('dose'), extension: dose }]),
      { url: ours('recorded-at'), valueDateTime: recordedAt.toISOString() },
    ],
    identifier: [{ system: SESSION_KEY, value: key }],
    status: facts.status,
    ...(facts.reason && { statusReason: concept(facts.reason) }),
    code: concept(facts.kind, facts.words),
    subject: { reference: `Patient/${patient}` },
    performedDateTime: facts.on,
    performer: [performer(facts.by, organization)],
    ...(facts.bodySite !== undefined && { bodySite: [{ text: facts.bodySite }] }),
    ...(facts.response && { outcome: concept(facts.response, facts.responseWords) }),
    ...(facts.event && { complication: [concept(facts.event, facts.eventWords)] }),
    ...(facts.note !== undefined && { note: [{ text: facts.note }] }),
  }
}

const ours = (name: string): string => `${BASE}/StructureDefinition/${name}`

const concept = ({ system, code, display }: Term, text = display) => ({ coding: [{ system, code, display }], text })

function performer(by: string | undefined, organization: string) {
  const onBehalfOf = { reference: organization }
  if (by === undefined) return { actor: onBehalfOf }
  return { actor: /^Practitioner(Role)?\/[A-Za-z0-9.-]{1,64}$/.test(by) ? { reference: by } : { display: by }, onBehalfOf }
}
