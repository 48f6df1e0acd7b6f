/**
 * Reads one page of what a person has received: `Patient/$timeline` says what fits the filters and in which order, and the resources behind it are
 * read for their detail. Beside it, the first lines of the emergency view, problems to filter by, and scores for the charts.
 */
import type {
  Condition,
  Encounter,
  Flag,
  Observation,
  Parameters,
  ParametersParameter,
  Patient,
  Procedure,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes'
import type { Found, PersonalRecord, Resolved } from '../../clients/record.ts'
import { basesOf, entriesThatStand, showPerson, type PersonShown } from '../../knowledge/person.ts'
import { codes, wordsOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'
import { showEmergency, type EmergencyBlock } from '../emergency/emergency.ts'
import { entriesOf, newestFirst, referencesIn, type Entry } from './entries.ts'
import { trendsOf, type Trend } from './trends.ts'

/** Codes and references alone. */
export interface Filters {
  readonly problem?: string
  readonly provider?: string
  readonly sector?: string
  readonly checked?: string
  /** Sealed place of a later page. */
  readonly after?: string
}

export interface Timeline {
  readonly person: PersonShown
  readonly entries: readonly Entry[]
  /** Sealed place of the next page, when there is one. */
  readonly next?: string
  readonly problems: readonly { readonly reference: string; readonly title: string }[]
  readonly trends: readonly Trend[]
  /** Devices and what cannot wait; pinned on top where something is recorded. */
  readonly pinned?: EmergencyBlock
}

const PAGE = '60'
/** Scores alone: entries of a diary are many more, and are drawn on its own page. */
const SCORES = { code: `${codes('measure')}|` }
const NONE = { all: [], more: false, brought: new Map() }

/** @throws NOT_FOUND when the reader has no part in this person */
export async function loadTimeline(
  record: PersonalRecord,
  id: string,
  { after, ...filter }: Filters,
  words: Words,
  now: Date,
): Promise<Timeline> {
  const about = { patient: `Patient/${id}` }
  const asked = after === undefined ? { _count: PAGE, ...filter } : { _cursor: after }
  const person = record.read<Patient>('Patient', id)
  const reading = Promise.all([
    record.ask(`Patient/${id}`, '$timeline', asked),
    record.findAll<Task>('Task', { ...about, _sort: '-authored-on' }),
    record.findAll<Flag>('Flag', { ...about, status: 'active' }),
    record.findAll<Condition>('Condition', about),
    // Charts stand on the first page alone.
    after === undefined ? record.findAll<Observation>('Observation', { ...about, ...SCORES, _sort: '-date' }) : NONE,
    after === undefined ? record.find<Procedure>('Procedure', { ...about, _sort: '-date', _count: PAGE }) : NONE,
    record.ask(`Patient/${id}`, '$emergency', { _language: words.lang }),
  ])
  reading.catch(() => undefined) // what stops the page is that the person is not to be seen, whatever else is refused with it
  const patient = await person
  const [page, tasks, flags, conditions, scores, sessions, view] = await reading
  const listed = (page.parameter ?? []).filter(({ name }) => name === 'entry')
  // What was read for the charts is not read again for its detail.
  const charted = new Map([...scores.all, ...sessions.all].map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]))
  const detailed = listed.map(referenceOf).filter((one) => DETAILED.has(one?.split('/')[0] ?? ''))
  const [bases, others, trends] = await Promise.all([
    record.resolve(basesOf(flags.all)),
    record.resolve(detailed.filter((one) => !charted.has(one ?? ''))),
    trendsWith(record, about, scores.all, sessions),
  ])
  const read: Resolved = new Map(
    detailed.flatMap((one = '') => {
      const found = charted.get(one) ?? others.get(one)
      return found === undefined ? [] : [[one, found]]
    }),
  )
  const received = {
    procedures: ofType<Procedure>(read, 'Procedure'),
    encounters: ofType<Encounter>(read, 'Encounter'),
    requests: ofType<ServiceRequest>(read, 'ServiceRequest'),
    observations: ofType<Observation>(read, 'Observation'),
    tasks: tasks.all,
  }
  const resolved = await record.resolve(referencesIn(received))
  const brief = listed.filter((one) => !read.has(referenceOf(one) ?? '')).map((one) => toEntry(one, words))
  const next = nextOf(page)
  const pinned = showEmergency(view, words).blocks.find(({ code, lines }) => code === 'pinned' && lines.length > 0)
  return {
    person: showPerson(patient, entriesThatStand(flags.all, bases, now)),
    entries: newestFirst([...entriesOf(received, resolved, words), ...brief]),
    problems: conditions.all.map((one) => ({ reference: `Condition/${one.id ?? ''}`, title: wordsOf(one.code) ?? '' })),
    trends,
    ...(next === undefined ? {} : { next }),
    ...(pinned === undefined ? {} : { pinned }),
  }
}

/** Charts of the scores. Sessions beneath them that are not on the first page are read for their dates alone. */
async function trendsWith(
  record: PersonalRecord,
  about: { readonly patient: string },
  scores: readonly Observation[],
  { all, more }: Found<Procedure>,
): Promise<readonly Trend[]> {
  const trends = trendsOf(scores, all)
  if (trends.length === 0 || !more) return trends
  const lean = { ...about, status: 'completed', _sort: '-date', _elements: 'status,performed' }
  return trendsOf(scores, (await record.find<Procedure>('Procedure', lean)).all)
}

/** Types whose entries are shown with more than the timeline itself says. */
const DETAILED: ReadonlySet<string> = new Set(['Procedure', 'Encounter', 'ServiceRequest', 'Observation'])

const partOf = (entry: ParametersParameter, name: string) => entry.part?.find((one) => one.name === name)
const referenceOf = (entry: ParametersParameter) => partOf(entry, 'entry')?.valueReference?.reference

const ofType = <T>(read: Resolved, type: string): T[] => [...read.values()].filter(({ resourceType }) => resourceType === type) as T[]

/** The sealed place in the address of the next page. */
const nextOf = ({ parameter = [] }: Parameters): string | undefined => {
  const uri = parameter.find(({ name }) => name === 'next')?.valueUri
  return uri === undefined ? undefined : (new URL(uri, 'http://localhost').searchParams.get('_cursor') ?? undefined)
}

/** What has no words of its own is called by what it is. */
const titleOf = (title: string, type: string, { find }: Words): string =>
  title === '' || title === type ? (find.kinds[type as keyof typeof find.kinds] ?? type) : title

/** A state in words; one that we have none for stays as it is coded. */
const stateOf = (status: string | undefined, { status: { entry } }: Words): string | undefined =>
  entry[status as keyof typeof entry] ?? status?.replaceAll('-', ' ')

/** An entry of any other type, as far as the timeline says it. Pure. */
export function toEntry(entry: ParametersParameter, words: Words): Entry {
  const type = partOf(entry, 'what')?.valueCode ?? ''
  const [provider, sector, checked] = [
    partOf(entry, 'provider')?.valueReference?.display,
    partOf(entry, 'sector')?.valueCode,
    partOf(entry, 'checked')?.valueCode,
  ]
  const [status, value] = [partOf(entry, 'status')?.valueCode, partOf(entry, 'value')?.valueString]
  const notes = (entry.part ?? []).flatMap(({ name, valueString }) => (name === 'note' && valueString !== undefined ? [valueString] : []))
  return {
    id: referenceOf(entry)?.split('/')[1] ?? '',
    what: 'other',
    kind: words.find.kinds[type as keyof typeof words.find.kinds] ?? type,
    at: partOf(entry, 'at')?.valueDateTime ?? partOf(entry, 'received')?.valueInstant ?? '',
    title: titleOf(partOf(entry, 'title')?.valueString ?? '', type, words),
    open: false,
    checked: words.checked[(checked ?? 'unknown') as keyof typeof words.checked] ?? words.checked.unknown,
    details: [value === undefined ? undefined : `${words.timeline.value}: ${value}`, stateOf(status, words)].filter(
      (part) => part !== undefined,
    ),
    steps: [],
    ...(provider === undefined ? {} : { organisation: provider }),
    ...(sector === undefined ? {} : { sector }),
    ...(notes.length === 0 ? {} : { note: notes.join('\n') }),
  }
}
