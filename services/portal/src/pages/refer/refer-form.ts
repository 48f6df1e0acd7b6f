/** The form of a request for help: what was entered, what is wrong with it, and the ServiceRequest it makes. Pure. */
import type { Extension, ServiceRequest } from '@medplum/fhirtypes'
import { listIn, problems, textIn, type Problems } from '../../forms/fields.ts'
import type { Catalogue, Choice } from '../../knowledge/catalogue.ts'
import { codes, ids, ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

export interface EnteredRequest {
  readonly need: string
  readonly needs: string
  /** Codes of service-kind. */
  readonly kinds: readonly string[]
  /** Codes of precaution: what a service is warned of. */
  readonly precautions: readonly string[]
  /** Codes of access-attribute: what the place must have. */
  readonly accessNeeds: readonly string[]
  /** Ids of red-flag cues that were ticked. */
  readonly redFlags: readonly string[]
  /** `HH:MM`, or empty. */
  readonly notAfter: string
  readonly priority: string
  readonly key: string
}

export interface RequestGiven {
  readonly need: string
  readonly needs: readonly string[]
  readonly kinds: readonly Choice[]
  readonly precautions: readonly string[]
  readonly accessNeeds: readonly string[]
  readonly redFlags: readonly Choice[]
  /** `HH:MM:SS` by the local clock. */
  readonly notAfter?: string
  readonly priority: 'routine' | 'urgent'
  readonly key: string
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/
const LONGEST = 2_000

export const enteredRequest = (body: unknown): EnteredRequest => ({
  need: textIn(body, 'need'),
  needs: textIn(body, 'needs'),
  kinds: listIn(body, 'kind'),
  precautions: listIn(body, 'precaution'),
  accessNeeds: listIn(body, 'access'),
  redFlags: listIn(body, 'redFlag'),
  notAfter: textIn(body, 'notAfter'),
  priority: textIn(body, 'priority'),
  key: textIn(body, 'key'),
})

/** Reads the form against the codes that can be chosen. @param redFlags the cues that are approved today */
export function readRequest(
  entered: EnteredRequest,
  { serviceKinds, precautions, accessNeeds }: Pick<Catalogue, 'serviceKinds' | 'precautions' | 'accessNeeds'>,
  redFlags: readonly Choice[],
  { refer: words }: Words,
): { given?: RequestGiven; wrong: Problems } {
  const wrong = problems()
  if (entered.need === '') wrong.add('need', words.needMissing)
  else if (entered.need.length > LONGEST) wrong.add('need', words.long)
  if (entered.needs.length > LONGEST) wrong.add('needs', words.long)
  const kinds = serviceKinds.filter(({ code }) => entered.kinds.includes(code))
  if (entered.notAfter !== '' && !TIME.test(entered.notAfter)) wrong.add('notAfter', words.notAfterWrong)
  const priority = entered.priority === 'routine' || entered.priority === 'urgent' ? entered.priority : undefined
  if (priority === undefined) wrong.add('priority', words.priorityMissing)

  if (wrong.list.length > 0 || priority === undefined || !KEY.test(entered.key)) return { wrong }
  const needs = entered.needs
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    wrong,
    given: {
      need: entered.need,
      needs,
      kinds,
      precautions: knownOf(precautions, entered.precautions),
      accessNeeds: knownOf(accessNeeds, entered.accessNeeds),
      redFlags: redFlags.filter(({ code }) => entered.redFlags.includes(code)),
      priority,
      key: entered.key,
      ...(entered.notAfter === '' ? {} : { notAfter: `${entered.notAfter}:00` }),
    },
  }
}

const knownOf = (choices: readonly Choice[], entered: readonly string[]): readonly string[] =>
  choices.flatMap(({ code }) => (entered.includes(code) ? [code] : []))

/** The request as the record keeps it: a draft until it is sent, which nobody is asked by. */
export function toServiceRequest(
  { need, needs, kinds, precautions, accessNeeds, redFlags, notAfter, priority, key }: RequestGiven,
  patient: string,
  { organization, sector }: { readonly organization: string; readonly sector: string },
  now: Date,
): ServiceRequest {
  const criteria: Extension[] = [
    ...accessNeeds.map((code) => ({ url: 'accessNeed', valueCode: code as never })),
    ...precautions.map((code) => ({ url: 'precaution', valueCode: code as never })),
    ...(notAfter === undefined ? [] : [{ url: 'avoidAfter', valueTime: notAfter }]),
  ]
  return {
    resourceType: 'ServiceRequest',
    meta: { profile: [ours('hub-service-request')] },
    extension: [
      ...needs.map((one) => ({ url: ours('needs'), valueString: one })),
      { url: ours('sector'), valueCode: sector as never }, // the client's type of a code is a closed list
      ...(criteria.length === 0 ? [] : [{ url: ours('request-criteria'), extension: criteria }]),
    ],
    identifier: [{ system: ids('need-reference'), value: key }],
    status: 'draft',
    intent: 'order',
    priority,
    category: [{ coding: [{ system: codes('request-category'), code: 'neuro-rehabilitation', display: 'Neuro-rehabilitation pathway' }] }],
    code: { text: need },
    ...(kinds.length === 0
      ? {}
      : { orderDetail: kinds.map(({ code, display }) => ({ coding: [{ system: codes('service-kind'), code, display }] })) }),
    ...(redFlags.length === 0
      ? {}
      : { reasonCode: redFlags.map(({ code, display }) => ({ coding: [{ system: codes('red-flag'), code, display }] })) }),
    subject: { reference: `Patient/${patient}` },
    authoredOn: now.toISOString(),
    requester: { reference: organization },
  }
}

/** The condition by which the record knows a request that it already has. */
export const unlessSent = ({ key }: RequestGiven): string => `identifier=${encodeURIComponent(`${ids('need-reference')}|${key}`)}`
