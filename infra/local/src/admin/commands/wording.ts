/** `npm run admin -- wording`: red-flag cues and crisis wording, and who has approved them. What nobody approved is used nowhere, in a demonstration neither. */
import { approvedWordsIn, loadWords } from '@services/referrals/store/approved-words'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { readApproval } from '../approval.ts'

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

/** Lists to stdout, one JSON object a line. */
export async function run(typed: readonly string[]): Promise<number> {
  const asked = readApproval(name, typed, 'entry')
  if (asked.action === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  await using hub = await openHubDatabase('admin')
  const store = approvedWordsIn(hub.database, await loadWords())
  if (asked.action === 'approve') {
    const entry = (await store.list()).find((each) => each.id === asked.id)
    if (entry === undefined) throw new CannotStart(`There is no entry "${asked.id}": "npm run admin -- wording list" names them.`)
    await store.approve({ entry, ...asked.approval() })
  }
  for (const { wording: _hash, approval, ...entry } of await store.list())
    process.stdout.write(
      `${JSON.stringify({ ...entry, ...(approval === undefined ? { state: 'draft' } : { state: 'approved', ...approval }) })}\n`,
    )
  return 0
}
