/** The register of a group: one session, many people, in one request. What every person shares is said once. Pure. */
import { refuse } from '../../errors.ts'
import { isObject } from '../references.ts'
import type { SessionFacts } from './session.ts'
import { termFor, type Term, type Vocabulary, type VocabularyName } from './vocabulary.ts'

/** One person of the register. */
export interface RegisterPerson {
  /** Where it stands in the request, for messages. */
  readonly place: string
  /** Named by reference, or by number and date of birth, both. */
  readonly who: { readonly patient: string } | { readonly number: string; readonly bornOn: string }
  readonly facts: SessionFacts
}

export interface Register {
  /** The caller's own key of the session: sent again, it records only who is missing. */
  readonly key: string
  readonly organization?: string
  readonly level?: string
  readonly persons: readonly RegisterPerson[]
  /** id of the Group whose session it was: of whoever is in it and not in the register, it is asked whether they came. */
  readonly group?: string
}

const MOST_PERSONS = 200

const SHARED = [
  'key',
  'kind',
  'words',
  'on',
  'minutes',
  'setting',
  'mode',
  'approach',
  'funder',
  'by',
  'organization',
  'level',
  'group',
  'person',
]
const OWN = [
  'who',
  'number',
  'bornOn',
  'present',
  'reason',
  'participation',
  'minutes',
  'effort',
  'response',
  'event',
  'eventWords',
  'note',
]

interface Part {
  readonly place: string
  readonly values: ReadonlyMap<string, unknown>
}

/**
 * @param parameters the Parameters resource of `$record-register`
 * @param today the local day, after which nothing can have taken place
 * @throws REGISTER_INVALID naming the place
 */
export function readRegister(parameters: unknown, vocabulary: Vocabulary, today: string): Register {
  if (!isObject(parameters) || parameters['resourceType'] !== 'Parameters') throw wrong('it is no Parameters resource', 'Parameters')
  const list = Array.isArray(parameters['parameter']) ? parameters['parameter'] : []
  const at = (index: number) => `Parameters.parameter[${index}]`
  const people = list.flatMap((one: unknown, index) => (isObject(one) && one['name'] === 'person' ? [{ one, place: at(index) }] : []))
  const shared = partOf(
    list.flatMap((one: unknown, index) => (isObject(one) && one['name'] === 'person' ? [] : [{ one, place: at(index) }])),
    SHARED,
    'Parameters',
  )
  const group = groupOf(shared)
  if (people.length === 0 && group === undefined) throw wrong('it names no person', 'Parameters.parameter')
  if (people.length > MOST_PERSONS) throw wrong(`it names more than ${MOST_PERSONS} people`, 'Parameters.parameter')
  const common = sharedFacts(shared, vocabulary, today)
  const persons = people.map(({ one, place }) => {
    const parts = Array.isArray(one['part']) ? one['part'] : []
    return toPerson(
      partOf(
        parts.map((part: unknown, index) => ({ one: part, place: `${place}.part[${index}]` })),
        OWN,
        place,
      ),
      common,
      vocabulary,
    )
  })
  const [organization, level] = [text(shared, 'organization'), text(shared, 'level')]
  return { key: need(shared, 'key'), ...(organization && { organization }), ...(level && { level }), persons, ...(group && { group }) }
}

function groupOf(shared: Part): string | undefined {
  const reference = text(shared, 'group')
  if (reference === undefined) return undefined
  const id = /^Group\/([A-Za-z0-9.-]{1,64})$/.exec(reference)?.[1]
  if (id === undefined) throw wrong('group is no reference to a Group', shared.place)
  return id
}

const wrong = (why: string, expression: string) => refuse.REGISTER_INVALID({ why }, { expression })

function partOf(list: readonly { one: unknown; place: string }[], names: readonly string[], place: string): Part {
  const values = new Map<string, unknown>()
  for (const { one, place: itsPlace } of list) {
    const name = isObject(one) ? String(one['name']) : ''
    if (!isObject(one) || !names.includes(name)) throw wrong('it holds a parameter that is not known', itsPlace)
    if (values.has(name)) throw wrong(`${name} is there twice`, itsPlace)
    const [value] = Object.entries(one).flatMap(([key, given]) => (key.startsWith('value') ? [given] : []))
    values.set(name, value)
  }
  return { place, values }
}

/** A string, or the reference or code in a structure. */
function text({ values, place }: Part, name: string): string | undefined {
  const value = values.get(name)
  if (value === undefined) return undefined
  const found = isObject(value) ? (value['reference'] ?? value['code']) : value
  if (typeof found !== 'string' || found.trim() === '' || found.length > 4_000) throw wrong(`${name} is no text`, place)
  return found.trim()
}

function need(part: Part, name: string): string {
  const found = text(part, name)
  if (found === undefined) throw wrong(`${name} is missing`, part.place)
  return found
}

function number({ values, place }: Part, name: string, most: number, least = 1): number | undefined {
  const value = values.get(name)
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw wrong(`${name} must be a whole number from ${least} to ${most}`, place)
  return value
}

function term(part: Part, name: string, vocabulary: Vocabulary, of: VocabularyName): Term | undefined {
  const written = text(part, name)
  if (written === undefined) return undefined
  const found = termFor(vocabulary[of], written)
  if (found === undefined) throw wrong(`${name} is no code of ${of}`, part.place)
  return found
}

type Shared = Omit<SessionFacts, 'status'>

function sharedFacts(part: Part, vocabulary: Vocabulary, today: string): Shared {
  const kind = term(part, 'kind', vocabulary, 'intervention-kind')
  if (kind === undefined) throw wrong('kind is missing', part.place)
  const on = need(part, 'on')
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/.test(on) || Number.isNaN(Date.parse(on)))
    throw wrong('on is no date such as 2026-11-21', part.place)
  if (on.slice(0, 10) > today) throw wrong('on is in the future', part.place)
  return present({
    kind,
    words: text(part, 'words') ?? kind.display,
    on,
    minutes: number(part, 'minutes', 1_440),
    setting: term(part, 'setting', vocabulary, 'setting'),
    mode: term(part, 'mode', vocabulary, 'delivery-mode'),
    approach: term(part, 'approach', vocabulary, 'approach'),
    funder: term(part, 'funder', vocabulary, 'funder'),
    by: text(part, 'by'),
  })
}

function toPerson(part: Part, common: Shared, vocabulary: Vocabulary): RegisterPerson {
  const came = part.values.get('present')
  // Whether somebody came is said for each: silence is not an absence.
  if (typeof came !== 'boolean') throw wrong('present must be true or false', part.place)
  const reason = term(part, 'reason', vocabulary, 'absence-reason')
  const participation = term(part, 'participation', vocabulary, 'participation')
  if (came && (reason !== undefined || participation !== undefined)) throw wrong('a reason is given for somebody who came', part.place)
  if (!came && reason === undefined) throw wrong('reason is missing for somebody who did not come', part.place)
  return {
    place: part.place,
    who: whoOf(part),
    facts: {
      ...common,
      status: came ? 'completed' : 'not-done',
      ...present({
        reason,
        participation,
        minutes: came ? (number(part, 'minutes', 1_440) ?? common.minutes) : undefined,
        effort: number(part, 'effort', 10, 0),
        response: term(part, 'response', vocabulary, 'session-response'),
        event: term(part, 'event', vocabulary, 'session-event'),
        eventWords: text(part, 'eventWords'),
        note: text(part, 'note'),
      }),
    },
  }
}

function whoOf(part: Part): RegisterPerson['who'] {
  const who = text(part, 'who')
  if (who !== undefined) {
    const id = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(who)?.[1]
    if (id === undefined) throw wrong('who is no reference to a Patient', part.place)
    return { patient: id }
  }
  return { number: need(part, 'number').replace(/[ -]/g, ''), bornOn: need(part, 'bornOn') }
}

/** Without what was not said. */
function present<T extends Record<string, unknown>>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
