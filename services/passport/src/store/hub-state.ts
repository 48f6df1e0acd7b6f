/** What an operator looks after: changes that wait or were given up, tasks of the watchdogs, subscriptions, organisations. Nobody's data. */
import { changesBehind, type Behind } from '@platform/service/changes-behind'
import type { Database } from '@platform/service/database'
import { listDeadLetters, retryDeadLetters, type DeadLetter } from '@platform/service/dead-letters'
import type { Organization, Subscription, Task } from '@medplum/fhirtypes'
import { tokenHash, tokenText } from '../domain/search/token-hash.ts'

/** Open Tasks of one kind, by which the hub tells that something is not as it should be. */
export interface Watchdog {
  /** Code of the CodeSystem task-kind. */
  readonly kind: string
  readonly open: number
  readonly overdue: number
}

export interface HubState {
  readonly behind: readonly Behind[]
  /** Oldest first, a hundred at most. */
  readonly deadLetters: readonly DeadLetter[]
  readonly watchdogs: readonly Watchdog[]
  /** Subscriptions by status. */
  readonly subscriptions: Readonly<Record<string, number>>
  readonly organizations: readonly { readonly name: string; readonly grade?: string; readonly active: boolean }[]
  /** How far the facts of reports follow the record, real time; absent before the first look. */
  readonly factsReadTo?: Date
}

export interface HubStates {
  /** @param now business time, for what is overdue */
  read(now: Date): Promise<HubState>
  /** Lets given-up changes be tried again; how many there were. None named: every one. */
  retry(changeIds?: readonly string[]): Promise<number>
}

/** Kinds of Task that say something about the hub and its feeds, not about care. */
const WATCHED = [
  'feed-silent',
  'delivery-failed',
  'message-unreadable',
  'identity-review',
  'possible-duplicate',
  'break-glass-review',
] as const
const TASK_KIND = 'https://handrail.example/fhir/CodeSystem/task-kind'
const OPEN: ReadonlySet<string> = new Set(['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])
const MOST = 100

/** Reads the state of the hub for its operator: counts, kinds and organisations, and nothing about a person. */
export function hubStatesIn(database: Database): HubStates {
  const hashes = WATCHED.map((code) => tokenHash(tokenText.systemAndCode('Task.code', TASK_KIND, code)))
  return {
    async read(now) {
      const [behind, deadLetters, tasks, subscriptions, organizations, cursor] = await Promise.all([
        changesBehind(database),
        listDeadLetters(database, { limit: MOST }),
        contents<Task>('hub-state-tasks', `type = 'Task' AND tokens && $1::bigint[]`, [hashes]),
        contents<Subscription>('hub-state-subscriptions', `type = 'Subscription'`),
        contents<Organization>('hub-state-organizations', `type = 'Organization'`),
        database.query<{ read_to: Date }>({ name: 'facts-cursor', text: 'SELECT read_to FROM passport.fact_cursor' }),
      ])
      const readTo = cursor.rows[0]?.read_to
      return {
        behind,
        deadLetters,
        watchdogs: WATCHED.map((kind) => watchdogOf(kind, tasks, now)),
        subscriptions: Object.fromEntries(
          [...Map.groupBy(subscriptions, ({ status }) => status)].map(([status, some]) => [status, some.length]),
        ),
        organizations: organizations
          .map(({ name = '', active, extension = [] }) => {
            const grade = extension.find(({ url }) => url === 'https://handrail.example/fhir/StructureDefinition/grade')?.valueCode
            return { name, ...(grade === undefined ? {} : { grade }), active: active !== false }
          })
          .toSorted((one, other) => one.name.localeCompare(other.name)),
        ...(readTo === undefined ? {} : { factsReadTo: readTo }),
      }
    },
    retry: (changeIds) => retryDeadLetters(database, changeIds === undefined ? {} : { changeIds }),
  }

  async function contents<T>(name: string, where: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    const { rows } = await database.query<{ content: string }>({
      name,
      text: `SELECT content FROM passport.resource WHERE ${where} AND NOT deleted`,
      values,
    })
    return rows.map(({ content }) => JSON.parse(content) as T)
  }
}

function watchdogOf(kind: string, tasks: readonly Task[], now: Date): Watchdog {
  const open = tasks.filter(
    ({ status, code }) => OPEN.has(status) && code?.coding?.some((coding) => coding.system === TASK_KIND && coding.code === kind) === true,
  )
  return {
    kind,
    open: open.length,
    overdue: open.filter(({ restriction }) => Date.parse(restriction?.period?.end ?? '9999-12-31') < now.getTime()).length,
  }
}
