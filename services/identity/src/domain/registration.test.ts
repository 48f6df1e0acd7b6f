import t from 'tap'
import { parseRegistration, type Registration } from './registration.ts'

const ES384 = { kty: 'EC', crv: 'P-384', x: 'eA', y: 'eQ', kid: '1' }
const RS384 = { kty: 'RSA', e: 'AQAB', n: 'n'.repeat(342), kid: '2' }

const registration: Registration = {
  clientId: 'therapy-centre',
  name: 'Therapy centre',
  jwks: { keys: [ES384, RS384] },
  role: 'worker',
  grade: 'therapy-record',
  organization: '1234',
  scopes: 'system/Procedure.crs system/Patient.read',
}

t.test('a registration is kept with public keys, SMART v2 scopes and a reference', async (t) => {
  t.match(parseRegistration(registration), {
    clientId: 'therapy-centre',
    organization: 'Organization/1234',
    tokenLifetimeSeconds: 300,
    redirectUris: [],
    jwks: {
      keys: [
        { kid: '1', alg: 'ES384' },
        { kid: '2', alg: 'RS384' },
      ],
    },
  })
})

const refused: Readonly<Record<string, readonly [string, Partial<Registration>]>> = {
  'a client id with a space': ['CLIENT_ID_INVALID', { clientId: 'a client' }],
  'no keys': ['CLIENT_KEYS_INVALID', { jwks: { keys: [] } }],
  'keys that are no key set': ['CLIENT_KEYS_INVALID', { jwks: ES384 }],
  'a private key': ['CLIENT_KEYS_INVALID', { jwks: { keys: [{ ...ES384, d: 'secret' }] } }],
  'a symmetric key': ['CLIENT_KEYS_INVALID', { jwks: { keys: [{ kty: 'oct', k: 'secret', kid: '1' }] } }],
  'a key without kid': ['CLIENT_KEYS_INVALID', { jwks: { keys: [{ ...ES384, kid: undefined }] } }],
  'two keys of one kid': ['CLIENT_KEYS_INVALID', { jwks: { keys: [ES384, { ...RS384, kid: '1' }] } }],
  'an RSA key of 1024 bits': ['CLIENT_KEYS_INVALID', { jwks: { keys: [{ ...RS384, n: 'n'.repeat(171) }] } }],
  'an EC key of another curve': ['CLIENT_KEYS_INVALID', { jwks: { keys: [{ ...ES384, crv: 'P-256' }] } }],
  'a scope that is none': ['CLIENT_SCOPES_INVALID', { scopes: 'system/Procedure.crs openid' }],
  'no scope': ['CLIENT_SCOPES_INVALID', { scopes: ' ' }],
  'an unknown role': ['CLIENT_ROLE_UNKNOWN', { role: 'doctor' }],
  'an unknown grade': ['CLIENT_GRADE_UNKNOWN', { grade: 'all' }],
  'an organisation that is another resource': ['CLIENT_ORGANIZATION_INVALID', { organization: 'Patient/1' }],
  'a patient without a Patient': ['CLIENT_PATIENT_MISSING', { role: 'patient' }],
}

for (const [what, [code, change]] of Object.entries(refused)) {
  t.test(`${what} is refused`, async (t) => {
    t.throws(() => parseRegistration({ ...registration, ...change }), { code })
  })
}
