/** What `Organization/$feeds` and `Organization/$feed-refusals` tell, for the pages. Pure. */
import type { Parameters } from '@medplum/fhirtypes'
import { stringify } from 'csv-stringify/sync'
import { readParts } from '../../knowledge/parameters.ts'
import type { Words } from '../../words/words.ts'

/** What the standards of feeds are called, in every language. */
const STANDARDS: Readonly<Record<string, string>> = { oruk: 'Open Referral UK', rpde: 'OpenActive' }

/** What kind of feed it is. @param type `oruk`, `rpde` or `ods` */
export const kindOf = (type: string, { ownFeeds }: Pick<Words, 'ownFeeds'>): string =>
  type === 'ods' ? ownFeeds.ods : (STANDARDS[type] ?? type)

/** How each feed stands. */
export const feedsIn = (answer: Parameters) =>
  readParts(answer)
    .all('feed')
    .map(({ text, number }) => ({
      name: text('name') ?? '',
      /** `oruk`, `rpde` or `ods`. */
      type: text('type') ?? '',
      address: text('address') ?? '',
      /** `up-to-date`, `being-read`, `not-answering` or `paused`. */
      state: text('state') ?? '',
      /** What went wrong, in English. */
      says: text('says'),
      failingSince: text('failingSince'),
      answeredAt: text('answeredAt'),
      askedAgainAt: text('askedAgainAt'),
      taken: number('taken') ?? 0,
      listed: number('listed') ?? 0,
      toMend: number('toMend') ?? 0,
    }))

/** Two listings that may be one, for each that is open. */
export const doubtsIn = (answer: Parameters) =>
  readParts(answer)
    .all('doubt')
    .map(({ text, flag }) => ({
      /** Not two listings: another directory says that the organisation has closed. */
      closes: flag('closure'),
      name: text('name') ?? '',
      other: text('other') ?? '',
      publisher: text('publisher'),
      /** Why, in English. */
      says: text('says'),
      dueAt: text('dueAt') ?? '',
    }))

/** The items that could not be taken. */
export const refusalsIn = (answer: Parameters) =>
  readParts(answer)
    .all('refusal')
    .map(({ text }) => ({
      at: text('at') ?? '',
      page: text('page') ?? '',
      item: text('item') ?? '',
      id: text('id') ?? '',
      place: text('place') ?? '',
      rule: text('rule') ?? '',
      /** The whole of it, in English. */
      text: text('text') ?? '',
    }))

type OwnRefusal = ReturnType<typeof refusalsIn>[number]

/** The service reads a feed once an hour on asking. */
const ASKED_AGAIN_AFTER_MS = 3_600_000

/** From when it may be asked for again; nothing where it may be now. */
export function askableFrom({ askedAgainAt }: ReturnType<typeof feedsIn>[number], now: Date): Date | undefined {
  if (askedAgainAt === undefined) return undefined
  const from = new Date(Date.parse(askedAgainAt) + ASKED_AGAIN_AFTER_MS)
  return from.getTime() > now.getTime() ? from : undefined
}

/** A refusal in the words of a language; of a rule that has none the sentence of the service, which is English. */
export function inWords({ at, page, item, id, place, rule, text }: OwnRefusal, { ownFeeds: words }: Pick<Words, 'ownFeeds'>) {
  const rules: Readonly<Record<string, { readonly wrong: string; readonly mend: string }>> = words.rules
  const [, nth] = /^(?:item|entry) (\d+)$/.exec(item) ?? []
  return {
    at,
    page,
    id,
    // A service that was read by itself is named by its id alone.
    item: nth === undefined ? '' : words.nth(Number(nth)),
    /** The member of the item, as the standard spells it. */
    member: place,
    ...(rules[rule] ?? { wrong: text, mend: words.mendUnknown, english: true }),
  }
}

/** The same as a file. Cells that a spreadsheet would run are made plain. */
export function toCsv(refusals: readonly OwnRefusal[], words: Pick<Words, 'ownFeeds'>): string {
  const { item, place, wrong, mend, page, at, whole } = words.ownFeeds
  const rows = refusals.map((one) => {
    const told = inWords(one, words)
    return [told.item, told.id, told.member || whole, told.wrong, told.mend, told.page, told.at]
  })
  return stringify([[item, 'id', place, wrong, mend, page, at], ...rows], { escape_formulas: true, bom: true })
}
