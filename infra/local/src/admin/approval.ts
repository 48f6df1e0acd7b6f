/** What a named person approves by a command, and until when: `approve ID --by "NAME, ROLE" --review DATE [--on DATE]`, or `list`. */
import { CannotStart } from '../cannot-start.ts'
import { isNameAndRole, readTyped } from './options.ts'

/** What was typed. */
export type AskedApproval =
  | { readonly action: 'help' }
  | { readonly action: 'list' }
  | {
      readonly action: 'approve'
      readonly id: string
      /** Who stands for it, and the days, YYYY-MM-DD. @throws CannotStart when they are missing, or no such days */
      readonly approval: () => { readonly by: string; readonly on: string; readonly reviewBy: string; readonly at: Date }
    }

const DATE = /^\d{4}-\d{2}-\d{2}$/
/** Of a month that has this day: the 31st of February is read as a day in March. */
const isDate = (text: string): boolean =>
  DATE.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text
const onTheWall = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })

/** Reads it. @param what one of the things that are approved, in a word @throws CannotStart for anything else */
export function readApproval(name: string, typed: readonly string[], what: string, now: Date = new Date()): AskedApproval {
  const { options, words, help } = readTyped(name, typed, ['by', 'review', 'on'])
  const [action = 'list', id, ...more] = words
  if (help) return { action: 'help' }
  if (action === 'list' && id === undefined) return { action }
  if (action !== 'approve' || id === undefined || more.length > 0)
    throw new CannotStart(`Say "list", or "approve" with the id of one ${what}; --help says more.`)
  const approval = () => {
    const today = onTheWall.format(now)
    const { by, review, on = today } = options
    if (by === undefined || !isNameAndRole(by))
      throw new CannotStart('Say with --by who approves: name and role, as in "Dr Example, clinical lead".')
    if (!isDate(on) || on > today) throw new CannotStart('Say with --on the day on which they agreed, as YYYY-MM-DD: today, or before.')
    if (review === undefined || !isDate(review) || review <= today)
      throw new CannotStart('Say with --review when the words are looked at again, as YYYY-MM-DD and later than today.')
    return { by: by.trim(), on, reviewBy: review, at: now }
  }
  return { action, id, approval }
}
