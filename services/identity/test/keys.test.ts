/** Signing keys: they rotate without a token being refused, and they survive a restart. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenVerifier } from '@platform/fhir/token-verifier'
import { decodeProtectedHeader } from 'jose'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openSeal, sealWith } from '../src/store/sealing.ts'
import { publishedKeys } from '../src/store/published-keys.ts'
import { signingKeys } from '../src/store/signing-keys.ts'
import { aClient, anAssertion, anIssuer, askWith, clientKeys, PUBLIC_URL, type Issuer } from './hub.ts'

const HOUR_MS = 3_600_000
const clockAt = (at: Date) => {
  const clock = { at, now: () => clock.at, advance: (hours: number) => (clock.at = new Date(clock.at.getTime() + hours * HOUR_MS)) }
  return clock
}
const keys = await clientKeys()

const kidsOf = async ({ address }: Issuer) => {
  const { keys: published } = (await (await fetch(`${address}/identity/jwks`)).json()) as { keys: { kid: string }[] }
  return published.map(({ kid }) => kid)
}
const tokenOf = async (issuer: Issuer) => (await askWith(issuer, await anAssertion(keys))).body.access_token ?? ''
const signerOf = async (issuer: Issuer) => decodeProtectedHeader(await tokenOf(issuer)).kid
const verifierOf = ({ address }: Issuer) =>
  tokenVerifier({ issuers: [{ issuer: `${PUBLIC_URL}/identity`, jwksUri: `${address}/identity/jwks` }], audience: `${PUBLIC_URL}/fhir` })

t.test('a new key is published a day before it signs, and the old one until its tokens have expired', async (t) => {
  const clock = clockAt(new Date('2026-11-21T02:14:00Z'))
  const issuer = await anIssuer(t, { clock })
  await aClient(issuer, keys)
  const [first] = await kidsOf(issuer)
  t.equal(await signerOf(issuer), first)
  const oldToken = await tokenOf(issuer)

  clock.advance(29 * 24)
  const [signing, second, ...more] = await kidsOf(issuer)
  t.same([signing, more], [first, []])
  t.not(second, first)
  t.equal(await signerOf(issuer), first)

  clock.advance(24)
  t.equal(await signerOf(issuer), second)
  t.same(await kidsOf(issuer), [second, first])
  t.ok(await verifierOf(issuer).verify(oldToken), 'a token of the old key is still believed')
  t.ok(await verifierOf(issuer).verify(await tokenOf(issuer)))

  clock.advance(3)
  t.same(await kidsOf(issuer), [second])
})

t.test('rotateKeys may be called at any time, by many, and rotates once', async (t) => {
  const now = new Date('2026-11-21T02:14:00Z')
  const issuer = await anIssuer(t, { clock: { now: () => now } })
  const store = signingKeys(issuer.database, issuer.seal)
  await Promise.all([1, 2, 3, 4].map(() => store.rotateKeys(now)))
  t.equal((await store.current(now)).length, 1)
  const ahead = new Date(now.getTime() + 29 * 24 * HOUR_MS)
  await Promise.all([1, 2, 3, 4].map(() => store.rotateKeys(ahead)))
  t.equal((await store.current(ahead)).length, 2)
})

t.test('keys and clients survive a restart: old tokens are believed, the same key signs', async (t) => {
  const issuer = await anIssuer(t)
  await aClient(issuer, keys)
  const token = await tokenOf(issuer)
  const restarted = await issuer.again()
  t.same(await kidsOf(restarted), await kidsOf(issuer))
  t.ok(await verifierOf(restarted).verify(token))
  t.equal(await signerOf(restarted), await signerOf(issuer))
})

t.test('private keys are sealed in the database, and open only with the key of this hub', async (t) => {
  const issuer = await anIssuer(t)
  await kidsOf(issuer)
  const { rows } = await issuer.database.query<{ kid: string; sealed: Buffer }>({ text: 'SELECT kid, sealed FROM identity.signing_key' })
  const [row] = rows
  t.notMatch(row?.sealed.toString('latin1'), '"d"')
  t.match(issuer.seal.open(row?.sealed ?? Buffer.alloc(0), row?.kid ?? ''), '"d"')

  const other = signingKeys(issuer.database, sealWith(Buffer.alloc(32, 8)))
  await t.rejects(other.current(new Date()), { code: 'SEALING_KEY_WRONG' })
})

t.test('a sealed key cannot be moved to another row', async (t) => {
  const seal = sealWith(Buffer.alloc(32, 1))
  t.equal(seal.open(seal.seal('secret', 'a'), 'a'), 'secret')
  t.throws(() => seal.open(seal.seal('secret', 'a'), 'b'), { code: 'SEALING_KEY_WRONG' })
})

t.test('the sealing key is made once, for its owner only, also when many begin at once', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'handrail-seal-'))
  t.teardown(() => rm(home, { recursive: true, force: true }))
  const seals = await Promise.all([1, 2, 3, 4].map(() => openSeal(join(home, 'new'))))
  t.equal(new Set(seals.map((seal) => seal.derive('cookies'))).size, 1)
  t.equal((await openSeal(join(home, 'new'))).derive('cookies'), seals[0]?.derive('cookies'))
  t.equal((await stat(join(home, 'new', 'identity.key'))).mode & 0o777, 0o600)
})

t.test('with another sealing key than the one of this database the issuer does not start', async (t) => {
  const { database } = await anIssuer(t)
  const app = await buildApp(
    { PUBLIC_URL, HANDRAIL_DEMO: true, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
    { database, seal: sealWith(Buffer.alloc(32, 8)) },
  )
  t.teardown(() => app.close())
  await t.rejects(async () => app.ready(), { code: 'SEALING_KEY_WRONG' })
})

t.test('while the database is away the keys stay published', async (t) => {
  const clock = clockAt(new Date('2026-11-21T02:14:00Z'))
  const { database, seal } = await anIssuer(t)
  const away = { yes: false }
  const query: typeof database.query = async (statement) => {
    if (away.yes) throw new Error('The database is away.')
    return database.query(statement)
  }
  const app = await buildApp(
    { PUBLIC_URL, HANDRAIL_DEMO: true, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
    { database: { ...database, query }, seal, clock },
  )
  t.teardown(() => app.close())
  const before = (await app.inject('/identity/jwks')).json()
  away.yes = true
  clock.advance(1)
  t.same((await app.inject('/identity/jwks')).json(), before)
})

t.test('keys that other services have left are published beside those of the issuer, their public part alone', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'handrail-keys-'))
  t.teardown(() => rmSync(home, { recursive: true }))
  const keys = publishedKeys(home)
  t.strictSame(await keys(), [])
  mkdirSync(join(home, 'published-keys'))
  const jwk = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', kid: 'alerts-1', alg: 'ES256', d: 'private' }
  writeFileSync(join(home, 'published-keys', 'alerts.jwk.json'), JSON.stringify(jwk))
  writeFileSync(join(home, 'published-keys', 'half.jwk.json'), '{"kty":')
  const { d: _, ...shown } = jwk
  t.strictSame(await publishedKeys(home)(), [{ ...shown, use: 'sig' }])
})
