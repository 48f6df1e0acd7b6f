/** What each kind of receiver is sent of a referral, as data: `pathway/payloads.json`. Minimum necessary, one table for every channel. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathwayFolder } from './package.ts'
import { PAYLOAD_PARTS, type PayloadPart } from './payload-parts.ts'
import { date, listOf, MalformedDataFile, mapOf, object, oneOf, optional, parseDataFile, text } from './reading.ts'

const part = oneOf(...PAYLOAD_PARTS)

const payloads = object({
  id: text,
  title: text,
  status: oneOf('draft', 'active', 'retired'),
  author: text,
  source: text,
  reviewBy: date,
  kinds: mapOf(object({ title: text, shows: listOf(part, 1), ifAgreed: mapOf(text) })),
  receivers: listOf(object({ sectors: optional(listOf(text, 1)), grades: optional(listOf(text, 1)), kind: text })),
  otherwise: text,
  channels: mapOf(object({ needs: optional(listOf(part, 1)), never: optional(listOf(part, 1)), because: text })),
})

/** `pathway/payloads.json`. `receivers` is read from the top; who meets no row is sent what `otherwise` names. */
export type Payloads = ReturnType<typeof payloads>

/**
 * Reads `pathway/payloads.json`, at start.
 *
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadPayloads(folder: string = pathwayFolder): Promise<Payloads> {
  return parsePayloads(await readFile(join(folder, 'payloads.json'), 'utf8'))
}

/** The same from its text; also refuses a kind that is named and not described, and a row that everybody would meet. */
export function parsePayloads(json: string): Payloads {
  const file = 'pathway/payloads.json'
  const table = parseDataFile(json, file, payloads)
  const unknown = [table.otherwise, ...table.receivers.map(({ kind }) => kind)].find((kind) => !table.kinds.has(kind))
  if (unknown !== undefined) throw new MalformedDataFile(`${file} names the kind ${unknown}, and kinds does not describe it.`)
  if (table.receivers.some(({ sectors, grades }) => sectors === undefined && grades === undefined))
    throw new MalformedDataFile(`${file}.receivers has a row without sectors and grades: what everybody gets is said by otherwise.`)
  const wrong = [...table.kinds.values()].flatMap(({ ifAgreed }) => [...ifAgreed.keys()]).find((name) => !isPart(name))
  if (wrong !== undefined) throw new MalformedDataFile(`${file}.kinds has ifAgreed ${wrong}, which is no part of a referral.`)
  return table
}

const isPart = (name: string): name is PayloadPart => (PAYLOAD_PARTS as readonly string[]).includes(name)
