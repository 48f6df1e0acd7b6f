/** Who is said to have died, and by whom. A hospital can be wrong: what it says is taken back when it takes it back. HAZ-A20 */
import type { Database } from '@platform/service/database'

/** What is known of deaths. */
export interface Deaths {
  /**
   * What one source says now of whom: the record, a stay, or a hospital about a person. In one commit with that the stays on which it bears are
   * to be settled again, so that a crash leaves none of them open.
   *
   * @returns the Patient ids for whom that changes something
   */
  says(source: string, patient: string | undefined, at: Date): Promise<readonly string[]>
  /**
   * One source says that the person is alive; what it said of a death later than that stands, and what it says of one before that is no news. HAZ-A101
   *
   * @param at when that was recorded where it comes from
   * @param where what remembers it, so that an older death that comes later is not believed: these rows, or an event of the stay that the message is about
   * @returns the Patient ids for whom that changes something
   */
  takesBack(source: string, patient: string, at: Date, where: { rememberedBy: 'deaths' | 'stay' }): Promise<readonly string[]>
  /** Whether any source says that the person has died. */
  hasDied(patient: string): Promise<boolean>
  /** Patients whose owners of open needs do not know yet what is so now. */
  untold(limit: number): Promise<readonly string[]>
  /**
   * Does the telling of a patient while no other process does, so that what is told last is what is so.
   *
   * @returns false where another process is at it: what it does not tell stays untold
   */
  alone(patient: string, tell: () => Promise<void>): Promise<boolean>
  /** Takes note of the sources of a patient as they are; give it back once the owners know. */
  beginTelling(patient: string): Promise<readonly { readonly source: string; readonly gone: boolean }[]>
  told(sources: readonly { readonly source: string; readonly gone: boolean }[]): Promise<void>
  /** The Task that was made about a need. */
  tasks(patient: string): Promise<ReadonlyMap<string, string>>
  keepTask(patient: string, need: string, task: string): Promise<void>
}

/** Opens them. */
export function deathsIn(database: Database): Deaths {
  const patients = async (name: string, text: string, values: unknown[]): Promise<readonly string[]> => [
    ...new Set((await database.query<{ patient: string }>({ name, text, values })).rows.map(({ patient }) => patient)),
  ]
  return {
    says: async (source, patient, at) => patients('death-says', SAYS, [source, patient ?? null, at]),
    takesBack: async (source, patient, at, { rememberedBy }) =>
      rememberedBy === 'stay'
        ? patients('death-takes-back-if-said', TAKES_BACK_IF_SAID, [source, at])
        : patients('death-takes-back', TAKES_BACK, [source, patient, at]),
    async hasDied(patient) {
      const { rows } = await database.query({
        name: 'death-has',
        text: 'SELECT 1 FROM alerts.death WHERE patient = $1 AND NOT gone',
        values: [patient],
      })
      return rows.length > 0
    },
    untold: async (limit) => patients('death-untold', 'SELECT DISTINCT patient FROM alerts.death WHERE NOT told LIMIT $1', [limit]),
    alone: async (patient, tell) =>
      database.transaction(async (tx) => {
        const { rows } = await tx.query<{ free: boolean }>({ name: 'death-alone', text: ALONE, values: [patient] })
        if (rows[0]?.free !== true) return false
        await tell()
        return true
      }),
    async beginTelling(patient) {
      const text = 'SELECT source, gone FROM alerts.death WHERE patient = $1 AND NOT told'
      return (await database.query<{ source: string; gone: boolean }>({ name: 'death-begin', text, values: [patient] })).rows
    },
    async told(sources) {
      const values = [sources.map(({ source }) => source), sources.map(({ gone }) => gone)]
      await database.query({ name: 'death-told', text: TOLD, values })
    },
    async tasks(patient) {
      const text = 'SELECT need, task FROM alerts.death_told WHERE patient = $1'
      const { rows } = await database.query<{ need: string; task: string }>({ name: 'death-tasks', text, values: [patient] })
      return new Map(rows.map(({ need, task }) => [need, task]))
    },
    async keepTask(patient, need, task) {
      const text =
        'INSERT INTO alerts.death_told (patient, need, task) VALUES ($1, $2, $3) ON CONFLICT (patient, need) DO UPDATE SET task = excluded.task'
      await database.query({ name: 'death-keep-task', text, values: [patient, need, task] })
    },
  }
}

// Held until the telling is done, and let go with the connection of whoever dies in it.
const ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('telling of the death of ' || $1, 0)) AS free"
const SAYS = 'SELECT say_death AS patient FROM alerts.say_death($1, $2, $3)'
const TAKES_BACK = 'SELECT say_alive AS patient FROM alerts.say_alive($1, $2, $3)'
// Most hospitals say so in every message: nothing is written where no death stands.
const TAKES_BACK_IF_SAID = `
  SELECT said.patient FROM alerts.death AS held, LATERAL alerts.say_death(held.source, NULL, $2) AS said (patient)
  WHERE held.source = $1 AND NOT held.gone AND held.said_at <= $2`
const TOLD = `
  UPDATE alerts.death SET told = true FROM unnest($1::text[], $2::boolean[]) AS given (source, gone)
  WHERE death.source = given.source AND death.gone = given.gone`
