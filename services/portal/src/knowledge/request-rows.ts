/** What a request says for itself, in rows for a person. Pure. */
import type { CodeableConcept, ServiceRequest } from '@medplum/fhirtypes'
import type { Words } from '../words/words.ts'
import { codeOf, ours, wordsOf } from './reading.ts'

/** One row: its heading and everything that stands under it. */
export interface Row {
  readonly key: string
  readonly texts: readonly string[]
}

/**
 * What kind of help is asked for, what matters in choosing it, why, and what the sender wrote. What is absent has no row: how much of a request a reader is
 * shown is decided by the record, which gives no more.
 */
export function requestRows(request: ServiceRequest | undefined, { refer, ...words }: Words): readonly Row[] {
  const criteria = request?.extension?.find(({ url }) => url === ours('request-criteria'))?.extension ?? []
  return [
    { key: refer.sent.kinds, texts: (request?.orderDetail ?? []).flatMap((concept) => present(kindOfHelp(concept, words))) },
    {
      key: refer.sent.criteria,
      texts: criteria.flatMap(({ valueCode, valueTime }) =>
        present(valueCode?.replaceAll('-', ' ') ?? (valueTime === undefined ? undefined : refer.sent.notAfter(valueTime.slice(0, 5)))),
      ),
    },
    {
      key: refer.sent.reasons,
      texts: [
        ...(request?.reasonCode ?? []).flatMap((one) => present(wordsOf(one))),
        ...(request?.reasonReference ?? []).flatMap((one) => present(one.display)),
      ],
    },
    { key: refer.sent.notes, texts: (request?.note ?? []).flatMap(({ text }) => present(text)) },
  ].filter(({ texts }) => texts.length > 0)
}

/** What a sender calls it, else what we call the kind, else its code. */
function kindOfHelp(concept: CodeableConcept, { choices }: Pick<Words, 'choices'>): string | undefined {
  const ofOurs = choices['service-kind'][codeOf(concept, 'service-kind') as keyof (typeof choices)['service-kind']] as string | undefined
  return concept.text ?? ofOurs ?? wordsOf(concept)
}

/** A text that is there, as a list. */
export const present = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : [text])
