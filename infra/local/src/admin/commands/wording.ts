/** `npm run admin -- wording`: red-flag cues and crisis wording, and who has approved them. What nobody approved is used nowhere, in a demonstration neither. */
import { approvedWordsIn, loadWords } from '@services/referrals/store/approved-words'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readTyped } from '../options.ts'

export const name = 'wording'

export const summary =
  'List red-flag cues and crisis wording with their approval, or write down that somebody approved one: list | approve ID'

const HELP = `npm run admin -- wording [list | approve ID --by "NAME, ROLE" --review DATE [--on DATE]]

  list             one line for each entry: id, what it says, nations, source, approved or draft, by whom, until when (the default)
  approve ID       writes down that a named clinical lead has read this entry as it stands and agrees to its words and its nations

  --by TEXT        name and role of the clinical lead
  --review DATE    when the words are to be looked at again, YYYY-MM-DD; after that day they are not used
  --on DATE        when they agreed (today)

An approval is of the entry as it is in fhir-profiles/pathway now (red-flags.json, crisis-words.json): a changed one wants another. A running hub
takes it up within half a minute. Without approved crisis wording every page says to ring 999 in an emergency.
`

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped(name, typed, ['by', 'review', 'on'])
  const [action = 'list', id, ...more] = words
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if ((action !== 'list' && action !== 'approve') || more.length > 0 || (action === 'list') !== (id === undefined))
    throw new CannotStart('Say "list", or "approve" with the id of one entry; --help says more.')
  await using hub = await openHubDatabase('admin')
  const store = approvedWordsIn(hub.database, await loadWords())
  if (action === 'approve') {
    const entry = (await store.list()).find((each) => each.id === id)
    if (entry === undefined) throw new CannotStart(`There is no entry "${id ?? ''}": "npm run admin -- wording list" names them.`)
    const { by, review, on = new Date().toISOString().slice(0, 10) } = options
    if (by === undefined || by.trim() === '') throw new CannotStart('Say with --by who approves: name and role.')
    if (review === undefined || !isDate(review) || !isDate(on) || review <= on)
      throw new CannotStart('Say with --review when the words are looked at again, as YYYY-MM-DD and later than the approval.')
    await store.approve({ entry, by: by.trim(), on, reviewBy: review, at: new Date() })
  }
  for (const { wording: _hash, approval, ...entry } of await store.list())
    process.stdout.write(
      `${JSON.stringify({ ...entry, ...(approval === undefined ? { state: 'draft' } : { state: 'approved', ...approval }) })}\n`,
    )
  return 0
}

const isDate = (text: string): boolean => DATE.test(text) && !Number.isNaN(Date.parse(text))
