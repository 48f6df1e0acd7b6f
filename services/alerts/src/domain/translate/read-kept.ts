// What a kept message says, whether it came as HL7 v2 or as FHIR.
import { readMessages } from '@platform/hl7v2/message'
import type { AdtFacts } from '../adt.ts'
import { facilityOf, readAdt, type AdtOptions } from './read-adt.ts'
import { readNews, type FhirNews } from './read-encounter.ts'

const BRACE = 0x7b

/** One entry for each patient in it; none when it says nothing that we act on. */
export function readKept(content: Buffer, options: AdtOptions): readonly AdtFacts[] {
  if (content[0] === BRACE) {
    const news = JSON.parse(content.toString('utf8')) as FhirNews
    const facts = readNews(news, options.receivedAt, options.siteOf?.(news.facility))
    return facts === undefined ? [] : [facts]
  }
  const [message] = readMessages(content)
  const read = message?.readable === true ? readAdt(message, options) : undefined
  return read?.usable === true ? read.facts : []
}

/** Who sent a kept message, and what they call it: by this the sender finds it again. MSH-4, MSH-10. */
export interface Sender {
  /** As the hospital writes itself, or `Organization/…`. */
  readonly facility: string
  readonly message?: string
}

const LONGEST = 60

/** Nothing where it cannot be read. */
export function senderOf(content: Buffer): Sender | undefined {
  if (content[0] === BRACE) return { facility: (JSON.parse(content.toString('utf8')) as FhirNews).facility }
  const [message] = readMessages(content)
  if (message?.readable !== true) return undefined
  const id = message.controlId.trim()
  return { facility: facilityOf(message), ...(id === '' ? {} : { message: id.slice(0, LONGEST) }) }
}

/** As it is kept. */
export const toKept = (news: FhirNews): Buffer => Buffer.from(JSON.stringify(news))
