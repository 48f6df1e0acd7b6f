/** What a named person approves by a command, and until when: `approve ID --by "NAME, ROLE" --review DATE [--on DATE]`, or `list`. */
import { CannotStart } from '../cannot-start.ts'
import { readTyped } from './options.ts'

/** What was typed. */
export type AskedApproval =
  | { readonly action: 'help' }
  | { readonly action: 'list' }
  | {
      readonly action: 'approve'
      readonly id: string
      /** Who stands for it, and the days, YYYY-MM-DD. @throws CannotStart when they are missing or in no order */
      readonly approval: () => { readonly by: string; readonly on: string; readonly reviewBy: string; readonly at: Date }
    }

const DATE = /^\d{4}-\d{2}-\d{2}$/
const isDate = (text: string): boolean => DATE.test(text) && !Number.isNaN(Date.parse(text))

/** Reads it. @param what one of the things that are approved, in a word @throws CannotStart for anything else */
export function readApproval(name: string, typed: readonly string[], what: string): AskedApproval {
  const { options, words, help } = readTyped(name, typed, ['by', 'review', 'on'])
  const [action = 'list', id, ...more] = words
  if (help) return { action: 'help' }
  if (action === 'list' && id === undefined) return { action }
  if (action !== 'approve' || id === undefined || more.length > 0)
    throw new CannotStart(`Say "list", or "approve" with the id of one ${what}; --help says more.`)
  const approval = () => {
    const { by, review, on = new Date().toISOString().slice(0, 10) } = options
    if (by === undefined || by.trim() === '') throw new CannotStart('Say with --by who approves: name and role.')
    if (review === undefined || !isDate(review) || !isDate(on) || review <= on)
      throw new CannotStart('Say with --review when the words are looked at again, as YYYY-MM-DD and later than the approval.')
    return { by: by.trim(), on, reviewBy: review, at: new Date() }
  }
  return { action, id, approval }
}
