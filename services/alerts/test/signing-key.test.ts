import { createPublicKey, verify, type JsonWebKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flattenedVerify, importJWK, type JWK } from 'jose'
import t from 'tap'
import { openSigner } from '../src/store/signing-key.ts'

t.test('the key is replaced after 90 days; what the old one signed can be checked for a week more', async (t) => {
  const home = t.testdir()
  const [folder, published] = [join(home, 'alerts'), join(home, 'published-keys')]
  const signer = await openSigner(folder, published)
  const first = signer.publicJwk
  const publishedNow = () =>
    readdirSync(published).map((file) => JSON.parse(readFileSync(join(published, file), 'utf8')) as JWK & { kid: string })
  const verifies = async (body: string, detached: string) => {
    const [header = '', , signature = ''] = detached.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
    const jwk = publishedNow().find((each) => each.kid === kid)
    if (jwk === undefined) return false
    const payload = Buffer.from(body).toString('base64url')
    return flattenedVerify({ protected: header, payload, signature }, await importJWK(jwk, 'ES256')).then(() => true)
  }
  const days = (count: number) => new Date(Date.now() + count * 86_400_000)
  const before = signer.sign('body')
  await signer.rotate(days(89))
  t.equal(signer.publicJwk.kid, first.kid)

  const other = await openSigner(folder, published)
  await signer.rotate(days(91))
  t.not(signer.publicJwk.kid, first.kid)
  t.strictSame(new Set(publishedNow().map(({ kid }) => kid)), new Set([first.kid, signer.publicJwk.kid]))
  t.ok(await verifies('body', before))
  t.ok(await verifies('body', signer.sign('body')))
  t.notMatch(JSON.stringify(publishedNow()), /"d"/, 'no private part is published')

  await other.rotate(days(1))
  t.equal(other.publicJwk.kid, signer.publicJwk.kid, 'another process takes it over')
  await signer.rotate(days(8))
  t.strictSame(
    publishedNow().map(({ kid }) => kid),
    [signer.publicJwk.kid],
  )
})

t.test(
  'HAZ-A108: the next key is published a day before it signs anything, so that whoever checks signatures knows it by then',
  async (t) => {
    const home = t.testdir()
    const published = join(home, 'published-keys')
    const signer = await openSigner(join(home, 'alerts'), published)
    const first = signer.publicJwk.kid
    const kids = () => readdirSync(published).map((file) => (JSON.parse(readFileSync(join(published, file), 'utf8')) as JWK).kid)
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000)
    await signer.rotate(hours(88 * 24))
    t.strictSame(kids(), [first])
    await signer.rotate(hours(89 * 24 + 1))
    const [next] = kids().filter((kid) => kid !== first)
    t.ok(next)
    t.equal(signer.publicJwk.kid, first, 'and the old one signs still')
    await signer.rotate(hours(89 * 24 + 2))
    t.strictSame(new Set(kids()), new Set([first, next]), 'there is one next key')
    await signer.rotate(hours(90 * 24 + 1))
    t.equal(signer.publicJwk.kid, next)
    t.strictSame(new Set(kids()), new Set([first, next]), 'the old one stays for a week')
  },
)

t.test('each signature is r and s of 32 bytes, however they begin: one in 128 has a zero to lose', async (t) => {
  const home = t.testdir()
  const signer = await openSigner(join(home, 'alerts'), join(home, 'published-keys'))
  const key = createPublicKey({ key: signer.publicJwk as JsonWebKey, format: 'jwk' })
  const wrong = Array.from({ length: 2_000 }, (_, body) => signer.sign(String(body))).filter((detached, body) => {
    const [header = '', none, signature = ''] = detached.split('.')
    const signed = Buffer.from(`${header}.${Buffer.from(String(body)).toString('base64url')}`)
    const bytes = Buffer.from(signature, 'base64url')
    return none !== '' || bytes.length !== 64 || !verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes)
  })
  t.strictSame(wrong, [])
})
