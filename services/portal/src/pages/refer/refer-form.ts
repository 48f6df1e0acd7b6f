/** The form of a request for help: what was entered, what is wrong with it, and the ServiceRequest it makes. Pure. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import type { Listed } from '../../knowledge/directory.ts'
import { codes, ids, ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

export interface EnteredRequest {
  readonly need: string
  readonly needs: string
  /** `Organization/…`, or `single-point-of-access`. */
  readonly performer: string
  readonly priority: string
  readonly key: string
}

export interface RequestGiven {
  readonly need: string
  readonly needs: readonly string[]
  /** Absent: the single point of access decides. */
  readonly performer?: string
  readonly priority: 'routine' | 'urgent'
  readonly key: string
}

/** The choice that names nobody. */
export const SINGLE_POINT_OF_ACCESS = 'single-point-of-access'

const KEY = /^[A-Za-z0-9-]{8,64}$/
const LONGEST = 2_000

export const enteredRequest = (body: unknown): EnteredRequest => ({
  need: textIn(body, 'need'),
  needs: textIn(body, 'needs'),
  performer: textIn(body, 'performer'),
  priority: textIn(body, 'priority'),
  key: textIn(body, 'key'),
})

/** @param listed who can be asked; nobody else is */
export function readRequest(
  entered: EnteredRequest,
  listed: readonly Listed[],
  { refer: words }: Words,
): { given?: RequestGiven; wrong: Problems } {
  const wrong = problems()
  if (entered.need === '') wrong.add('need', words.needMissing)
  else if (entered.need.length > LONGEST) wrong.add('need', words.long)
  if (entered.needs.length > LONGEST) wrong.add('needs', words.long)
  const named = listed.find(({ reference }) => reference === entered.performer)
  if (named === undefined && entered.performer !== SINGLE_POINT_OF_ACCESS) wrong.add('performer', words.performerMissing)
  const priority = entered.priority === 'routine' || entered.priority === 'urgent' ? entered.priority : undefined
  if (priority === undefined) wrong.add('priority', words.priorityMissing)

  if (wrong.list.length > 0 || priority === undefined || !KEY.test(entered.key)) return { wrong }
  const needs = entered.needs
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    wrong,
    given: { need: entered.need, needs, priority, key: entered.key, ...(named === undefined ? {} : { performer: named.reference }) },
  }
}

/** The request as the record keeps it; the hub asks from there. */
export function toServiceRequest(
  { need, needs, performer, priority, key }: RequestGiven,
  patient: string,
  { organization, sector }: { readonly organization: string; readonly sector: string },
  now: Date,
): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    meta: { profile: [ours('hub-service-request')] },
    extension: [
      ...needs.map((one) => ({ url: ours('needs'), valueString: one })),
      { url: ours('sector'), valueCode: sector as never }, // the client's type of a code is a closed list
    ],
    identifier: [{ system: ids('need-reference'), value: key }],
    status: 'active',
    intent: 'order',
    priority,
    category: [{ coding: [{ system: codes('request-category'), code: 'neuro-rehabilitation', display: 'Neuro-rehabilitation pathway' }] }],
    code: { text: need },
    subject: { reference: `Patient/${patient}` },
    authoredOn: now.toISOString(),
    requester: { reference: organization },
    ...(performer === undefined ? {} : { performer: [{ reference: performer }] }),
  }
}

/** The condition by which the record knows a request that it already has. */
export const unlessSent = ({ key }: RequestGiven): string => `identifier=${encodeURIComponent(`${ids('need-reference')}|${key}`)}`
