/** A match that a person decides, as whoever comes second finds it. */
import { exportJWK, generateKeyPair } from 'jose'
import { systemClock } from '@platform/service/clock'
import { newId } from '@platform/service/ids'
import { fakeRecord } from '@platform/testing/fake-record'
import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openIssuer } from '../src/clients/issuer.ts'
import { linkClient } from '../src/clients/links.ts'
import { openLocalRecords } from '../src/clients/local-records.ts'
import { operatorClient } from '../src/clients/operator.ts'
import { recordClient } from '../src/clients/record.ts'
import { reportClient } from '../src/clients/reports.ts'
import { sealWith } from '../src/session/seal.ts'
import { endOf } from '../src/session/session-end.ts'
import type { Session } from '../src/session/session.ts'
import { anIssuer } from './an-issuer.ts'

const PUBLIC_URL = 'https://hub.example'
const NOWHERE = 'http://127.0.0.1:9'

const match = (status: Task['status']): Task => ({
  resourceType: 'Task',
  id: status,
  status,
  intent: 'order',
  code: { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/task-kind', code: 'identity-review' }] },
  owner: { reference: 'Organization/single-point-of-access' },
  description: 'A hospital message may be about somebody on the alerts register.',
  input: [{ type: { text: 'Candidate' }, valueReference: { reference: 'Patient/dafydd' } }],
})

t.test('HAZ-A132: a match that somebody else has decided is shown as decided, and not asked again', async (t) => {
  const [issuer, record] = await Promise.all([anIssuer(t, PUBLIC_URL), fakeRecord(t)])
  const { privateKey } = await generateKeyPair('ES384', { extractable: true })
  const seal = sealWith(Buffer.alloc(32, 5))
  const app = await buildApp(
    { PUBLIC_URL, HANDRAIL_DEMO: false, SIGN_IN_IDLE_MS: 1_800_000, SIGN_IN_LONGEST_MS: 28_800_000 },
    {
      record: recordClient(record.url),
      links: linkClient(record.url),
      reports: reportClient(NOWHERE),
      operator: operatorClient(NOWHERE),
      localRecords: openLocalRecords([], PUBLIC_URL),
      issuer: openIssuer({ publicUrl: PUBLIC_URL, identityUrl: issuer.url, key: { ...(await exportJWK(privateKey)), kid: 'key-1' } }),
      seal,
      clock: systemClock,
      newId,
    },
  )
  t.teardown(() => app.close())
  record.seed(match('requested'))
  record.seed(match('completed'))
  const now = Math.floor(Date.now() / 1000)
  const session: Session = {
    subject: 'priya',
    name: 'Priya Nair',
    title: 'Triager',
    role: 'professional',
    organization: 'Organization/single-point-of-access',
    token: 'access-0',
    expiresAt: now + 300,
    renewal: { token: 'refresh-0', renewedAt: now, idleEndsAt: now + 1860, endsAt: now + 20_000 },
  }
  const ask = async (id: string) =>
    app.inject({ url: `/inbox/${id}/decide`, cookies: { handrail_portal: await seal.seal('session', session, endOf(session)) } })
  const open = await ask('requested')
  t.equal(open.statusCode, 200)
  t.match(open.body, 'name="whom"')
  const decided = await ask('completed')
  t.match([decided.statusCode, decided.headers.location], [303, '/inbox/completed'])
})
