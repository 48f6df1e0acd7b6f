/**
 * Words that count only once somebody has approved them: the cues that lift a referral to the top of a list, and what is shown where
 * somebody may be at risk. Both are data with source and nation; nothing here is clinical content of our own. Decision 110.
 */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NATIONS, type Nation } from './calendar.ts'
import { pathwayFolder } from './package.ts'
import { date, listOf, MalformedDataFile, matching, object, oneOf, optional, parseDataFile, text } from './reading.ts'

const head = { id: text, title: text, status: oneOf('draft', 'active', 'retired'), author: text, source: text, reviewBy: date }
const nations = listOf(oneOf(...NATIONS), 1)
const id = matching(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'words in lower case joined by -')

const cueEntry = object({ id, says: text, words: listOf(text, 1), nations, source: text })
const crisisEntry = object({
  id,
  says: text,
  telephone: optional(matching(/^[0-9][0-9 ]{2,14}$/, 'a number as it is dialled')),
  nations,
  source: text,
  cy: optional(object({ says: text, translator: text })),
})
const cues = object({ ...head, cues: listOf(cueEntry) })
const crisis = object({ ...head, entries: listOf(crisisEntry) })

/** A cue: words that, found in a referral, lift it to the top of a list. */
export type CueEntry = ReturnType<typeof cueEntry> & { readonly wording: string }

/** One line that is shown where somebody may be at risk; in Welsh only where a named translator stands for that version. */
export type CrisisEntry = ReturnType<typeof crisisEntry> & { readonly wording: string }

export type { Nation }

/** What an approval is of: a changed word, number, nation or source wants another one. */
const wordingOf = (entry: object): string => hash('sha256', JSON.stringify(entry), 'hex')

/** The file as far as it is in use: a retired file has no entries. */
function inUse<E extends { readonly id: string }>(
  file: string,
  status: string,
  entries: readonly E[],
): readonly (E & { wording: string })[] {
  const twice = entries.find((entry, index) => entries.findIndex((other) => other.id === entry.id) < index)
  if (twice !== undefined) throw new MalformedDataFile(`${file} has two entries of the id ${twice.id}.`)
  return status === 'retired' ? [] : entries.map((entry) => ({ ...entry, wording: wordingOf(entry) }))
}

/**
 * Reads `pathway/red-flags.json`, at start.
 *
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadCues(folder: string = pathwayFolder): Promise<readonly CueEntry[]> {
  return parseCues(await readFile(join(folder, 'red-flags.json'), 'utf8'))
}

/** The same from the text. */
export function parseCues(json: string): readonly CueEntry[] {
  const file = 'pathway/red-flags.json'
  const read = parseDataFile(json, file, cues)
  return inUse(file, read.status, read.cues)
}

/**
 * Reads `pathway/crisis-words.json`, at start.
 *
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadCrisisWords(folder: string = pathwayFolder): Promise<readonly CrisisEntry[]> {
  return parseCrisisWords(await readFile(join(folder, 'crisis-words.json'), 'utf8'))
}

/** The same from the text. */
export function parseCrisisWords(json: string): readonly CrisisEntry[] {
  const file = 'pathway/crisis-words.json'
  const read = parseDataFile(json, file, crisis)
  return inUse(file, read.status, read.entries)
}
