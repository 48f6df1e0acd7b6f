/** SMART Health Cards: issued, published, verified as a stranger would, and refused when somebody changed them. */
import { inflateRawSync } from 'node:zlib'
import { calculateJwkThumbprint, compactVerify, createLocalJWKSet, type JSONWebKeySet, type JWK } from 'jose'
import QRCode from 'qrcode'
import t from 'tap'
import { jwsOfNumeric, LONGEST_JWS, numericOf } from '../src/domain/share/health-card.ts'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)
const hub = await aRecord(t)
const dafydd = await hub.store({
  resourceType: 'Patient',
  name: [{ family: 'Rowlands', given: ['Dafydd'] }],
  birthDate: '1970-01-02',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990123454' }],
})
const about = { reference: `Patient/${dafydd.id}` }
hub.caller('dafydd', { role: 'patient', patient: dafydd.id, scope: 'patient/*.crus' })
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'
const anAllergy = (code: object) =>
  hub.store({
    resourceType: 'AllergyIntolerance',
    clinicalStatus: { coding: [{ system: CLINICAL, code: 'active' }] },
    code,
    patient: about,
  })
await anAllergy({ text: 'Words alone' })
const coded = await anAllergy({
  coding: [{ system: 'https://example.org/substances', code: 'plaster', display: 'Sticking plaster' }],
  text: 'Plaster',
})

interface Out {
  /** Absent where nothing is said: JSON of FHIR has no empty array. */
  readonly parameter?: readonly {
    readonly name: string
    readonly valueString?: string
    readonly part?: readonly Record<string, unknown>[]
  }[]
}
const issue = async (parameter: readonly object[], who = 'dafydd') =>
  hub.send(who, 'POST', `/Patient/${dafydd.id}/$health-cards-issue`, { resourceType: 'Parameters', parameter })
const ALL = { name: 'credentialType', valueUri: 'https://smarthealth.cards#health-card' }
const of = ({ parameter = [] }: Out, wanted: string) => parameter.filter(({ name }) => name === wanted)
const claimsOf = (payload: Uint8Array) => JSON.parse(inflateRawSync(payload).toString('utf8')) as { iss: string; nbf: number; exp: number; vc: { type: string[]; credentialSubject: { fhirBundle: { entry: { fullUrl: string; resource: Record<string, unknown> }[] } } } } // prettier-ignore
const keys = (await hub.app.inject({ url: '/.well-known/jwks.json' })).json<JSONWebKeySet>()

t.test('a card is verified with the published keys, found under its issuer', async (t) => {
  const answer = await hub.app.inject({ url: '/.well-known/jwks.json' })
  t.equal(answer.headers['access-control-allow-origin'], '*')
  for (const key of keys.keys as JWK[]) {
    t.match(key, { kty: 'EC', use: 'sig', alg: 'ES256', crv: 'P-256' })
    t.equal(key.kid, await calculateJwkThumbprint(key))
    t.notOk('d' in key, 'the private part stays here')
  }
  const out = (await issue([ALL])).json<Out>()
  const jws = of(out, 'verifiableCredential')[0]?.valueString ?? ''
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), { algorithms: ['ES256'] })
  t.match(protectedHeader, { alg: 'ES256', zip: 'DEF', kid: keys.keys[0]?.kid })
  const claims = claimsOf(payload)
  t.equal(claims.iss, 'http://hub.example')
  t.ok(Number.isInteger(claims.nbf) && claims.exp - claims.nbf === 90 * 24 * 60 * 60)
  t.same(claims.vc.type, ['https://smarthealth.cards#health-card'])
  const { entry } = claims.vc.credentialSubject.fhirBundle
  t.same(entry.map(({ fullUrl }) => fullUrl), ['resource:0', 'resource:1']) // prettier-ignore
  t.same(entry[0]?.resource, { resourceType: 'Patient', name: [{ family: 'Rowlands', given: ['Dafydd'] }], birthDate: '1970-01-02' })
  t.notMatch(JSON.stringify(entry), /"text"|"display"|"id"|"meta"|9990123454/, 'slim, and without a number that was not asked for')
  t.match(JSON.stringify(of(out, 'resourceLink')), new RegExp(`AllergyIntolerance/${coded.id}`))
})

t.test('what is left out is named, with its reason', async (t) => {
  const out = (await issue([ALL])).json<Out>()
  t.match(JSON.stringify(of(out, 'leftOut')), /AllergyIntolerance\/[^"]+".*no-code/)
})

t.test('the digits of the code are the card, and fit one code of version 22', async (t) => {
  const out = (await issue([ALL])).json<Out>()
  const jws = of(out, 'verifiableCredential')[0]?.valueString ?? ''
  const qr = of(out, 'qr')[0]?.valueString ?? ''
  t.equal(jwsOfNumeric(qr.slice('shc:/'.length)), jws)
  t.equal(numericOf(jws).length, jws.length * 2)
  const code = QRCode.create([{ data: Buffer.from('shc:/'), mode: 'byte' }, { data: qr.slice('shc:/'.length), mode: 'numeric' }], { errorCorrectionLevel: 'L' }) // prettier-ignore
  t.ok(code.version <= 22)
  t.equal(jwsOfNumeric('99'), undefined)
  t.equal(jwsOfNumeric('123'), undefined)
})

t.test('when there is more than a code holds, the last in order is left out and the card still fits', async (t) => {
  for (let n = 0; n < 40; n += 1)
    await anAllergy({ coding: [{ system: `https://example.org/substances/${crypto.randomUUID()}`, code: crypto.randomUUID() }] })
  const out = (await issue([ALL])).json<Out>()
  const jws = of(out, 'verifiableCredential')[0]?.valueString ?? ''
  t.ok(jws.length <= LONGEST_JWS && jws.length > LONGEST_JWS - 250, `${jws.length} characters`)
  t.match(JSON.stringify(of(out, 'leftOut')), /no-room/)
  t.equal(of(out, 'qr').length, 1)
})

t.test('a card that was changed, or signed by another, does not verify', async (t) => {
  const jws = of((await issue([ALL])).json<Out>(), 'verifiableCredential')[0]?.valueString ?? ''
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const turned = (text: string) => `${text.slice(0, 9)}${text[9] === 'A' ? 'B' : 'A'}${text.slice(10)}`
  for (const forged of [
    [header, turned(payload), signature],
    [header, payload, turned(signature)],
  ])
    // prettier-ignore
    await t.rejects(compactVerify(forged.join('.'), createLocalJWKSet(keys)))
  const other = await aRecord(t, { database: hub.database })
  const strangers = (await other.app.inject({ url: '/.well-known/jwks.json' })).json<JSONWebKeySet>()
  await t.rejects(compactVerify(jws, createLocalJWKSet(strangers)))
})

t.test('what is asked for decides what is on it; nonsense is refused', async (t) => {
  const identity = (await issue([{ name: 'credentialType', valueUri: 'Patient' }, { name: 'includeIdentityClaim', valueString: 'Patient.identifier' }])).json<Out>() // prettier-ignore
  const { payload } = await compactVerify(of(identity, 'verifiableCredential')[0]?.valueString ?? '', createLocalJWKSet(keys))
  t.match(claimsOf(payload).vc.credentialSubject.fhirBundle.entry[0]?.resource, { identifier: [{ value: '9990123454' }] })
  t.same(of((await issue([{ name: 'credentialType', valueUri: 'Immunization' }])).json<Out>(), 'verifiableCredential'), [])
  t.equal((await issue([])).statusCode, 400)
  t.equal((await issue([{ name: 'credentialType', valueUri: 'Nonsense' }])).statusCode, 400)
  hub.caller('stranger', { role: 'professional', organization: 'Organization/elsewhere' })
  t.equal((await issue([ALL], 'stranger')).statusCode, 404)
})
