/**
 * `$import-interventions`: a CSV file of sessions, row by row, each under the caller's own access; `$undo-import` takes a file back. The
 * report names lines and columns, never what stands in them.
 */
import { readCsv, type CsvFile } from '@platform/fhir/csv-file'
import type { FastifyPluginAsync } from 'fastify'
import { columnsOf } from '../../domain/recording/csv-columns.ts'
import { readSessionRow, seesMonthFirst, type RowSession } from '../../domain/recording/csv-session.ts'
import { localDay } from '../../domain/recording/local-day.ts'
import { refuse } from '../../errors.ts'
import { changeRecord } from '../../store/change-record.ts'
import { authorOfImport, beginImport, keepImportedRow, rowsOfImport } from '../../store/imports.ts'
import { findPeople, keyOf, recordSession, wordsOf, type RecordedSession } from '../../store/record-sessions.ts'
import { Refusal } from '@platform/fhir/errors'
import { entryOf } from './audit-hook.ts'
import type { RecordingDependencies } from './dependencies.ts'
import { readParameters } from './operation-input.ts'
import { recorderOf } from './recorder.ts'
import { typeAllowed } from './request.ts'

/** What became of one line. */
type Line = { readonly line: number } & (RecordedSession | { readonly kind: 'undone' | 'gone' | 'kept'; readonly reference: string })

/** Rows that are worked on at once. */
const AT_ONCE = 4
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const importInterventions: FastifyPluginAsync<RecordingDependencies> = async (app, dependencies) => {
  const { record, database, vocabulary, newId, now } = dependencies

  app.post(
    '/$import-interventions',
    { config: { fhir: { operation: 'import-interventions', types: 'system' } } },
    async (request, reply) => {
      typeAllowed(request, 'Procedure', 'c')
      typeAllowed(request, 'Procedure', 's')
      const given = readParameters(request.body, { file: 'once', 'dry-run': 'once', organization: 'once', level: 'once' })
      const bytes = given.bytes('file')
      if (bytes === undefined) throw refuse.BODY_MISSING({}, { expression: "Parameters.parameter.where(name = 'file')" })
      const dryRun = given.boolean('dry-run')
      const recorder = await recorderOf(request, dependencies, {
        organization: given.reference('organization'),
        level: given.word('level'),
      })

      const { header, rows } = wholeFile(bytes)
      const columns = columnsOf(header)
      const reading = { columns, vocabulary, today: localDay(recorder.recordedAt), monthFirstSeen: seesMonthFirst(rows, columns) }
      const read = rows.map((row) => readSessionRow(row, reading))
      const sessions = read.flatMap((each) => ('session' in each ? [each.session] : []))
      const people = await findPeople(
        database,
        request.caller,
        sessions.map(({ nhsNumber: number, bornOn }) => ({ number, bornOn })),
      )
      request.disclosure.people = [...new Set(people.flatMap((id) => id ?? []))]

      const importId = dryRun ? undefined : newId()
      if (importId !== undefined)
        await beginImport(database, { id: importId, at: now(), author: recorder.organization, client: request.caller.clientId })
      const keys = keysOf(sessions, people, recorder.organization)
      const done = await eachOf(sessions, async ({ line, facts }, index): Promise<Line> => {
        const [patient, key] = [people[index], keys[index]]
        if (patient === undefined) return { line, kind: 'refused', why: [NOBODY] }
        if (typeof key !== 'string') return { line, kind: 'refused', why: [`The same reference stands in line ${key?.sameAs ?? 0}.`] }
        const alongside =
          importId &&
          ((tx: Parameters<typeof keepImportedRow>[0], { type, id }: { type: string; id: string }) =>
            keepImportedRow(tx, importId, { line, type, id }))
        return { line, ...(await recordSession(record, { patient, key, facts }, recorder, { dryRun, ...(alongside && { alongside }) })) }
      })
      const faults = read.flatMap((each): Line[] => ('wrong' in each ? [{ line: each.line, kind: 'refused', why: each.wrong }] : []))
      const report = reportOf(
        [...done, ...faults],
        [
          ...(importId === undefined ? [] : [{ name: 'import', valueId: importId }]),
          { name: 'dry-run', valueBoolean: dryRun },
          ...columns.passedOver.map((heading) => ({ name: 'passed-over', valueString: heading })),
        ],
      )
      return reply.header('content-type', request.answerType).send(JSON.stringify(report))
    },
  )

  app.post('/$undo-import', { config: { fhir: { operation: 'undo-import', types: 'system' } } }, async (request, reply) => {
    typeAllowed(request, 'Procedure', 'd')
    const { caller } = request
    const given = readParameters(request.body, { import: 'once', 'dry-run': 'once' })
    const id = given.word('import') ?? ''
    const author = UUID.test(id) ? await authorOfImport(database, id) : undefined
    if (author === undefined || (caller.role !== 'admin' && author !== caller.organization)) throw refuse.IMPORT_UNKNOWN()
    const dryRun = given.boolean('dry-run')
    const { at: _at, people: _people, entity: _entity, ...audit } = entryOf(request, { at: now(), status: 200 })
    const rows = await rowsOfImport(database, id)
    request.disclosure.people = [...new Set(rows.flatMap(({ patient }) => patient ?? []))]
    const lines = await eachOf(rows, async ({ line, type, id: entryId, version, deleted }): Promise<Line> => {
      const reference = `${type}/${entryId}`
      if (deleted) return { line, kind: 'gone', reference }
      // Whoever changed or confirmed it since stands behind it: it is not ours to take back.
      if (version !== 1) return { line, kind: 'kept', reference }
      if (dryRun) return { line, kind: 'undone', reference }
      try {
        await changeRecord(record, [{ kind: 'delete', place: '', type, id: entryId, ifMatch: 1 }], { caller, at: now(), audit })
        return { line, kind: 'undone', reference }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return error.code === 'VERSION_STALE' ? { line, kind: 'kept', reference } : { line, kind: 'refused', why: wordsOf(error) }
      }
    })
    const head = [
      { name: 'import', valueId: id },
      { name: 'dry-run', valueBoolean: dryRun },
    ]
    return reply.header('content-type', request.answerType).send(JSON.stringify(reportOf(lines, head)))
  })
}

const NOBODY = 'Nobody with this number and this date of birth is known to you. Check both; a name is never used to find somebody.'

/** Works on some at once and answers in order. */
async function eachOf<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
      for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T, index)
    }),
  )
  return results
}

/**
 * The key of each row: the file's own reference, else person, day and therapy, counted where a file has several of these. Two rows with one
 * reference are one too many, and the later is told of the earlier.
 */
function keysOf(
  sessions: readonly RowSession[],
  people: readonly (string | undefined)[],
  organization: string,
): readonly (string | { readonly sameAs: number })[] {
  const first = new Map<string, number>()
  const counted = new Map<string, number>()
  return sessions.map(({ line, key, facts }, index) => {
    if (key !== undefined) {
      const before = first.get(key)
      if (before !== undefined) return { sameAs: before }
      first.set(key, line)
      return keyOf(organization, 'reference', key)
    }
    const same = JSON.stringify([people[index], facts.on, facts.kind.code])
    const place = (counted.get(same) ?? 0) + 1
    counted.set(same, place)
    return keyOf(organization, 'session', same, String(place))
  })
}

const OUTCOMES = ['recorded', 'would-be-recorded', 'already', 'undone', 'kept', 'gone', 'refused'] as const

/** Parameters with the counts and a part for each line, in the order of the file. */
function reportOf(lines: readonly Line[], head: readonly object[]): object {
  const sorted = lines.toSorted((a, b) => a.line - b.line)
  return {
    resourceType: 'Parameters',
    parameter: [
      ...head,
      ...OUTCOMES.flatMap((kind) => {
        const count = lines.filter((line) => line.kind === kind).length
        return count === 0 ? [] : [{ name: kind, valueInteger: count }]
      }),
      ...sorted.map((line) => ({
        name: 'row',
        part: [
          { name: 'line', valueInteger: line.line },
          { name: 'outcome', valueCode: line.kind },
          ...('reference' in line ? [{ name: 'entry', valueReference: { reference: line.reference } }] : []),
          ...('why' in line ? line.why.map((words) => ({ name: 'says', valueString: words })) : []),
        ],
      })),
    ],
  }
}

/** More rows than this are several files. */
const MOST_ROWS = 5_000

/** @throws CSV_UNREADABLE, CSV_EMPTY, CSV_TOO_LONG */
function wholeFile(bytes: Uint8Array): CsvFile {
  const file = readCsv(bytes, { mostRows: MOST_ROWS })
  if (!('no' in file)) return file
  if (file.no === 'unreadable') throw refuse.CSV_UNREADABLE({ why: file.why })
  throw file.no === 'empty' ? refuse.CSV_EMPTY() : refuse.CSV_TOO_LONG({ most: MOST_ROWS })
}
