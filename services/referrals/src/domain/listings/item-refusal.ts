/** Why an item of a feed could not be taken: which one, at which place of it, by which rule. Its publisher mends it by this. */

/** The rules, each with the place in the item that it is about and what is said of it. */
const RULES = {
  'id-missing': { place: 'id', says: 'it has no id' },
  'id-unreadable': { place: 'id', says: 'its id is neither a text nor a whole number that keeps its digits' },
  'kind-missing': { place: 'kind', says: 'it has no kind' },
  'modified-unreadable': { place: 'modified', says: 'its modified is neither a whole number nor a text' },
  'state-unknown': { place: 'state', says: 'its state is neither updated nor deleted' },
  'data-missing': { place: 'data', says: 'it has no data' },
  'name-missing': { place: 'name', says: 'it has no name' },
  'null-character': { place: '', says: 'it holds a character that no text may hold' },
} as const

/** What an item may be refused for. Public: a rule may be added, not renamed. */
export type RefusalRule = keyof typeof RULES

/** An item that could not be taken. */
export interface ItemRefusal {
  /** As its page counts it: `item 2`, `entry 3`; or `service <id>`, where it was read by itself. */
  readonly item: string
  /** Its own, where that could be read. */
  readonly id?: string
  /** The member of the item; empty where it is the whole of it. */
  readonly place: string
  readonly rule: RefusalRule
  /** The whole sentence, with the item. */
  readonly says: string
}

/** An item that is refused by this rule. */
export const refusal = (item: string, rule: RefusalRule, id?: string): ItemRefusal => ({
  item,
  ...(id === undefined ? {} : { id }),
  place: RULES[rule].place,
  rule,
  says: `${item}: ${RULES[rule].says}`,
})
