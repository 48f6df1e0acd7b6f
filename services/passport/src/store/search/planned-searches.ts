/**
 * Searches whose way is known whatever their values are: these too are planned once a connection. Planning one anew takes longer than running it, for
 * the policy is planned for each partition. There are few texts of them, and whoever asks cannot make more.
 */
import type { SortKey, TokenCondition } from '../../domain/search/query.ts'
import { tokenHash, tokenText } from '../../domain/search/token-hash.ts'
import type { LocalSearch } from '../search-sql.ts'
import type { LocalCondition } from './condition-sql.ts'

/**
 * - `person`: along the index of one person's resources
 * - `few`: by the index of tokens, for few have them however large the hub grows: what points to one referral or stay, Tasks that are open, and what is
 *   ordered by a date that is looked up
 * - `most`: along the index of updates, for nearly all of the type have them: organisations in use
 */
export type Way = 'person' | 'few' | 'most'

const MOST_CONDITIONS = 3

/** By which way; undefined where that depends on the values, and is for the planner to say. */
export function wayOf({ type, conditions, sort, after, strayed }: LocalSearch): Way | undefined {
  const [key, ...moreKeys] = sort
  if (after || strayed || key === undefined || moreKeys.length > 0 || !key.descending) return undefined
  const all = conditions.flatMap((condition) => (condition.kind === 'all' ? condition.of : [condition]))
  const tokens = all.filter(isAnyOf)
  const [only] = all.filter((condition) => !isAnyOf(condition))
  if (tokens.length > MOST_CONDITIONS || tokens.length < all.length - 1) return undefined
  if (only !== undefined) return only.kind === 'patient' && BY.has(key.by) ? 'person' : undefined
  // All that match have to be put in order by what is looked up for each, whichever way they are found.
  if (key.by === 'date' && tokens.length > 0) return 'few'
  if (tokens.some((one) => one.rare === true || (type === 'Task' && isOpen(one)))) return key.by === 'updated' ? 'few' : undefined
  return type === 'Organization' && key.by === 'updated' && tokens.length > 0 && tokens.every(isInUse) ? 'most' : undefined
}

const BY: ReadonlySet<SortKey['by']> = new Set(['occurred', 'updated', 'date'])

const isAnyOf = (condition: LocalCondition): condition is TokenCondition =>
  condition.kind === 'tokens' && condition.not !== true && condition.any.length > 0

// FHIR R4 Task.status: those that are not ended. https://hl7.org/fhir/R4/valueset-task-status.html
const OPEN = ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold']
const OPEN_HASHES: ReadonlySet<string> = new Set(OPEN.map((code) => tokenHash(tokenText.code('Task.status', code))))
const isOpen = ({ any }: TokenCondition): boolean => any.every((one) => OPEN_HASHES.has(one))

const IN_USE = tokenHash(tokenText.code('Organization.active', 'true'))
const isInUse = ({ any: [one, ...more] }: TokenCondition): boolean => one === IN_USE && more.length === 0
