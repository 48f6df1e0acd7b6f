/** The timeline of a person: one shape for every sector, newest first, page by page. Our own operation; see its OperationDefinition. */
import type { FastifyPluginAsync } from 'fastify'
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { CHECKED_LEVELS, type CheckedLevel } from '../../domain/summary/provenance.ts'
import { TIMELINE_TYPES, type TimelineEntry } from '../../domain/timeline/timeline-entry.ts'
import type { TimelineFilter } from '../../domain/timeline/timeline-filter.ts'
import { isObject } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { readRow } from '../../store/record-store.ts'
import { readTimeline, type TimelinePosition } from '../../store/timelines.ts'
import type { FhirDependencies } from './dependencies.ts'
import { pageOf } from './page.ts'
import { oneOf, onlyKnown, parametersOf } from './parameters.ts'
import { hasScope, typeAllowed } from './request.ts'

type Given = readonly (readonly [string, string])[]

/** What is asked for, besides who; sealed in the cursor of later pages. */
interface Question {
  readonly filter: TimelineFilter
  readonly types: readonly string[]
  /** Days, `YYYY-MM-DD`. */
  readonly start?: string
  readonly end?: string
}

const DAY_MS = 86_400_000

export const timeline: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, baseUrl, seal }) => {
  app.route<{ Params: { id: string } }>({
    method: ['GET', 'POST'],
    url: '/Patient/:id/$timeline',
    config: { fhir: { operation: 'timeline', types: ['Patient'] } },
    handler: async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'Patient', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const path = `${reference}/$timeline`
      const given = parametersOf(request)
      const { count, after } = pageOf<TimelinePosition>({ query: Object.fromEntries(given) }, seal, path)
      const question = questionIn(given)
      // The person first: the operation says no exactly as a read of the Patient would.
      const person = await readRow(database, request.caller, 'Patient', id)
      if (person === undefined) throw refuse.NOT_FOUND({ reference })
      if (person.deleted) throw refuse.DELETED({ reference })
      request.disclosure.people = [id]
      const { filter, types, start, end } = question
      const page = await readTimeline(database, inPart, {
        caller: request.caller,
        patient: id,
        types: types.filter((type) => hasScope(request.caller, type, 'r')),
        mayRead: (type) => hasScope(request.caller, type, 'r'),
        filter,
        from: start === undefined ? undefined : new Date(`${start}T00:00:00Z`),
        before: end === undefined ? undefined : new Date(Date.parse(`${end}T00:00:00Z`) + DAY_MS),
        count,
        after,
      })
      const next = page.next === undefined ? undefined : seal.seal({ path, count, question, after: page.next })
      const answer: Parameters = {
        resourceType: 'Parameters',
        parameter: [
          { name: 'patient', valueReference: { reference } },
          ...page.entries.map(entryOf),
          ...(next === undefined ? [] : [{ name: 'next', valueUri: `${baseUrl}/${path}?_cursor=${next}` }]),
        ],
      }
      return reply.header('content-type', request.answerType).send(JSON.stringify(answer))
    },
  })

  /** As the first page was asked for, in the request or in the cursor of a later page. */
  function questionIn(given: Given): Question {
    const cursor = oneOf(given, '_cursor')
    const opened = cursor === undefined ? undefined : seal.open(cursor)
    return isObject(opened) && isObject(opened['question']) ? (opened['question'] as unknown as Question) : parseQuestion(given)
  }
}

const REFERENCE = /^(?:Condition|Organization)\/[A-Za-z0-9\-.]{1,64}$/
const CODE = /^[^\s]{1,200}$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** @throws TIMELINE_PARAMETER naming the one that cannot be read */
function parseQuestion(given: Given): Question {
  onlyKnown(given, KNOWN)
  const read = (name: string, fits: (value: string) => boolean): string | undefined => {
    const value = oneOf(given, name)
    if (value !== undefined && !fits(value)) throw refuse.TIMELINE_PARAMETER({ parameter: name }, { expression: name })
    return value
  }
  const day = (value: string) => DATE.test(value) && !Number.isNaN(Date.parse(value))
  const filter = {
    problem: read('problem', (value) => REFERENCE.test(value) && value.startsWith('Condition/')),
    provider: read('provider', (value) => REFERENCE.test(value) && value.startsWith('Organization/')),
    sector: read('sector', (value) => CODE.test(value)),
    checked: read('checked', (value) => CHECKED_LEVELS.includes(value as CheckedLevel)),
    kind: read('kind', (value) => CODE.test(value)),
  }
  const what = read('what', (value) => value.split(',').every((type) => (TIMELINE_TYPES as readonly string[]).includes(type)))
  const [start, end] = [read('start', day), read('end', day)]
  return {
    filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as TimelineFilter,
    types: what === undefined ? TIMELINE_TYPES : what.split(','),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  'problem',
  'provider',
  'sector',
  'checked',
  'kind',
  'what',
  'start',
  'end',
  '_count',
  '_cursor',
])

type Value = Pick<
  ParametersParameter,
  'valueString' | 'valueCode' | 'valueDateTime' | 'valueInstant' | 'valuePositiveInt' | 'valueCoding' | 'valueReference'
>

/** One entry; a part that nobody said anything for is absent. */
function entryOf(entry: TimelineEntry): ParametersParameter {
  const part = (name: string, value: Value | undefined): ParametersParameter[] => (value === undefined ? [] : [{ name, ...value }])
  const text = (value: string | undefined): Value | undefined => (value === undefined || value === '' ? undefined : { valueString: value })
  const code = (value: string | undefined): Value | undefined => (value === undefined || value === '' ? undefined : { valueCode: value })
  const date = (value: string | undefined): Value | undefined => (value === undefined ? undefined : { valueDateTime: value })
  const count = (value: number | undefined): Value | undefined => (value === undefined ? undefined : { valuePositiveInt: value })
  const { provider, providerName } = entry
  return {
    name: 'entry',
    part: [
      { name: 'entry', valueReference: { reference: entry.reference } },
      { name: 'what', valueCode: entry.what },
      { name: 'title', valueString: entry.title },
      ...part('kind', entry.kind === undefined ? undefined : { valueCoding: entry.kind }),
      ...part('at', date(entry.at)),
      ...part('until', date(entry.until)),
      ...part('typed', date(entry.typedAt)),
      { name: 'received', valueInstant: entry.receivedAt },
      ...part('status', code(entry.status)),
      ...part('reason', text(entry.reason)),
      ...(provider === undefined && providerName === undefined
        ? []
        : [
            {
              name: 'provider',
              valueReference: {
                ...(provider === undefined ? {} : { reference: provider }),
                ...(providerName === undefined ? {} : { display: providerName }),
              },
            },
          ]),
      ...part('author', entry.author === undefined ? undefined : { valueReference: entry.author }),
      ...part('sector', code(entry.sector)),
      { name: 'checked', valueCode: entry.checked },
      ...part('sessions', count(entry.sessions)),
      ...part('minutes', count(entry.minutes)),
      ...part('approach', code(entry.approach)),
      ...part('setting', code(entry.setting)),
      ...part('delivery-mode', code(entry.deliveryMode)),
      ...part('value', text(entry.value)),
      ...entry.notes.map((note) => ({ name: 'note', valueString: note })),
      ...entry.problems.map((reference) => ({ name: 'problem', valueReference: { reference } })),
    ],
  }
}
