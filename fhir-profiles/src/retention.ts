/**
 * How long records are kept, by nation and kind of record, as data; and the flows of data with their legal basis. Facts with their
 * source and no advice. Where no source states a period there is none here, and nothing becomes due.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { profilesFolder } from './package.ts'
import { date, listOf, MalformedDataFile, matching, object, oneOf, optional, parseDataFile, positive, text } from './reading.ts'

/** Kinds of record that a code tells apart. */
export type RecordKind = 'adult-health' | 'mental-health'

/** How long one kind is kept. */
export interface RetentionPeriod {
  readonly kind: RecordKind
  readonly afterLastContactYears: number
  /** Where the person has died. Which of the two counts the source leaves open: the later one does. */
  readonly afterDeathYears?: number | undefined
  /** The rule in words. */
  readonly says: string
}

/** What one nation's code says. */
export interface RetentionCode {
  readonly nation: string
  /** ISO 3166-2, as in `Organization.address.country` or `.state`. */
  readonly region: string
  /** The name of the code. */
  readonly code: string
  readonly source: string
  readonly periods: readonly RetentionPeriod[]
  /** Who compared the years with the live schedule, and when. Until somebody has, nothing is disposed of by them. */
  readonly confirmed?: { readonly by: string; readonly on: string } | undefined
}

const retentionCode = object({
  nation: oneOf('england', 'wales', 'scotland', 'northern-ireland'),
  region: matching(/^GB-[A-Z]{3}$/, 'a region such as GB-ENG'),
  code: text,
  source: text,
  periods: listOf(
    object({
      kind: oneOf('adult-health', 'mental-health'),
      afterLastContactYears: positive,
      afterDeathYears: optional(positive),
      says: text,
    }),
  ),
  confirmed: optional(object({ by: text, on: date })),
})

/** One file of `retention/`. @throws MalformedDataFile */
export function readRetentionCode(json: string, file: string): RetentionCode {
  const read = parseDataFile(json, file, retentionCode)
  if (new Set(read.periods.map(({ kind }) => kind)).size !== read.periods.length)
    throw new MalformedDataFile(`${file} has two periods for one kind.`)
  return read
}

/** Every nation's code. @throws MalformedDataFile */
export async function loadRetention(folder = join(profilesFolder, 'retention')): Promise<readonly RetentionCode[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).toSorted()
  return Promise.all(files.map(async (file) => readRetentionCode(await readFile(join(folder, file), 'utf8'), `retention/${file}`)))
}

/** A flow of data: what for, on which basis, and whether the national data opt-out applies to it. */
export interface Flow {
  readonly id: string
  readonly title: string
  readonly purpose: string
  readonly basis: string
  readonly nationalDataOptOut: 'does-not-apply' | 'applies-beyond-individual-care' | 'does-not-apply-to-anonymised'
  readonly notes: string
}

const flows = object({
  source: text,
  flows: listOf(
    object({
      id: matching(/^[a-z-]+$/, 'an id of small letters and hyphens'),
      title: text,
      purpose: text,
      basis: text,
      nationalDataOptOut: oneOf('does-not-apply', 'applies-beyond-individual-care', 'does-not-apply-to-anonymised'),
      notes: text,
    }),
    1,
  ),
})

/** Every flow of data that the hub has. @throws MalformedDataFile */
export async function loadFlows(file = join(profilesFolder, 'flows', 'flows.json')): Promise<readonly Flow[]> {
  return parseDataFile(await readFile(file, 'utf8'), 'flows/flows.json', flows).flows
}
