/**
 * Records sessions of many people under the caller's own access, each by itself: what is refused for one person is told, and holds up
 * nobody else. The same key is the same entry, however often it is sent.
 */
import { createHash } from 'node:crypto'
import type { Caller } from '@platform/fhir/caller'
import { Refusal } from '@platform/fhir/errors'
import type { Queryable } from '@platform/service/database'
import { NATIONAL_NUMBER_SYSTEMS } from '@platform/nhs/systems'
import type { CheckedLevel } from '../domain/access/checked-level.ts'
import type { Operation, Outcome } from '../domain/operation.ts'
import type { FhirResource } from '../domain/references.ts'
import { SESSION_KEY, toProcedure, type SessionFacts } from '../domain/recording/session.ts'
import type { AuditEntry } from './audit-store.ts'
import { changeRecord, rehearseChange, type RecordDependencies } from './change-record.ts'
import { readIdentified, readRows } from './record-store.ts'

/** Who records, for whom, and when. */
export interface Recorder {
  readonly caller: Caller
  /** `Organization/…` that gave the sessions. */
  readonly organization: string
  readonly sector: string
  readonly level: CheckedLevel
  /** Business time: when it was typed or sent. */
  readonly recordedAt: Date
  /** Real time. */
  readonly at: Date
  readonly audit: Omit<AuditEntry, 'people' | 'entity' | 'at'>
}

/** One session of one person. */
export interface SessionToRecord {
  /** Id of the Patient. */
  readonly patient: string
  readonly key: string
  readonly facts: SessionFacts
}

export type RecordedSession =
  | { readonly kind: 'recorded'; readonly reference: string }
  | { readonly kind: 'already'; readonly reference: string }
  | { readonly kind: 'would-be-recorded' }
  | { readonly kind: 'refused'; readonly why: readonly string[] }

/** A key that says nothing of anybody and fits into a condition: 32 hexadecimal digits. */
export const keyOf = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

export interface RecordingChoice {
  readonly dryRun: boolean
  /** What else becomes true with a new entry, in its transaction. */
  readonly alongside?: (tx: Queryable, outcome: Outcome) => Promise<void>
}

export async function recordSession(
  record: RecordDependencies,
  { patient, key, facts }: SessionToRecord,
  { caller, organization, sector, level, recordedAt, at, audit }: Recorder,
  { dryRun, alongside }: RecordingChoice,
): Promise<RecordedSession> {
  const exact = toProcedure(facts, { key, patient, organization, sector, level, recordedAt }) as unknown as FhirResource
  const operation: Operation = { kind: 'create', place: '', type: 'Procedure', exact, ifNoneExist: `identifier=${SESSION_KEY}|${key}` }
  const request = {
    caller,
    at,
    audit,
    ...(alongside && {
      alongside: async (tx: Queryable, [outcome]: readonly Outcome[]) => {
        if (outcome?.status === 201) await alongside(tx, outcome)
      },
    }),
  }
  try {
    const [outcome] = dryRun ? await rehearseChange(record, [operation], request) : await changeRecord(record, [operation], request)
    if (outcome === undefined) throw new Error('A write without an outcome')
    const reference = `${outcome.type}/${outcome.id}`
    if (outcome.status === 200) return { kind: 'already', reference }
    return dryRun ? { kind: 'would-be-recorded' } : { kind: 'recorded', reference }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'refused', why: wordsOf(error) }
  }
}

/** Each finding of a refusal with its remedy. */
export const wordsOf = (refusal: Refusal): string[] =>
  refusal.issues.length > 0
    ? refusal.issues.map(({ text, remedy }) => (remedy === undefined ? text : `${text} ${remedy}`))
    : [`${refusal.message} ${refusal.remedy}`]

/** Somebody named by number and date of birth, both. */
export interface NamedPerson {
  /** Ten digits. */
  readonly number: string
  /** Whole date. */
  readonly bornOn: string
}

/**
 * The person each is, in the order asked: exactly one whom the caller may see, with that very number and date of birth, or nothing.
 * Nobody is told which of the two did not fit.
 */
export async function findPeople(
  database: Queryable,
  caller: Caller,
  named: readonly NamedPerson[],
): Promise<readonly (string | undefined)[]> {
  const numbers = [...new Set(named.map(({ number }) => number))]
  const wanted = numbers.flatMap((value) => [...NATIONAL_NUMBER_SYSTEMS].map((system) => ({ type: 'Patient', system, value })))
  const found = await readIdentified(database, caller, wanted)
  const idsOf = new Map<string, Set<string>>()
  wanted.forEach(({ value }, place) => {
    const ids = idsOf.get(value) ?? new Set()
    for (const { id } of found[place] ?? []) ids.add(id)
    idsOf.set(value, ids)
  })
  const ids = [...new Set([...idsOf.values()].flatMap((some) => [...some]))]
  const rows = await readRows(
    database,
    caller,
    ids.map((id) => ({ type: 'Patient', id })),
  )
  const bornOn = new Map(rows.map(({ id, content }) => [id, (JSON.parse(content) as { birthDate?: string }).birthDate]))
  return named.map(({ number, bornOn: date }) => {
    const fitting = [...(idsOf.get(number) ?? [])].filter((id) => bornOn.get(id) === date)
    return fitting.length === 1 ? fitting[0] : undefined
  })
}
