/** Whether this hub is a demonstration: never where real people could be meant, and never where others could reach it unasked. */
import type { Database } from '@platform/service/database'
import { CannotStart } from './cannot-start.ts'

/** What the decision rests on. */
export interface DemoFacts {
  /** HANDRAIL_DEMO, if it was set. */
  readonly asked: boolean | undefined
  readonly host: string
  readonly publicUrl: string
  /** `demo`: the database was made by a demonstration. `empty`: nothing was ever written to it. */
  readonly database: 'empty' | 'demo' | 'real'
}

/**
 * True only where HOST and PUBLIC_URL are loopback and the database is empty or already a demonstration's.
 *
 * @throws CannotStart when a demonstration is asked for elsewhere.
 */
export function decideDemo({ asked, host, publicUrl, database }: DemoFacts): boolean {
  const alone = isLoopback(host) && isLoopback(new URL(publicUrl).hostname)
  if (asked === true && !alone) {
    throw new CannotStart(
      'HANDRAIL_DEMO is true, but HOST or PUBLIC_URL is not loopback: a demonstration signs in anybody, so keep it to this machine.',
    )
  }
  if (asked === true && database === 'real') {
    throw new CannotStart(
      'HANDRAIL_DEMO is true, but the database holds records that no demonstration made: point DATABASE_URL or HANDRAIL_HOME at an empty one.',
    )
  }
  return asked ?? (alone && database !== 'real')
}

/** True for addresses that only this machine reaches. RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)

/** What kind of database this is. Every schema must have been migrated. */
export async function kindOfDatabase(database: Database): Promise<DemoFacts['database']> {
  const { rows } = await database.query<{ demo: boolean; used: boolean }>({ text: KIND })
  const [found] = rows
  if (found?.demo) return 'demo'
  return found?.used ? 'real' : 'empty'
}

/** Marks an empty database as a demonstration's, for ever. */
export const markAsDemo = async (database: Database): Promise<void> => {
  await database.query({ text: 'INSERT INTO hub.demonstration DEFAULT VALUES ON CONFLICT DO NOTHING' })
}

// The hub's own clients, handrail-*, are registered at every start; anybody else's were registered by a person.
const KIND = `
  SELECT EXISTS (SELECT FROM hub.demonstration) AS demo,
         EXISTS (SELECT FROM passport.resource) OR EXISTS (SELECT FROM identity.client WHERE id NOT LIKE 'handrail-%') AS used`
