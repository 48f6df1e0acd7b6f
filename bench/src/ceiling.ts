import { join } from 'node:path'
import type { Database } from '@platform/service/database'
import { startProgram } from './program.ts'

/** The running ceilings beside one hub. Disposing of them stops the program. */
export interface Ceiling extends AsyncDisposable {
  readonly port: number
  readonly mllpPort: number
}

/**
 * Makes the tables of the ceilings from what is in the record now: the same texts, once as jsonb by key, once as text with one index
 * for each question that is asked.
 */
export async function fillCeiling(database: Database): Promise<void> {
  await database.query({ text: TABLES })
  await database.query({ text: 'VACUUM ANALYZE bench.resource, bench.entry' })
}

/** Starts the program on the database of a hub. */
export async function startCeiling({ databaseUrl, redisUrl }: { databaseUrl: string; redisUrl?: string | undefined }): Promise<Ceiling> {
  const ready = /^Ceilings are ready at (\S+) and at port (\d+)$/
  const program = await startProgram({
    args: [join(import.meta.dirname, 'ceiling-server.ts')],
    env: { DATABASE_URL: databaseUrl, ...(redisUrl !== undefined && { REDIS_URL: redisUrl }) },
    ready,
  })
  const [, origin = '', mllpPort] = ready.exec(program.ready) ?? []
  return {
    port: Number(new URL(origin).port),
    mllpPort: Number(mllpPort),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

const TABLES = `
  CREATE SCHEMA bench;
  CREATE TABLE bench.resource (
    id      text        COLLATE "C" PRIMARY KEY,
    type    text        NOT NULL,
    version integer     NOT NULL,
    content jsonb       NOT NULL,
    updated timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE bench.entry (
    id          text COLLATE "C" PRIMARY KEY,
    type        text NOT NULL COLLATE "C",
    patient     text COLLATE "C",
    identifier  text COLLATE "C",
    occurred_at timestamptz,
    content     text NOT NULL
  );
  INSERT INTO bench.resource (id, type, version, content) SELECT id, type, version, content::jsonb FROM passport.resource WHERE type = 'Procedure';
  INSERT INTO bench.entry (id, type, patient, identifier, occurred_at, content)
  SELECT r.id, r.type, r.patient, (SELECT min(i.value) FROM passport.identifier i WHERE i.id = r.id AND i.type = 'Patient'), r.occurred_at, r.content
    FROM passport.resource r WHERE r.patient IS NOT NULL;
  CREATE INDEX entry_of_person ON bench.entry (patient, type, occurred_at DESC, id DESC);
  CREATE INDEX entry_identified ON bench.entry (identifier) WHERE identifier IS NOT NULL;`
