/**
 * How alike two listings of two publishers are, by written rules: the number of the organisation first, then postcode and name. From `SURE` on they are
 * taken for one; from `DOUBTFUL` on a person decides; below they are two. The words say why.
 */
import type { ListingFacts } from './facts.ts'

/** From here on two are taken for one without asking anybody. */
export const SURE = 0.9

/** From here on a person decides. */
export const DOUBTFUL = 0.5

/** How alike, and why. */
export interface Likeness {
  readonly score: number
  readonly says: string
}

const APART: Likeness = { score: 0, says: 'They have neither number nor place and name in common.' }

/** Compares two. */
export function likenessOf(one: ListingFacts, other: ListingFacts): Likeness {
  if (one.what !== other.what) return APART
  const numbers = compareNumbers(one, other)
  const places = comparePlaces(one, other)
  const names = compareNames(one.name, other.name)
  if (one.what === 'organization') return numbers === 'same' ? { score: 1, says: 'They have the same number.' } : APART
  if (numbers === 'same' && names === 1 && places !== 'different')
    return { score: 1, says: 'The organisation has the same number, and the service the same name.' }
  if (numbers === 'different' && names === 1 && places === 'same')
    return { score: 0.6, says: 'Name and postcode are the same, and the organisations give different numbers.' }
  if (numbers === 'different') return APART
  if (places === 'same' && names === 1) return { score: 0.95, says: 'Postcode and name are the same.' }
  if (numbers === 'same' && names === 1)
    return { score: 0.7, says: 'The organisation has the same number and the service the same name, at another postcode.' }
  if (numbers === 'same' && places === 'same' && names >= 0.5)
    return { score: 0.8, says: 'The organisation has the same number and the postcode is the same; the names are alike.' }
  if (places === 'same' && names >= 0.5) return { score: 0.6, says: 'The postcode is the same; the names are alike.' }
  return APART
}

/** By what two that are alike find each other: each that `likenessOf` calls more than apart has one of these in common with the other. */
export function keysOf(facts: ListingFacts): readonly string[] {
  const numbers = facts.organization?.numbers ?? []
  const postcodes = postcodesOf(facts)
  if (facts.what === 'organization') return numbers.map((number) => `organization ${number}`)
  const name = wordsOf(facts.name).join(' ')
  return [...new Set([...numbers.map((number) => `number ${number} ${name}`), ...postcodes.map((postcode) => `postcode ${postcode}`)])]
}

type Comparison = 'same' | 'different' | 'unknown'

const listIn = (number: string): string => number.slice(0, number.lastIndexOf('-'))

function compareNumbers({ organization: one }: ListingFacts, { organization: other }: ListingFacts): Comparison {
  const [mine, theirs] = [one?.numbers ?? [], other?.numbers ?? []]
  const lists = mine.map(listIn).filter((list) => theirs.some((their) => listIn(their) === list))
  // Of one register they have no number in common: that counts more than one that agrees, for one of the two is wrong, and a person finds out which.
  if (lists.some((list) => !mine.some((number) => listIn(number) === list && theirs.includes(number)))) return 'different'
  return mine.some((number) => theirs.includes(number)) ? 'same' : 'unknown'
}

const postcodesOf = ({ places = [] }: ListingFacts): readonly string[] =>
  places
    .flatMap(({ postcode }) => (postcode === undefined ? [] : [postcode.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')]))
    .filter((postcode) => postcode !== '')

function comparePlaces(one: ListingFacts, other: ListingFacts): Comparison {
  const [mine, theirs] = [postcodesOf(one), postcodesOf(other)]
  if (mine.length === 0 || theirs.length === 0) return 'unknown'
  return mine.some((postcode) => theirs.includes(postcode)) ? 'same' : 'different'
}

const PASSED_OVER: ReadonlySet<string> = new Set(['the', 'a', 'an', 'and', 'of', 'at', 'in', 'for', 'y', 'yr'])

const wordsOf = (name: string): readonly string[] => {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !PASSED_OVER.has(word))
}

/** 1 for the same words in the same order, else the share of words that both have. */
function compareNames(one: string, other: string): number {
  const [mine, theirs] = [wordsOf(one), wordsOf(other)]
  if (mine.length > 0 && mine.join(' ') === theirs.join(' ')) return 1
  const common = new Set(mine.filter((word) => theirs.includes(word))).size
  const all = new Set([...mine, ...theirs]).size
  return all === 0 ? 0 : Math.min(common / all, 0.99)
}
