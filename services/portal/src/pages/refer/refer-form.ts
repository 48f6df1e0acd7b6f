/** The form of a request for help: what was entered, what is wrong with it, and the ServiceRequest it makes. Pure. */
import type { Extension, ServiceRequest } from '@medplum/fhirtypes'
import { listIn, problems, textIn, type Problems } from '../../forms/fields.ts'
import type { Catalogue, Choice } from '../../knowledge/catalogue.ts'
import { codeOf, codes, ids, ours, textsIn } from '../../knowledge/reading.ts'
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
  /** None where a person asks for themselves: nobody makes them judge it, and it is clocked as routine. */
  readonly priority?: 'routine' | 'urgent'
  readonly key: string
}

const KEY = /^[A-Za-z0-9-]{8,64}$/
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/
const LONGEST = 2_000

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
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

/** Reads the form of a team, which says how soon. @param redFlags the cues that are approved today */
export function readRequest(
  entered: EnteredRequest,
  catalogue: Offered,
  redFlags: readonly Choice[],
  words: Words,
): { given?: RequestGiven; wrong: Problems } {
  const priority = entered.priority === 'routine' || entered.priority === 'urgent' ? entered.priority : undefined
  const { given, wrong } = readOwnRequest(entered, catalogue, redFlags, words, words.refer.needMissing)
  if (priority === undefined) wrong.add('priority', words.refer.priorityMissing)
  return given === undefined || priority === undefined ? { wrong } : { wrong, given: { ...given, priority } }
}

/** What can be chosen in it. */
type Offered = Pick<Catalogue, 'serviceKinds' | 'precautions' | 'accessNeeds'>

/** Reads the same form without how soon: as a person fills it in for themselves. @param missing what is said where no need is */
export function readOwnRequest(
  entered: EnteredRequest,
  { serviceKinds, precautions, accessNeeds }: Offered,
  redFlags: readonly Choice[],
  { refer: words }: Words,
  missing: string,
): { given?: RequestGiven; wrong: Problems } {
  const wrong = problems()
  if (entered.need === '') wrong.add('need', missing)
  else if (entered.need.length > LONGEST) wrong.add('need', words.long)
  if (entered.needs.length > LONGEST) wrong.add('needs', words.long)
  const kinds = serviceKinds.filter(({ code }) => entered.kinds.includes(code))
  if (entered.notAfter !== '' && !TIME.test(entered.notAfter)) wrong.add('notAfter', words.notAfterWrong)
  if (wrong.list.length > 0 || !KEY.test(entered.key)) return { wrong }
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
      key: entered.key,
      ...(entered.notAfter === '' ? {} : { notAfter: `${entered.notAfter}:00` }),
    },
  }
}

const knownOf = (choices: readonly Choice[], entered: readonly string[]): readonly string[] =>
  choices.flatMap(({ code }) => (entered.includes(code) ? [code] : []))

/**
 * The request as the record keeps it: a draft until it is sent, which nobody is asked by.
 *
 * @param requester `Organization/<id>` with its sector; or the person or their carer, who have none and propose where a team orders
 */
export function toServiceRequest(
  { need, needs, kinds, precautions, accessNeeds, redFlags, notAfter, priority, key }: RequestGiven,
  patient: string,
  { requester, sector, intent = 'order' }: { readonly requester: string; readonly sector?: string; readonly intent?: 'order' | 'proposal' },
  now: Date,
): ServiceRequest {
  const criteria: Extension[] = [
    ...accessNeeds.map((code) => ({ url: 'accessNeed', valueCode: code as never })),
    ...precautions.map((code) => ({ url: 'precaution', valueCode: code as never })),
    ...(notAfter === undefined ? [] : [{ url: 'avoidAfter', valueTime: notAfter }]),
  ]
  const extension: Extension[] = [
    ...needs.map((one) => ({ url: ours('needs'), valueString: one })),
    ...(sector === undefined ? [] : [{ url: ours('sector'), valueCode: sector as never }]), // the client's type of a code is a closed list
    ...(criteria.length === 0 ? [] : [{ url: ours('request-criteria'), extension: criteria }]),
  ]
  return {
    resourceType: 'ServiceRequest',
    meta: { profile: [ours('hub-service-request')] },
    ...(extension.length === 0 ? {} : { extension }),
    identifier: [{ system: ids('need-reference'), value: key }],
    status: 'draft',
    intent,
    ...(priority === undefined ? {} : { priority }),
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
    requester: { reference: requester },
  }
}

/** The condition by which the record knows a request that it already has. */
export const unlessSent = ({ key }: RequestGiven): string => `identifier=${encodeURIComponent(`${ids('need-reference')}|${key}`)}`

/** A draft as its form shows it again; how soon is not among it where nobody said. */
export function enteredOf({ extension = [], identifier = [], priority, code, orderDetail, reasonCode }: ServiceRequest): EnteredRequest {
  const criteria = extension.find(({ url }) => url === ours('request-criteria'))?.extension ?? []
  const chosen = (url: string) => criteria.flatMap((one) => (one.url === url && one.valueCode !== undefined ? [one.valueCode] : []))
  const codedIn = (concepts: ServiceRequest['orderDetail'], system: string) => (concepts ?? []).flatMap((one) => codeOf(one, system) ?? [])
  return {
    need: code?.text ?? '',
    needs: textsIn({ extension }, 'needs').join('\n'),
    kinds: codedIn(orderDetail, 'service-kind'),
    precautions: chosen('precaution'),
    accessNeeds: chosen('accessNeed'),
    redFlags: codedIn(reasonCode, 'red-flag'),
    notAfter: (criteria.find(({ url }) => url === 'avoidAfter')?.valueTime ?? '').slice(0, 5),
    priority: priority ?? '',
    key: identifier.find(({ system }) => system === ids('need-reference'))?.value ?? '',
  }
}
