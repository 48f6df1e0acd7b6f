/**
 * Migrations: numbered SQL files, forward only, each applied once and never changed afterwards.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import type { Database } from './database.ts'

/** Whose migrations, and where they lie. */
export interface MigrationSource {
  /** The service, which is also its schema. */
  readonly service: string
  /** A folder of `0001-what.sql`, `0002-…`. */
  readonly folder: string | URL
}

interface Migration {
  readonly file: string
  readonly sql: string
  readonly checksum: string
}

/** The migrations on disk and in the database do not fit together, or one of them failed. The message says which and why. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
  readonly code = 'MIGRATION_REFUSED'
  readonly remedy = 'Restore the migration files this database was built with, and put every change into a new, higher-numbered file.'
}

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/
const SCHEMA_NAME = /^[a-z][a-z_]{0,40}$/
const LOCK = 4_826_350_911 // any fixed number: every hub on this database queues for the same lock

/**
 * Brings a service's schema up to date. Many processes may call it at once: one works, the others wait and find it done.
 * Each file is one transaction, with the schema first in `search_path`.
 *
 * @returns the files that were applied now
 * @throws MigrationRefused when an applied file was changed or is gone, a number is used twice or comes too late, or SQL fails
 */
export async function migrate(database: Database, { service, folder }: MigrationSource): Promise<readonly string[]> {
  if (!SCHEMA_NAME.test(service)) throw new MigrationRefused(`${JSON.stringify(service)} cannot name a schema.`)
  const migrations = await readMigrations(folder)
  const client = await database.pool.connect()
  let broken: Error | undefined
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await client.query(LEDGER)
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${service}`)
    const { rows } = await client.query<{ file: string; checksum: string }>(
      'SELECT file, checksum FROM platform.migration WHERE service = $1',
      [service],
    )
    const waiting = choose(service, migrations, new Map(rows.map(({ file, checksum }) => [file, checksum])))
    for (const migration of waiting) await apply(client, service, migration)
    return waiting.map(({ file }) => file)
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch((lost: Error) => {
      broken = lost
    })
    client.release(broken)
  }
}

/** Brings the schema `events` (outbox, deliveries, demo clock) up to date. Every process that writes or hears changes needs it. */
export const migrateEvents = (database: Database): Promise<readonly string[]> =>
  migrate(database, { service: 'events', folder: new URL('../migrations', import.meta.url) })

const LEDGER = `
  CREATE SCHEMA IF NOT EXISTS platform;
  CREATE TABLE IF NOT EXISTS platform.migration (
    service    text        NOT NULL,
    file       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, file)
  )`

async function readMigrations(folder: string | URL): Promise<readonly Migration[]> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const files = (await readdir(path)).filter((file) => file.endsWith('.sql')).toSorted()
  for (const [index, file] of files.entries()) {
    if (!FILE_NAME.test(file)) throw new MigrationRefused(`${file} must be named like 0001-what-it-does.sql.`)
    const previous = files[index - 1]
    if (previous?.slice(0, 4) === file.slice(0, 4)) throw new MigrationRefused(`${previous} and ${file} have the same number.`)
  }
  return Promise.all(files.map((file) => readMigration(path, file)))
}

async function readMigration(path: string, file: string): Promise<Migration> {
  const sql = (await readFile(join(path, file), 'utf8')).replaceAll('\r\n', '\n')
  return { file, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

function choose(service: string, migrations: readonly Migration[], applied: ReadonlyMap<string, string>): readonly Migration[] {
  const onDisk = new Map(migrations.map((migration) => [migration.file, migration]))
  for (const [file, checksum] of applied) {
    const found = onDisk.get(file)
    if (found === undefined)
      throw new MigrationRefused(`${service}: ${file} was applied to this database but is not here; a newer version has used it.`)
    if (found.checksum !== checksum) throw new MigrationRefused(`${service}: ${file} was changed after it was applied to this database.`)
  }
  const last = [...applied.keys()].toSorted().at(-1) ?? ''
  const waiting = migrations.filter(({ file }) => !applied.has(file))
  const late = waiting.find(({ file }) => file < last)
  if (late !== undefined) throw new MigrationRefused(`${service}: ${late.file} comes too late; ${last} was applied already.`)
  return waiting
}

async function apply(client: pg.PoolClient, service: string, { file, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(`SET LOCAL search_path = ${service}, public`)
    await client.query(sql)
    await client.query('INSERT INTO platform.migration (service, file, checksum) VALUES ($1, $2, $3)', [service, file, checksum])
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined) // a lost connection has rolled back already
    throw new MigrationRefused(`${service}: ${file} failed: ${(cause as Error).message}`, { cause })
  }
}
