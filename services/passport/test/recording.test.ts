/** Sessions of many people at once: the register of a group, and files. */
import { stringify } from 'csv-stringify/sync'
import fc from '@platform/testing/properties'
import t from 'tap'
import { testNumber } from '@platform/nhs/nhs-number'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)

const BASE = 'https://handrail.example/fhir'
const hub = await aRecord(t)
const { send, store, caller } = hub
const gym = `Organization/${(await store({ resourceType: 'Organization', name: 'Gym', extension: [{ url: `${BASE}/StructureDefinition/sector`, valueCode: 'leisure' }] })).id}`
const other = `Organization/${(await store({ resourceType: 'Organization', name: 'Other', extension: [{ url: `${BASE}/StructureDefinition/sector`, valueCode: 'leisure' }] })).id}`
caller('gym', { role: 'worker', grade: 'needs-only', organization: gym })
caller('other', { role: 'worker', grade: 'needs-only', organization: other })
caller('clinic', { role: 'professional', organization: other })

let place = 0
const aPerson = async ({ open = true } = {}) => {
  for (;;) {
    const number = testNumber(place++)
    if (number === undefined) continue
    const { id } = await store({
      resourceType: 'Patient',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: number }],
      birthDate: '1974-03-18',
    })
    if (open)
      await store({
        resourceType: 'CareTeam',
        status: 'active',
        subject: { reference: `Patient/${id}` },
        participant: [{ member: { reference: gym } }],
      })
    return { id, number }
  }
}
const [ada, bryn, stranger] = [await aPerson(), await aPerson(), await aPerson({ open: false })]
const entriesOf = async ({ id }: { id: string }) =>
  (
    (await send('admin', 'GET', `/Procedure?patient=${id}&_sort=date`)).json<{
      entry?: { resource: Record<string, unknown> & { id: string } }[]
    }>().entry ?? []
  ).map(({ resource }) => resource)

interface Part {
  name: string
  part?: Part[]
  [value: string]: unknown
}
const partsOf = (body: string, name: string) =>
  (JSON.parse(body) as { parameter: Part[] }).parameter
    .filter((each) => each.name === name)
    .map(({ part = [], ...rest }) => ({
      ...rest,
      ...Object.fromEntries(part.map(({ name: key, ...value }) => [key, Object.values(value)[0]])),
      says: part.filter((one) => one.name === 'says').map(({ valueString }) => String(valueString)),
    })) as ({ line: number; outcome: string; place: string; says: string[]; valueInteger: number; entry?: { reference: string } } & Part)[]
const countOf = (body: string, name: string) => partsOf(body, name)[0]?.valueInteger ?? 0

const bring = (file: string | Uint8Array, { as = 'gym', ...more }: { as?: string; dryRun?: boolean; organization?: string } = {}) =>
  send(as, 'POST', '/$import-interventions', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'file', valueBase64Binary: Buffer.from(file).toString('base64') },
      ...(more.dryRun ? [{ name: 'dry-run', valueBoolean: true }] : []),
      ...(more.organization ? [{ name: 'organization', valueReference: { reference: more.organization } }] : []),
    ],
  })
const undo = (id: string, as = 'gym') =>
  send(as, 'POST', '/$undo-import', { resourceType: 'Parameters', parameter: [{ name: 'import', valueId: id }] })
const importOf = (body: string) => String(partsOf(body, 'import')[0]?.['valueId'])
const clear = async () => {
  for (const person of [ada, bryn, stranger])
    for (const { id } of await entriesOf(person)) await send('admin', 'DELETE', `/Procedure/${id}`)
}
const HEAD = 'NHS number,DOB,Date,Therapy,Minutes,Attended,Reason'

t.test('a file becomes entries, one for each row, each saying what was said and no more', async (t) => {
  const answer = await bring(
    [
      'nhs_no;D.O.B;Session date;ACTIVITY;Duration (minutes);Attended;Reason;Pause or drop-out;Notes;Shoe size',
      `${ada.number.slice(0, 3)} ${ada.number.slice(3, 6)} ${ada.number.slice(6)};18/03/1974;03/11/2026;Chair-based exercise class;45;Yes;;;"Stood twice; held the rail";5`,
      `${ada.number};1974-03-18;10 November 2026;chair based exercise;45;no;Flare or relapse;paused;;`,
    ].join('\r\n'),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.equal(countOf(answer.body, 'recorded'), 2, answer.body)
  t.match(partsOf(answer.body, 'passed-over'), [{ valueString: 'Shoe size' }])
  t.match(
    await entriesOf(ada),
    [
      {
        status: 'not-done',
        statusReason: { coding: [{ code: 'flare' }] },
        performedDateTime: '2026-11-10',
        code: { coding: [{ code: 'chair-based-exercise' }], text: 'chair based exercise' },
      },
      {
        status: 'completed',
        performedDateTime: '2026-11-03',
        note: [{ text: 'Stood twice; held the rail' }],
        performer: [{ actor: { reference: gym } }],
        meta: { profile: [`${BASE}/StructureDefinition/therapy-session`] },
      },
    ].toReversed(),
  )
  await clear()
})

t.test('a file sent again records nothing twice, and two sessions of one day stay two', async (t) => {
  const row = `${ada.number},18/03/1974,03/11/2026,physiotherapy,30,yes,`
  const file = [HEAD, row, row].join('\n')
  t.equal(countOf((await bring(file)).body, 'recorded'), 2)
  const again = await bring(file)
  t.equal(countOf(again.body, 'already'), 2)
  t.equal((await entriesOf(ada)).length, 2)
  await clear()
})

t.test('a dry run says the same and records nothing', async (t) => {
  const file = [
    HEAD,
    `${ada.number},18/03/1974,03/11/2026,physiotherapy,30,yes,`,
    `${stranger.number},18/03/1974,03/11/2026,physiotherapy,30,yes,`,
  ].join('\n')
  const rehearsed = await bring(file, { dryRun: true })
  t.equal(countOf(rehearsed.body, 'would-be-recorded'), 1, rehearsed.body)
  t.equal(countOf(rehearsed.body, 'refused'), 1)
  t.same(partsOf(rehearsed.body, 'import'), [])
  t.same(await entriesOf(ada), [])
})

t.test(
  'people are found by number and date of birth, both, among those the caller knows; nobody is told which did not fit (HAZ-P33)',
  async (t) => {
    const unknown = testNumber(900_000) ?? testNumber(900_001) ?? ''
    const answer = await bring(
      [
        HEAD,
        `${ada.number},19/03/1974,03/11/2026,yoga,30,yes,`,
        `${stranger.number},18/03/1974,03/11/2026,yoga,30,yes,`,
        `${unknown},18/03/1974,03/11/2026,yoga,30,yes,`,
      ].join('\n'),
    )
    const says = partsOf(answer.body, 'row').map((row) => row.says)
    t.equal(new Set(says.map((each) => each.join())).size, 1, 'one answer for a wrong date, a person not open, and nobody')
    t.equal(countOf(answer.body, 'refused'), 3)
    t.notMatch(answer.body, new RegExp(ada.number))
    for (const person of [ada, stranger]) t.same(await entriesOf(person), [])
  },
)

t.test('each fault of a row is said in plain words with its line, and the other rows are recorded', async (t) => {
  const good = `${ada.number},18/03/1974,03/11/2026,yoga,30,yes,`
  const answer = await bring(
    [
      HEAD,
      good,
      `9990123450,31/02/1974,03/13/2026,levitation,many,perhaps,bored`,
      `${ada.number},18/03/1974,04/11/2026,yoga,30,,`,
      `${ada.number},18/03/1974,01/01/2030,yoga,30,yes,`,
      `${ada.number},18/03/1974,05/11/2026,yoga,30,cancelled,`,
    ].join('\n'),
  )
  const rows = partsOf(answer.body, 'row')
  t.same(
    rows.map(({ line, outcome }) => [line, outcome]),
    [
      [2, 'refused'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'refused'],
      [6, 'refused'],
    ],
  )
  t.match(
    rows[1]?.says.join('\n'),
    /NHS number is not[^]*Date of birth[^]*Date is a day[^]*Therapy is no therapy[^]*Attended is neither[^]*Reason is none of[^]*Minutes must be/,
  )
  // Line 2 is ambiguous only because line 3 puts the month first.
  t.match(rows[0]?.says, [/^Date could mean two days/])
  t.match(rows[2]?.says, [/could mean two days/, /Attended is empty/])
  const mended = await bring([HEAD, good].join('\n'))
  t.equal(countOf(mended.body, 'recorded'), 1)
  await clear()
})

t.test('a file that cannot be read whole is refused whole, with the place', async (t) => {
  const cases: [string | Uint8Array, RegExp][] = [
    ['', /no row of headings/],
    [`${HEAD}\n"${ada.number},18/03/1974`, /quotation mark is opened/],
    ['Name,Date\nAda,03/11/2026', /no column for: NHS number, Date of birth, Therapy/],
    [`${HEAD},DOB\n`, /Two columns of the file are both Date of birth/],
    [Buffer.from('504b0304140000000800', 'hex'), /is it a spreadsheet file/],
    [`${HEAD}\n${`${ada.number},18/03/1974,03/11/2026,yoga,30,yes,\n`.repeat(5_001)}`, /more than 5000 rows/],
  ]
  for (const [file, words] of cases) {
    const answer = await bring(file)
    t.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${answer.statusCode}`)
    t.match(answer.body, words)
  }
  t.same(await entriesOf(ada), [])
})

t.test('whatever encoding and separator a spreadsheet saves with, the same is read', async (t) => {
  const rows = [HEAD.split(',').concat('Notes'), [ada.number, '18/03/1974', '03/11/2026', 'yoga', '30', 'yes', '', 'Café – “well”']]
  const text = stringify(rows)
  const files = [
    Buffer.from(text),
    Buffer.from(`\uFEFF${text}`),
    Buffer.from(`\uFEFF${text}`, 'utf16le'),
    Buffer.from(stringify(rows, { delimiter: ';', record_delimiter: 'windows' })),
    Buffer.from(stringify(rows, { delimiter: '\t', quoted: true })),
    Buffer.from(text.replace('Café – “well”', 'Caf\xe9 \x96 \x93well\x94'), 'latin1'),
  ]
  for (const file of files) {
    const answer = await bring(file)
    t.equal(countOf(answer.body, 'recorded'), 1, answer.body)
    t.match(await entriesOf(ada), [{ note: [{ text: 'Café – “well”' }] }])
    await clear()
  }
})

t.test('an import is taken back as far as nobody stands behind it, by who made it alone', async (t) => {
  const file = [
    HEAD,
    `${ada.number},18/03/1974,03/11/2026,yoga,30,yes,`,
    `${bryn.number},18/03/1974,03/11/2026,yoga,30,yes,`,
    `${bryn.number},18/03/1974,04/11/2026,yoga,30,yes,`,
  ].join('\n')
  const id = importOf((await bring(file)).body)
  const [changed] = await entriesOf(ada)
  await send('gym', 'PUT', `/Procedure/${changed?.id}`, { ...changed, note: [{ text: 'Later.' }] })
  const [gone] = await entriesOf(bryn)
  await send('admin', 'DELETE', `/Procedure/${gone?.id}`)
  t.equal((await undo(id, 'other')).statusCode, 404)
  t.equal((await undo('not-an-id')).statusCode, 404)
  const undone = await undo(id)
  t.same(
    partsOf(undone.body, 'row').map(({ line, outcome }) => [line, outcome]),
    [
      [2, 'kept'],
      [3, 'gone'],
      [4, 'undone'],
    ],
  )
  t.same(await entriesOf(bryn), [])
  t.equal((await entriesOf(ada)).length, 1)
  t.equal(countOf((await undo(id)).body, 'gone'), 2)
  t.equal(countOf((await bring(file)).body, 'recorded'), 2, 'what was taken back can be brought in again')
  await clear()
})

t.test('the reference of a row is its key: twice in a file is told, again in another file is the same entry', async (t) => {
  const head = `${HEAD},Booking reference`
  const row = (date: string, key: string) => `${ada.number},18/03/1974,${date},yoga,30,yes,,${key}`
  const answer = await bring([head, row('03/11/2026', 'A-1'), row('04/11/2026', 'A-1'), row('05/11/2026', 'A-2')].join('\n'))
  t.same(
    partsOf(answer.body, 'row').map(({ outcome }) => outcome),
    ['recorded', 'refused', 'recorded'],
  )
  t.equal(countOf((await bring([head, row('03/11/2026', 'A-1')].join('\n'))).body, 'already'), 1)
  await clear()
})

t.test('only the operator records for another organisation, and a token without one records for none', async (t) => {
  const file = [HEAD, `${ada.number},18/03/1974,03/11/2026,yoga,30,yes,`].join('\n')
  t.equal((await bring(file, { organization: other })).statusCode, 403)
  t.equal((await bring(file, { as: 'admin' })).statusCode, 400)
  caller('person', { role: 'patient', patient: ada.id })
  t.equal((await bring(file, { as: 'person' })).statusCode, 400)
  const byOperator = await bring(file, { as: 'admin', organization: gym })
  t.equal(countOf(byOperator.body, 'recorded'), 1, byOperator.body)
  t.match(await entriesOf(ada), [
    { performer: [{ actor: { reference: gym } }], extension: [{ valueCode: 'leisure' }, { valueCode: 'worker-recorded' }] },
  ])
  await clear()
})

t.test('any damage to a good file gets a clear answer, and no row is lost without a word', async () => {
  const good = Buffer.from([HEAD, ...[3, 4, 5].map((day) => `${ada.number},18/03/1974,0${day}/11/2026,yoga,30,yes,"a ""b"" c"`)].join('\n'))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.nat({ max: good.length - 1 }), byte: fc.nat({ max: 255 }) }), { maxLength: 6 }),
      fc.nat({ max: good.length }),
      async (damage, cut) => {
        const file = Buffer.from(good)
        for (const { at, byte } of damage) file[at] = byte
        const answer = await bring(cut % 3 === 0 ? file.subarray(0, cut) : file, { dryRun: true })
        if (answer.statusCode >= 400) return answer.statusCode < 500 && /"issue"/.test(answer.body)
        return partsOf(answer.body, 'row').every(({ outcome, says }) => outcome !== 'refused' || says.length > 0)
      },
    ),
    { numRuns: 30 },
  )
})

const register = (key: string, people: object[][], more: object[] = []) => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'key', valueString: key },
    { name: 'kind', valueCode: 'chair-based-exercise' },
    { name: 'on', valueDateTime: '2026-11-17T10:30:00+00:00' },
    { name: 'minutes', valueInteger: 45 },
    { name: 'mode', valueCode: 'group' },
    ...more,
    ...people.map((part) => ({ name: 'person', part })),
  ],
})
const who = ({ id }: { id: string }) => ({ name: 'who', valueReference: { reference: `Patient/${id}` } })
const came = { name: 'present', valueBoolean: true }

t.test(
  'a register is one request: each entry in the record of its person, what is refused for one is told, and again adds only who is missing',
  async (t) => {
    const people = [
      [
        who(ada),
        came,
        { name: 'effort', valueInteger: 4 },
        { name: 'event', valueCode: 'fall' },
        { name: 'eventWords', valueString: 'Slipped, no harm.' },
      ],
      [
        { name: 'number', valueString: bryn.number },
        { name: 'bornOn', valueDate: '1974-03-18' },
        { name: 'present', valueBoolean: false },
        { name: 'reason', valueCode: 'transport' },
      ],
      [who(stranger), came],
      [who(ada), came],
    ]
    const first = await send('gym', 'POST', '/$record-register', register('tuesday-17', people))
    t.equal(first.statusCode, 200, first.body)
    t.same(
      partsOf(first.body, 'person').map(({ outcome }) => outcome),
      ['recorded', 'recorded', 'refused', 'refused'],
    )
    t.match(await entriesOf(ada), [
      { performedDateTime: '2026-11-17T10:30:00+00:00', complication: [{ coding: [{ code: 'fall' }], text: 'Slipped, no harm.' }] },
    ])
    t.match(await entriesOf(bryn), [{ status: 'not-done', statusReason: { coding: [{ code: 'transport' }] } }])
    t.same(await entriesOf(stranger), [])

    await store({
      resourceType: 'CareTeam',
      status: 'active',
      subject: { reference: `Patient/${stranger.id}` },
      participant: [{ member: { reference: gym } }],
    })
    const again = await send('gym', 'POST', '/$record-register', register('tuesday-17', people))
    t.same(
      partsOf(again.body, 'person').map(({ outcome }) => outcome),
      ['already', 'already', 'recorded', 'refused'],
    )
    t.equal((await entriesOf(ada)).length, 1)
    const elsewhere = await send('clinic', 'POST', '/$record-register', register('tuesday-17', [[who(ada), came]]))
    t.same(
      partsOf(elsewhere.body, 'person').map(({ outcome }) => outcome),
      ['refused'],
    )
  },
)

t.test('of whoever is in the group and not in its register it is asked whether they came, and nothing is recorded', async (t) => {
  const entity = (person: { id: string }) => ({ entity: { reference: `Patient/${person.id}` } })
  const group = await store({
    resourceType: 'Group',
    type: 'person',
    actual: true,
    managingEntity: { reference: gym },
    member: [entity(ada), entity(bryn), { ...entity(stranger), inactive: true }],
  })
  const before = await entriesOf(bryn)
  const named = { name: 'group', valueReference: { reference: `Group/${group.id}` } }
  const answer = await send(
    'admin',
    'POST',
    '/$record-register',
    register('grouped', [[who(ada), came]], [named, { name: 'organization', valueReference: { reference: gym } }]),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.equal(countOf(answer.body, 'recorded'), 1, answer.body)
  t.match(partsOf(answer.body, 'not-said'), [{ valueReference: { reference: `Patient/${bryn.id}` } }])
  t.equal(partsOf(answer.body, 'not-said').length, 1, 'whoever left the group is not asked about')
  t.same(await entriesOf(bryn), before)
  const hidden = await send('other', 'POST', '/$record-register', register('hidden', [], [named]))
  t.equal(hidden.statusCode, 404, 'a group that the caller may not read is not there')
  const wrong = await send('gym', 'POST', '/$record-register', register('wrong', [], [{ name: 'group', valueString: 'Patient/1' }]))
  t.match(wrong.body, /group is no reference to a Group/)
  await clear()
})

t.test('a register that says too little is refused with the place, and nothing is recorded', async (t) => {
  const before = (await entriesOf(bryn)).length
  const cases: [object, RegExp][] = [
    [register('k', []), /names no person/],
    [register('k', [[who(bryn)]]), /present must be true or false/],
    [register('k', [[who(bryn), { name: 'present', valueBoolean: false }]]), /reason is missing/],
    [register('k', [[came]]), /number is missing/],
    [register('k', [[who(bryn), came]], [{ name: 'colour', valueString: 'red' }]), /not known/],
    [register('k', [[who(bryn), came]], [{ name: 'kind', valueCode: 'yoga' }]), /kind is there twice/],
    [register('k', [[who(bryn), came, { name: 'effort', valueInteger: 11 }]]), /effort must be a whole number from 0 to 10/],
    [{ resourceType: 'Bundle' }, /no Parameters/],
  ]
  for (const [body, words] of cases) {
    const answer = await send('gym', 'POST', '/$record-register', body)
    t.equal(answer.statusCode, 400, answer.body)
    t.match(answer.body, words)
    t.match(answer.json(), { issue: [{ expression: [/Parameters/] }] })
  }
  t.equal((await entriesOf(bryn)).length, before)
})
