/**
 * `npm run audit:verify`: seals what is not sealed yet, then recomputes the chain over the audit trail from the entries themselves.
 * It works beside a running hub and without one.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@platform/service/database'
import { keepHead, keptHead } from '@services/passport/start'
import { chainOf, isUnderSeal, seal, unsealed, verify, type ChainHead } from '@services/passport/store/audit-chain'
import { CannotStart, runProgram } from './cannot-start.ts'
import { openHubDatabase } from './hub-database.ts'

/** How long another sealer is waited for, in milliseconds: it holds its lock for one batch. */
const SEALER_MS = 10_000
const LOOK_AGAIN_MS = 100

await runProgram(async () => {
  await using hub = await openHubDatabase('audit-verify')
  const { database, home } = hub
  await expectTrail(database)

  // Read before anything is sealed: a chain whose end was cut off must not get a new end that looks like the old one.
  const chain = await chainOf(database)
  const kept = await keptHead(home, chain)
  if (kept === undefined || (await isUnderSeal(database, kept))) {
    const head = await sealRest(database)
    if (head !== undefined && head.seq !== kept?.seq) await keepHead(home, chain, head)
  } else process.stderr.write(`Not sealed: the head in ${home} is not in the chain.\n`)
  if (kept === undefined)
    process.stderr.write(`No head of this chain was kept in ${home} before: what was cut off earlier cannot be seen.\n`)

  const verdict = await verify(database, kept)
  if (!verdict.intact) {
    process.stdout.write(`The audit chain is broken after ${verdict.entries} entries: ${verdict.broken}.\n`)
    return 1
  }
  const waiting = await unsealed(database)
  if (waiting > 0) process.stderr.write(`${waiting} entries written meanwhile, or held up by a running transaction, are not sealed yet.\n`)
  process.stdout.write(`${verdict.entries} entries, chain intact\n`)
  return 0
})

async function expectTrail(database: Database): Promise<void> {
  const { rows } = await database.query<{ there: boolean }>({ text: `SELECT to_regclass('passport.audit_seal') IS NOT NULL AS there` })
  if (rows[0]?.there !== true) throw new CannotStart('This database holds no audit trail: point DATABASE_URL at the database of a hub.')
}

/** Seals; when the hub is at it just now, after it. */
async function sealRest(database: Database): Promise<ChainHead | undefined> {
  for (let waitedMs = 0; waitedMs < SEALER_MS; waitedMs += LOOK_AGAIN_MS) {
    const head = await seal(database, () => new Date())
    if (head !== undefined || (await unsealed(database)) === 0) return head
    await wait(LOOK_AGAIN_MS)
  }
  return undefined
}
