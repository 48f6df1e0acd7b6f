/** A BaRS message from somebody who was not asked: what it says in short, and what follows where a person takes it. */
import type { Identifier } from '@medplum/fhirtypes'
import { ID } from '@platform/nhs/systems'
import { amendNeed } from '../answers/amend-need.ts'
import { withdrawNeed } from '../answers/withdraw-need.ts'
import type { KeptAct, KeptAnswer } from '../kept-answers.ts'
import type { Need } from '../need.ts'
import type { Circumstances } from '../pathway.ts'
import type { Write } from '../write.ts'
import { answerIn, applyAnswer } from './apply-response.ts'
import { toRequest, type Arrival } from './inbound-referral.ts'
import type { BarsMessage } from './message.ts'
import { isSystem } from './vocabulary.ts'

const WORDS_AT_MOST = 2_000
/** Ids of services and organisations; what has another form is nobody's. */
const PLAIN_ID = /^[A-Za-z0-9.-]{1,20}$/

/** What it says, and who says so. */
export function saidBy(message: BarsMessage): Pick<KeptAnswer, 'says' | 'reason' | 'words' | 'service' | 'organization'> {
  const { act, header, sender, request } = message
  const said = answerIn(message)
  // The reason of a changed referral is why the person needs it: that is for whoever may read the request.
  const words = said?.act === 'refused' ? said.words : said === undefined && act !== 'update' ? request.reasonCode?.[0]?.text : undefined
  const [system, id] = (header.source?.endpoint ?? '').split('|')
  const service = isSystem(system, ID.DOS_SERVICE) ? identifierOf(ID.DOS_SERVICE, id) : undefined
  const ods = sender.identifier?.find((one) => isSystem(one.system, ID.ODS_ORGANIZATION))?.value
  const organization = identifierOf(ID.ODS_ORGANIZATION, ods?.toUpperCase())
  return {
    says: act as KeptAct,
    ...(said === undefined || said.act === 'taken-up' || said.act === 'done' ? {} : { reason: said.reason }),
    ...(words === undefined || words.trim() === '' ? {} : { words: words.slice(0, WORDS_AT_MOST) }),
    ...(service === undefined ? {} : { service }),
    ...(organization === undefined ? {} : { organization }),
  }
}

const identifierOf = (system: string, value: string | undefined): Identifier | undefined =>
  value !== undefined && PLAIN_ID.test(value) ? { system, value } : undefined

/** What the sender of a referral does with it later. */
export function changeOf(need: Need, message: BarsMessage, arrival: Arrival, at: Date): readonly Write[] {
  const reason = message.request.reasonCode?.[0]?.text ?? 'Changed by the sender.'
  if (message.act !== 'update')
    return withdrawNeed(need, { reason, ...(message.act === 'entered-in-error' ? { as: 'entered-in-error' as const } : {}) }, at)
  const { contained, supportingInfo, priority, code, reasonCode, occurrencePeriod } = toRequest(message, arrival)
  const amended = {
    ...need.request,
    ...(contained === undefined ? {} : { contained }),
    ...(supportingInfo === undefined ? {} : { supportingInfo }),
    ...(priority === undefined ? {} : { priority }),
    ...(code === undefined ? {} : { code }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
    ...(occurrencePeriod === undefined ? {} : { occurrencePeriod }),
  }
  return amendNeed(need, { amended, reason }, at)
}

/** What follows where a person takes the message: the same as if whoever was asked, or had sent the referral, had sent it. */
export function effectOf(
  need: Need,
  step: string | undefined,
  message: BarsMessage,
  arrival: Arrival,
  circumstances: Circumstances,
): readonly Write[] {
  const said = answerIn(message)
  if (step !== undefined && said !== undefined) return applyAnswer(need, step, said, circumstances)
  return changeOf(need, message, arrival, circumstances.at)
}

/** Whether a change of a referral comes from who sent it: the service that answers go to, or another of the organisation that asked. */
export function isFromSender(
  { header, sender }: BarsMessage,
  { answersTo, requester }: { readonly answersTo: string; readonly requester: Need['request']['requester'] },
  directory: Pick<Arrival['directory'], 'identified'>,
): boolean {
  if ((header.source?.endpoint ?? '') === answersTo) return true
  const ods = sender.identifier?.find(({ system }) => isSystem(system, ID.ODS_ORGANIZATION))?.value?.toUpperCase()
  if (ods === undefined) return false
  const asked = requester?.identifier
  if (asked !== undefined && isSystem(asked.system, ID.ODS_ORGANIZATION) && asked.value?.toUpperCase() === ods) return true
  const listed = directory.identified(`${ID.ODS_ORGANIZATION}|${ods}`)?.organization
  return listed !== undefined && listed === requester?.reference
}
