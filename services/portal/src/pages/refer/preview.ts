/** Exactly what a receiver would be sent, as `ServiceRequest/$preview` answers it: in rows for a person, and the message itself. */
import type { Bundle, OperationOutcome, Patient, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { PersonalRecord } from '../../clients/record.ts'
import { codes, dueOf, nameOf, nhsNumberOf, textsIn, wordsOf } from '../../knowledge/reading.ts'
import { present, requestRows } from '../../knowledge/request-rows.ts'
import { showDay, showNhsNumber } from '../../rendering/dates.ts'
import type { Words } from '../../words/words.ts'

export interface Preview {
  /** By what it goes: words for the channel. */
  readonly channel: string
  /** Which kind of payload this receiver is sent. */
  readonly kind?: string
  /** What a person reads, with its heading; what is absent is not sent. */
  readonly rows: readonly { readonly key: string; readonly texts: readonly string[] }[]
  /** What the sender should think about before sending. */
  readonly warnings: readonly string[]
  /** When somebody answers by, if it is sent now. */
  readonly due?: string
  /** The message, as it is sent. */
  readonly message: string
}

/** @param patient as the sender sees the person; only what the message itself holds is shown of the request */
export async function loadPreview(
  record: PersonalRecord,
  draft: ServiceRequest,
  receiver: string,
  patient: Patient,
  words: Words,
): Promise<Preview> {
  const input = { resourceType: 'Parameters' as const, parameter: [{ name: 'receiver', valueReference: { reference: receiver } }] }
  const bundle = await record.ask<Bundle>(`ServiceRequest/${draft.id ?? ''}`, '$preview', input)
  return showPreview(bundle, patient, words)
}

/** Pure. A message that carries its own Patient is shown with that one: it may hold less than the sender sees. */
function showPreview(bundle: Bundle, patient: Patient, words: Words): Preview {
  const { refer, person } = words
  const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]))
  const sentRequest = resources.find((one) => one.resourceType === 'ServiceRequest') as ServiceRequest | undefined
  const sentTask = resources.find((one) => one.resourceType === 'Task') as Task | undefined
  const who = (resources.find((one) => one.resourceType === 'Patient') as Patient | undefined) ?? patient
  const tag = (system: string) => bundle.meta?.tag?.find((one) => one.system === codes(system))?.code
  const [channel, kind] = [tag('delivery-channel'), tag('payload-kind')]
  const number = nhsNumberOf(who)
  const due = sentTask === undefined ? undefined : dueOf(sentTask)
  const rows = [
    { key: refer.sent.name, texts: present(nameOf(who.name)) },
    { key: person.born, texts: present(who.birthDate === undefined ? undefined : showDay(who.birthDate, words.lang)) },
    { key: person.number, texts: present(number === undefined ? undefined : showNhsNumber(number)) },
    { key: refer.sent.contact, texts: (who.telecom ?? []).flatMap(({ value }) => present(value)) },
    {
      key: refer.sent.address,
      texts: (who.address ?? []).flatMap(({ line = [], city, postalCode }) =>
        present([...line, city, postalCode].filter((part) => part !== undefined).join(', ')),
      ),
    },
    {
      key: refer.sent.emergency,
      texts: (who.contact ?? []).flatMap(({ name, telecom = [] }) =>
        present(
          [name === undefined ? undefined : nameOf([name]), ...telecom.map(({ value }) => value)]
            .filter((part) => part !== undefined)
            .join(', '),
        ),
      ),
    },
    { key: refer.sent.need, texts: present(wordsOf(sentRequest?.code)) },
    { key: person.needs, texts: textsIn(sentRequest, 'needs') },
    ...requestRows(sentRequest, words),
    {
      key: refer.sent.priority,
      texts: present(words.inbox.priorities[(sentRequest?.priority ?? 'unknown') as keyof typeof words.inbox.priorities]),
    },
    { key: refer.sent.task, texts: present(sentTask?.description) },
  ]
  return {
    channel: refer.channel[(channel ?? 'hub') as keyof typeof refer.channel] ?? channel ?? '',
    ...(kind === undefined ? {} : { kind: refer.payload[kind as keyof typeof refer.payload] ?? kind }),
    ...(due === undefined ? {} : { due }),
    rows: rows.filter(({ texts }) => texts.length > 0),
    warnings: resources.flatMap((one) =>
      one.resourceType === 'OperationOutcome'
        ? ((one as OperationOutcome).issue ?? []).flatMap(({ details }) => present(details?.text))
        : [],
    ),
    message: JSON.stringify(bundle, null, 2),
  }
}
