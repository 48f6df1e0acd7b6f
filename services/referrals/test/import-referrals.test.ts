/** Referrals from a spreadsheet: rehearsed, row by row, asked for once. Feature I3. */
import type { Parameters, ServiceRequest, Task } from '@medplum/fhirtypes'
import { aPatient, PEOPLE } from '@platform/testing/cast'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { testHub } from './a-hub.ts'

const HEADER = 'Reference;NHS number;Date of birth;Need;Kind;Priority;Receiver;Red-flags;Words'

async function testService(t: { teardown(work: () => unknown): void }) {
  const hub = await testHub(t)
  const app = await buildApp(hub.dependencies)
  t.teardown(() => app.close())
  hub.record.seed(aPatient('ada'))
  const send = async (csv: string, { dryRun = false, bearer = '' } = {}) => {
    const authorization = bearer === '' ? await hub.callers.bearer('therapy-centre') : bearer
    const payload = JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'csv', valueString: csv },
        { name: 'dryRun', valueBoolean: dryRun },
      ],
    })
    const headers = { authorization, 'content-type': 'application/fhir+json' }
    const answer = await app.inject({ method: 'POST', url: '/fhir/$import-referrals', payload, headers })
    return { status: answer.statusCode, body: answer.json<Parameters>(), text: answer.body }
  }
  return { ...hub, send }
}

const wentOf = ({ parameter = [] }: Parameters) =>
  parameter.filter(({ name }) => name === 'row').map(({ part = [] }) => [part[0]?.valueUnsignedInt, part[1]?.valueCode])

t.test('a list is rehearsed, then asked for row by row, and sent again it asks nobody twice', async (t) => {
  const { send, record, settle } = await testService(t)
  const csv = [
    HEADER,
    'A-1;999 012 3454;18/03/1974;Stand to cook;exercise-class;urgent;Organization/leisure;;Mornings are best',
    'A-2;9990123454;1974-03-18;Talk to somebody;;;;bladder-loss;',
    'A-3;9990123454;19/03/1974;Somebody else;;;;;',
    'A-4;12;1974-03-18;No number;;;;;',
    'A-5;9990123454;1974-03-18;Nowhere;;;Organization/closed;;',
    ';9990123454;1974-03-18;No reference;;;;;',
    'A-7;9990123454;03/74;No day;;;;;',
    'A-8;9990123454;1974-03-18;;;;;;',
    'A-9;9990123454;1974-03-18;Too soon;;yesterday;;;',
  ].join('\r\n')
  const expected = [[2, 'asked'], [3, 'asked'], ...[4, 5, 6, 7, 8, 9, 10].map((line) => [line, 'not-taken'])]
  const rehearsed = await send(csv, { dryRun: true })
  t.same(wentOf(rehearsed.body), expected, rehearsed.text)
  t.equal(record.all('ServiceRequest').length, 0)
  const { body, text } = await send(csv)
  t.same(wentOf(body), expected)
  t.notMatch(text, /Ada|Probert|9990123454|1974/, 'a report names lines and columns, and nobody')
  const [first, second] = record.all<ServiceRequest>('ServiceRequest')
  t.match(first, {
    status: 'active',
    priority: 'urgent',
    code: { text: 'Stand to cook', coding: [{ code: 'exercise-class' }] },
    subject: { reference: 'Patient/ada' },
    requester: { reference: 'Organization/therapy-centre' },
    performer: [{ reference: 'Organization/leisure' }],
    note: [{ text: 'Mornings are best' }],
  })
  t.notOk('priority' in second!, 'what was not stated is not invented')
  t.match(second, { reasonCode: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/red-flag', code: 'bladder-loss' }] }] })

  t.same(wentOf((await send(csv)).body).slice(0, 2), [
    [2, 'unchanged'],
    [3, 'unchanged'],
  ])
  t.equal(record.all('ServiceRequest').length, 2)
  await settle()
  t.same(
    new Set(record.all<Task>('Task').map(({ owner }) => owner?.reference)),
    new Set(['Organization/leisure', 'Organization/single-point-of-access']),
    'each is routed like any other',
  )
})

t.test('a list that is none is refused whole, and nobody is asked', async (t) => {
  const { send, record } = await testService(t)
  for (const csv of ['no table', 'Reference,Need\n1,x', `${HEADER}\n"A-1;never closed`, `${HEADER}\n${'A;;;;\n'.repeat(501)}`])
    t.equal((await send(csv)).status >= 400 && record.all('ServiceRequest').length === 0, true, csv.slice(0, 40))
})

t.test('a rehearsal says what the real list would: of who may not ask, and of a reference that is there twice', async (t) => {
  const { send, callers } = await testService(t)
  const row = 'A-1;9990123454;18/03/1974;Stand to cook;;;;;'
  const csv = [HEADER, row, row].join('\n')
  t.same(wentOf((await send(csv, { dryRun: true })).body), [
    [2, 'asked'],
    [3, 'unchanged'],
  ])
  const bearer = await callers.bearer('therapy-centre', 'user/*.rs')
  const { body, text } = await send(csv, { dryRun: true, bearer })
  t.same(wentOf(body), [
    [2, 'not-taken'],
    [3, 'not-taken'],
  ])
  t.match(text, /may not write ServiceRequest/)
})

t.test(
  'HAZ-R90: a reference that stands for another person or need is no repeat: the row says so, and nobody is passed over',
  async (t) => {
    const { send, record } = await testService(t)
    const { nhsNumber, birthDate } = PEOPLE.bryn
    record.seed(aPatient('bryn'))
    const ada = '1;9990123454;18/03/1974;Stand to cook;;;;;'
    const others = [`1;${nhsNumber};${birthDate};Stand to cook;;;;;`, '1;9990123454;18/03/1974;Talk to somebody;;;;;']
    const list = [HEADER, ada, '; ; ;;;;;;', ...others, ada].join('\r\n')
    const expected = [
      [2, 'asked'],
      [4, 'not-taken'],
      [5, 'not-taken'],
      [6, 'unchanged'],
    ]
    t.same(wentOf((await send(list, { dryRun: true })).body), expected)
    t.same(wentOf((await send(list)).body), expected)
    const next = await send([HEADER, ...others].join('\r\n'))
    t.same(wentOf(next.body), [
      [2, 'not-taken'],
      [3, 'not-taken'],
    ])
    t.match(next.text, /another person or need/)
    t.same(wentOf((await send([HEADER, ada].join('\n'))).body), [[2, 'unchanged']])
    t.equal(record.all('ServiceRequest').length, 1)
  },
)
