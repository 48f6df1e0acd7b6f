/** Who is paged, and when, because an answer of an assessment says that somebody may be at risk: `pathway/urgent-answer.json`. HAZ-R51 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathwayFolder } from './package.ts'
import { count, date, listOf, MalformedDataFile, object, oneOf, parseDataFile, positive, text } from './reading.ts'

const reader = object({
  id: text,
  title: text,
  status: oneOf('draft', 'active', 'retired'),
  author: text,
  source: text,
  reviewBy: date,
  ladder: listOf(
    object({
      afterMinutes: count,
      step: oneOf('named-role', 'deputy', 'on-call'),
      duties: listOf(oneOf('specialist', 'deputy', 'site-lead', 'on-call'), 1),
    }),
    2,
  ),
  repeatAfterMinutes: positive,
})

/** The ladder: minutes from the answer, the code of escalation-step, and the duties of the rota in the order in which they are asked. */
export type UrgentAnswerLadder = ReturnType<typeof reader>

/**
 * Reads it, at start.
 *
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadUrgentAnswer(folder: string = pathwayFolder): Promise<UrgentAnswerLadder> {
  return parseUrgentAnswer(await readFile(join(folder, 'urgent-answer.json'), 'utf8'))
}

/** The same from the text; the first step is at once, each later one later, and no step comes twice. */
export function parseUrgentAnswer(json: string): UrgentAnswerLadder {
  const file = 'pathway/urgent-answer.json'
  const read = parseDataFile(json, file, reader)
  if (read.ladder[0]?.afterMinutes !== 0) throw new MalformedDataFile(`${file}.ladder must begin at 0 minutes.`)
  if (read.ladder.some(({ afterMinutes }, index) => index > 0 && afterMinutes <= (read.ladder[index - 1]?.afterMinutes ?? 0)))
    throw new MalformedDataFile(`${file}.ladder must rise in afterMinutes from step to step.`)
  if (new Set(read.ladder.map(({ step }) => step)).size < read.ladder.length)
    throw new MalformedDataFile(`${file}.ladder names a step twice.`)
  return read
}
