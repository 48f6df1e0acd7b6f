/**
 * The watch list: who is on the alerts register, in memory for every message, in a table for every process and restart.
 * It is kept from the record's changes; a row is replaced as a whole, and each replacement has a revision that grows.
 */
import type { Database, Queryable } from '@platform/service/database'
import { groupCommit } from '@platform/service/group-commit'
import type { Candidates } from '../domain/match.ts'
import type { Glance } from '../domain/translate/at-a-glance.ts'
import type { HospitalNumber, PersonInMessage, WatchedPerson } from '../domain/person.ts'
import { Sieve } from './sieve.ts'

/** People who are watched, found by what a message says of them. */
export interface WatchList {
  /** Those of ours a message could be about, by number, by tied hospital number and by birth date. In memory: costs a microsecond. */
  candidatesFor(person: PersonInMessage): Candidates
  /** Whether a message with this at a glance could be about somebody of ours. False is certain; true must be looked at properly. */
  mayConcern(glance: Glance): boolean
  /** Whether the person is on the register now. */
  get(patient: string): WatchedPerson | undefined
  readonly size: number
  /** Nobody was ever on it in this database: what the record held before is not known here yet. */
  isNew(): Promise<boolean>
  /** Whether there is, or was, an entry of this person: only then does a change of the Patient matter. */
  knows(patient: string): Promise<boolean>
  /**
   * Takes over what `read` finds to be so, under a lock of that person, so that an older reading never replaces a newer one. Where that puts them on the
   * register or takes them off, or hides or shows where they are, their stays are to be settled again, in one commit with it.
   *
   * @param changesAt when what was read may be otherwise though nobody writes anything; asked once it was read
   * @returns whether there are such stays
   */
  refresh(patient: string, read: () => Promise<WatchedPerson | undefined>, changesAt?: () => Date | undefined): Promise<boolean>
  /** Whose place on the register may be another by now, though nothing was written. */
  changingBy(now: Date, limit: number): Promise<readonly string[]>
  /**
   * Ties hospital numbers to a person after a full match; the row 5 of later messages.
   *
   * @returns nothing where all of them are tied already
   */
  tie(patient: string, numbers: readonly HospitalNumber[], at: Date): Promise<void> | undefined
  /** A person said whom such a message means: what says the same is not asked about again. */
  remember(patient: string, decided: { readonly details: string; readonly message: string }, at: Date): Promise<void>
  /** What a person said of these people counts no longer: somebody said since that a message about one of them is not. */
  forgetDecided(patients: readonly string[]): Promise<void>
  /** The numbers that go are from now on those of the person whose numbers stay, or nobody's; `handled` is a message that is acted on with that. */
  repoint(from: readonly HospitalNumber[], to: { readonly patient: string | undefined; readonly handled?: string }, at: Date): Promise<void>
  /** Takes over what other processes have changed. */
  catchUp(): Promise<void>
}

interface Row {
  readonly patient: string
  readonly active: boolean
  readonly person: WatchedPerson | null
  readonly revision: string
  /** How many stays are to be settled again. */
  readonly stays?: number
}

/** Loads the list. Until it has, nobody can be said not to be registered. */
export async function openWatchList(database: Database): Promise<WatchList> {
  const index = new PeopleIndex()
  let revision = 0n

  /** The newest revision of each person that changed since the list was loaded: answers may come in another order than they were asked for. */
  const taken = new Map<string, bigint>()
  const take = (rows: readonly Row[]) => {
    for (const { patient, person, revision: written } of rows) {
      const at = BigInt(written)
      if (at <= (taken.get(patient) ?? -1n)) continue
      taken.set(patient, at)
      index.replace(patient, person ?? undefined)
    }
  }
  // Only this moves `revision`: whoever takes one change of their own has not seen what others changed before it. Who asks while one look is on its way
  // shares the next: after a large change elsewhere it is read once, not by each of them.
  const catchUp = groupCommit<undefined, void>(async () => {
    const { rows } = await database.query<Row>({ name: 'watch-since', text: SINCE, values: [revision.toString()] })
    take(rows)
    const newest = BigInt(rows.at(-1)?.revision ?? 0)
    if (newest > revision) revision = newest
  })
  await catchUp(undefined)
  taken.clear() // what was read alone came in its order

  const save = async (tx: Queryable, patient: string, person: WatchedPerson): Promise<Row | undefined> => {
    const { rows } = await tx.query<Row>({ name: 'watch-save', text: SAVE, values: [patient, JSON.stringify(person)] })
    return rows[0]
  }
  /** The row of somebody who left, or never was on it, says only that the person is known: then the next change of the Patient is read. */
  const leave = async (tx: Queryable, patient: string): Promise<Row | undefined> => {
    await tx.query({ name: 'watch-known', text: KNOWN, values: [patient] })
    const { rows } = await tx.query<Row>({ name: 'watch-leave', text: LEAVE, values: [patient] })
    return rows[0]
  }
  const renumber = async (tx: Queryable, patient: string): Promise<Row | undefined> => {
    const { rows } = await tx.query<Row>({ name: 'watch-renumber', text: RENUMBER, values: [patient] })
    return rows[0]
  }
  const change = async (patient: string, work: (tx: Queryable) => Promise<Row | undefined>) => {
    const row = await database.transaction(async (tx) => {
      await tx.query({ name: 'watch-lock', text: LOCK, values: [patient] })
      return work(tx)
    })
    if (row !== undefined) take([row])
    return (row?.stays ?? 0) > 0
  }

  // The counter of revisions is one row, held until its commit is on disk: those who come meanwhile share the next commit.
  const tie = groupCommit<Tie, void>(async (ties) => {
    take(
      (await database.query<Row>({ name: 'watch-tie', text: 'SELECT * FROM alerts.tie_all($1::jsonb)', values: [JSON.stringify(ties)] }))
        .rows,
    )
  })

  return {
    candidatesFor: (person) => index.candidatesFor(person),
    mayConcern: (glance) => index.mayConcern(glance),
    get: (patient) => index.get(patient),
    get size() {
      return index.size
    },
    catchUp: async () => catchUp(undefined),
    async isNew() {
      const { rows } = await database.query({ name: 'watch-new', text: 'SELECT 1 FROM alerts.watched LIMIT 1' })
      return rows.length === 0
    },
    async knows(patient) {
      // Behind the lock: a refresh that has begun may have read before the change that is asked about.
      return database.transaction(async (tx) => {
        await tx.query({ name: 'watch-lock', text: LOCK, values: [patient] })
        const { rows } = await tx.query({ name: 'watch-knows', text: 'SELECT 1 FROM alerts.watched WHERE patient = $1', values: [patient] })
        return rows.length > 0
      })
    },
    async refresh(patient, read, changesAt = () => undefined) {
      return change(patient, async (tx) => {
        const person = await read()
        const row = await (person === undefined ? leave(tx, patient) : save(tx, patient, person))
        const at = changesAt()
        if (at === undefined) await tx.query({ name: 'watch-look-no-more', text: LOOK_NO_MORE, values: [patient] })
        else await tx.query({ name: 'watch-look-again', text: LOOK_AGAIN, values: [patient, at] })
        return row
      })
    },
    async changingBy(now, limit) {
      const { rows } = await database.query<{ patient: string }>({ name: 'watch-changing', text: CHANGING, values: [now, limit] })
      return rows.map(({ patient }) => patient)
    },
    tie(patient, numbers, at) {
      const person = index.get(patient)
      const fresh = numbers.filter(
        ({ authority, value }) => !person?.hospitalNumbers.some((held) => held.authority === authority && held.value === value),
      )
      if (person === undefined || fresh.length === 0) return undefined
      return tie({ patient, numbers: fresh, at })
    },
    async remember(patient, { details, message }, at) {
      await change(patient, async (tx) => {
        await tx.query({ name: 'watch-remember', text: REMEMBER, values: [patient, details, message, at] })
        return renumber(tx, patient)
      })
    },
    async forgetDecided(patients) {
      for (const patient of patients)
        await change(patient, async (tx) => {
          const { rowCount } = await tx.query({ name: 'watch-forget', text: FORGET_DECIDED, values: [patient] })
          return rowCount === 0 ? undefined : renumber(tx, patient)
        })
    },
    async repoint(from, { patient, handled }, at) {
      const numbers = [from.map(({ authority }) => authority), from.map(({ value }) => value)]
      const rows = await database.transaction(async (tx) => {
        const { rows: held } = await tx.query<{ patient: string }>({ name: 'watch-holders', text: HOLDERS, values: numbers })
        const touched = [...new Set([...held.map((row) => row.patient), ...(patient === undefined ? [] : [patient])])].toSorted()
        for (const one of touched) await tx.query({ name: 'watch-lock', text: LOCK, values: [one] })
        if (patient === undefined) await tx.query({ name: 'watch-untie', text: UNTIE, values: numbers })
        else await tx.query({ name: 'watch-retie', text: TIE, values: [...numbers, patient, at] })
        if (handled !== undefined) await tx.query({ name: 'watch-message-handled', text: HANDLED, values: [handled, at] })
        return Promise.all(touched.map(async (one) => renumber(tx, one)))
      })
      take(rows.filter((row) => row !== undefined))
    },
  }
}

interface Tie {
  readonly patient: string
  readonly numbers: readonly HospitalNumber[]
  readonly at: Date
}

/** In memory, by everything a message can bring. */
class PeopleIndex {
  readonly #people = new Map<string, WatchedPerson>()
  /** One person by most keys: a set for each would take more memory than all the rest. */
  readonly #by = new Map<string, string | Set<string>>()
  #sieve = new Sieve()

  get size(): number {
    return this.#people.size
  }

  get(patient: string): WatchedPerson | undefined {
    return this.#people.get(patient)
  }

  replace(patient: string, person: WatchedPerson | undefined): void {
    const held = this.#people.get(patient)
    for (const key of held === undefined ? [] : keysOf(held)) this.#remove(key, patient)
    if (person === undefined) {
      this.#people.delete(patient)
      return
    }
    this.#people.set(patient, person)
    for (const key of keysOf(person)) this.#add(key, patient)
    this.#addToSieve(person)
    if (this.#sieve.isFull) this.#makeSieve()
  }

  mayConcern({ numbers, births }: Glance): boolean {
    if (this.#sieve.mayHold(NUMBER, numbers) && numbers.some((number) => this.#by.has(`v|${number}`))) return true
    return this.#sieve.mayHold(BIRTH, births) && births.some((birth) => this.#by.has(`b|${birth}`))
  }

  candidatesFor({ nhsNumbers, hospitalNumbers, names, bornOn }: PersonInMessage): Candidates {
    const found = new Set<string>()
    const look = (key: string) => {
      const held = this.#by.get(key)
      if (typeof held === 'string') found.add(held)
      else for (const patient of held ?? []) found.add(patient)
    }
    for (const number of nhsNumbers) look(`n|${number}`)
    for (const { authority, value } of hospitalNumbers) look(`h|${authority}|${value}`)
    if (bornOn !== undefined) for (const { family } of names) look(`b|${bornOn}|${family}`)
    return found.size === 0 ? [] : [...found].flatMap((patient) => this.#people.get(patient) ?? [])
  }

  #add(key: string, patient: string): void {
    const held = this.#by.get(key)
    if (held === undefined || held === patient) this.#by.set(key, patient)
    else if (typeof held === 'string') this.#by.set(key, new Set([held, patient]))
    else held.add(patient)
  }

  #remove(key: string, patient: string): void {
    const held = this.#by.get(key)
    if (held === patient) this.#by.delete(key)
    else if (held instanceof Set && held.delete(patient) && held.size === 0) this.#by.delete(key)
  }

  #addToSieve({ nhsNumbers, hospitalNumbers, names, bornOn }: WatchedPerson): void {
    for (const number of nhsNumbers) this.#sieve.add(NUMBER, number)
    for (const { value } of hospitalNumbers) this.#sieve.add(NUMBER, value)
    if (bornOn !== undefined) for (const { family } of names) this.#sieve.add(BIRTH, `${bornOn}|${family}`)
  }

  /** Made again for half as many more, from those who are on the list now. */
  #makeSieve(): void {
    this.#sieve = new Sieve(this.#people.size * 3)
    for (const person of this.#people.values()) this.#addToSieve(person)
  }
}

const NUMBER = 1
const BIRTH = 2

function keysOf({ nhsNumbers, hospitalNumbers, names, bornOn }: WatchedPerson): Set<string> {
  return new Set([
    ...nhsNumbers.map((number) => `n|${number}`),
    ...hospitalNumbers.map(({ authority, value }) => `h|${authority}|${value}`),
    ...(bornOn === undefined ? [] : names.map(({ family }) => `b|${bornOn}|${family}`)),
    ...[...nhsNumbers, ...hospitalNumbers.map(({ value }) => value)].map((number) => `v|${number}`),
  ])
}

const SINCE = 'SELECT patient, active, person, revision FROM alerts.watched WHERE revision > $1 ORDER BY revision'
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('watched ' || $1, 0))"

// The counter's row is locked until the commit, so revisions are seen in their order: who has seen one has seen all before it.
const NEXT = 'next AS (UPDATE alerts.watch_revision SET revision = revision + 1 RETURNING revision)'
const ROW = 'watched.patient, watched.active, watched.person, watched.revision'
const SAVE = `
  WITH held AS (
    SELECT 1 FROM alerts.watched WHERE patient = $1 AND active AND coalesce(person->'restricted', 'false') = coalesce($2::jsonb->'restricted', 'false')
  ), bears AS (
    SELECT coalesce(sum(alerts.touch_stays(ARRAY[$1], '')), 0)::integer AS stays WHERE NOT EXISTS (SELECT 1 FROM held)
  ), ${NEXT}
  INSERT INTO alerts.watched AS watched (patient, active, person, revision)
  SELECT $1, true, alerts.beside_the_record($2::jsonb, $1), revision FROM next
  ON CONFLICT (patient) DO UPDATE SET active = true, person = excluded.person, revision = excluded.revision
  RETURNING ${ROW}, (SELECT stays FROM bears) AS stays`

const LEAVE = `
  WITH ${NEXT}
  UPDATE alerts.watched AS watched SET active = false, person = NULL, revision = next.revision
  FROM next WHERE patient = $1 AND active RETURNING ${ROW}, alerts.touch_stays(ARRAY[$1], '')::integer AS stays`

const RENUMBER = `
  WITH ${NEXT}
  UPDATE alerts.watched AS watched SET person = alerts.beside_the_record(person, $1), revision = next.revision
  FROM next WHERE patient = $1 AND active RETURNING ${ROW}`

const KNOWN = 'INSERT INTO alerts.watched (patient, active, revision) VALUES ($1, false, 0) ON CONFLICT (patient) DO NOTHING'

const LOOK_AGAIN = `
  INSERT INTO alerts.register_changes AS held (patient, at) VALUES ($1, $2)
  ON CONFLICT (patient) DO UPDATE SET at = excluded.at WHERE held.at <> excluded.at`
const LOOK_NO_MORE = 'DELETE FROM alerts.register_changes WHERE patient = $1'
const CHANGING = 'SELECT patient FROM alerts.register_changes WHERE at <= $1 ORDER BY at LIMIT $2'

const TIE = `
  INSERT INTO alerts.hospital_number (authority, value, patient, tied_at)
  SELECT authority, value, $3, $4 FROM unnest($1::text[], $2::text[]) AS number (authority, value)
  ON CONFLICT (authority, value) DO UPDATE SET patient = excluded.patient, tied_at = excluded.tied_at`

const REMEMBER =
  'INSERT INTO alerts.decided_match (patient, details, message, decided_at) VALUES ($1, $2, $3, $4) ON CONFLICT (patient, details) DO NOTHING'
const FORGET_DECIDED = 'DELETE FROM alerts.decided_match WHERE patient = $1'

const HOLDERS = `
  SELECT DISTINCT patient FROM alerts.hospital_number JOIN unnest($1::text[], $2::text[]) AS number (authority, value) USING (authority, value)`
const UNTIE = `
  DELETE FROM alerts.hospital_number AS held USING unnest($1::text[], $2::text[]) AS number (authority, value)
  WHERE held.authority = number.authority AND held.value = number.value`
const HANDLED = 'UPDATE alerts.message SET handled_at = $2 WHERE id = $1 AND handled_at IS NULL'
