/** What crosses, and what a failure leaves between two steps: nothing acknowledged is lost, and no alert stands otherwise than the stay. HAZ-A61 */
import type { Consent, Encounter, Patient, Task } from '@medplum/fhirtypes'
import t from 'tap'
import { CODES } from '@platform/nhs/systems'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { testDatabase } from '@platform/testing/database'
import { until } from '@platform/testing/until'
import { concept } from '../src/domain/vocabulary.ts'
import { flagChanged } from '../src/jobs/flag-changed.ts'
import { taskChanged } from '../src/jobs/task-changed.ts'
import { readKept } from '../src/domain/translate/read-kept.ts'
import { noticesIn } from '../src/store/notices.ts'
import { subscriptionsIn } from '../src/store/subscriptions.ts'
import { openWatchList } from '../src/store/watch-list.ts'
import { NIGHT, testHospital, type TestHospital } from './a-hospital.ts'

const later = (minutes: number) => new Date(NIGHT.getTime() + minutes * 60_000)
const at = (minutes: number) => new Date(Date.parse('2026-11-21T02:14:00Z') + minutes * 60_000)
const lost = () => {
  throw new Error('The connection was lost.')
}
/** Fails the first time it is called: before what it does, or after it. */
function failOnce<Holder extends object, Name extends keyof Holder>(holder: Holder, name: Name, when: 'before' | 'after'): void {
  const real = holder[name]
  const failing = async (...given: unknown[]) => {
    holder[name] = real
    if (when === 'after') await (real as (...given: unknown[]) => Promise<unknown>).apply(holder, given)
    return lost()
  }
  holder[name] = failing as Holder[Name]
}
/** Looks after what was left behind, as often as it takes. */
const swept = async (hospital: TestHospital, now: Date): Promise<unknown> =>
  until('everything has been acted on', async () => {
    await hospital.moveTo(now)
    const waiting = `SELECT 1 FROM alerts.message WHERE handled_at IS NULL AND disposition = 'matched'
      UNION ALL SELECT 1 FROM alerts.stay WHERE settled < version UNION ALL SELECT 1 FROM alerts.review WHERE task IS NULL`
    return (await hospital.database.query({ text: waiting })).rows.length === 0
  })

t.test('HAZ-A61: whatever step of a message fails, the rest of it is done when the message comes again', async (t) => {
  const hospital = await testHospital(t)
  const { watchList, stays, alerts, deaths } = hospital.dependencies
  const numbers = async () => (await hospital.database.query({ text: 'SELECT 1 FROM alerts.hospital_number' })).rows.length

  failOnce(watchList, 'tie', 'before')
  await hospital.send(anAdmissionMessage())
  await swept(hospital, NIGHT)
  t.equal(await numbers(), 1, 'the number of the hospital is tied')
  t.equal(hospital.task(/^alert-/).status, 'requested')

  failOnce(stays, 'isEncounter', 'before')
  const theirs: Encounter = {
    resourceType: 'Encounter',
    id: 'theirs',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    identifier: [{ system: 'https://dyffrynwen.example/visit', value: 'V000447' }],
    subject: { reference: 'Patient/dafydd' },
    serviceProvider: { reference: 'Organization/hospital' },
    period: { start: at(0).toISOString() },
  }
  hospital.record.seed(theirs)
  await hospital.tell()
  await swept(hospital, NIGHT)
  t.equal(hospital.task(/^alert-/).encounter?.reference, 'Encounter/theirs', 'the Encounter of the hospital is that of the stay')

  failOnce(alerts, 'settlePerson', 'before')
  const died = anAdmissionMessage({ controlId: '3', at: at(60) }).replace('||||01\r', '|20261121034400|Y||01\r')
  await hospital.send(died.replace(/ADT\^A01\^ADT_A01/, 'ADT^A31^ADT_A05'))
  await swept(hospital, later(60))
  t.ok(await deaths.hasDied('dafydd'))
  t.equal(hospital.task(/^alert-/).status, 'completed', 'a death closes what stands open, also where the process fell between the two')
})

t.test('HAZ-A61: a message that cannot be acted on for long is put before a person, and acted on when it can be', async (t) => {
  const hospital = await testHospital(t)
  const { stays } = hospital.dependencies
  const { addEvent } = stays
  stays.addEvent = lost
  await hospital.send(anAdmissionMessage())
  const tried = 'SELECT 1 FROM alerts.message WHERE attempts > 0'
  await until('it was tried', async () => (await hospital.database.query({ text: tried })).rows.length > 0)
  await hospital.database.query({ text: 'UPDATE alerts.message SET attempts = 99' })
  await hospital.moveTo(later(5))
  t.match(hospital.task(/^message-unreadable-/), {
    status: 'requested',
    description: /could not be acted on/,
    owner: { reference: /^Org/ },
  })
  const [first] = hospital.record.all<Task>('Task')
  if (first !== undefined) hospital.record.seed({ ...first, status: 'completed' })
  await hospital.moveTo(later(6))
  t.equal(hospital.tasks().filter(([, status]) => status === 'requested').length, 1, 'while one waits there is an open Task')
  stays.addEvent = addEvent
  await swept(hospital, later(7))
  t.equal(hospital.task(/^alert-/).status, 'requested')
})

t.test('HAZ-A61: a merge that proves the wrong person is looked into, also where it is taken up again half done', async (t) => {
  const hospital = await testHospital(t)
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  failOnce(hospital.dependencies.watchList, 'repoint', 'after')
  const person = { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02' }
  await hospital.send(
    anAdmissionMessage({ controlId: '2', visit: 'V111', person })
      .replace(/ADT\^A01\^ADT_A01/, 'ADT^A40^ADT_A39')
      .replace(/PV1\|[^\r]*\r/, 'MRG|H000447^^^DYFFRYNWEN^MR\r'),
  )
  await swept(hospital, NIGHT)
  t.equal(hospital.task(/^review-/).status, 'requested')
  t.equal(hospital.encounter().status, 'entered-in-error')
  t.strictSame(
    (await hospital.database.query({ text: 'SELECT value FROM alerts.hospital_number' })).rows,
    [],
    'no number of theirs is tied to him',
  )
})

t.test('HAZ-A61: a change of the register is followed also by stays that could not be settled when it was heard', async (t) => {
  const hospital = await testHospital(t)
  const { alerts } = hospital.dependencies
  await hospital.send(anAdmissionMessage({ ward: 'W3^1^4' }))
  await hospital.acted()
  const heard = { changeId: '0', type: 'Flag', id: 'x', versionId: '1', patientId: 'dafydd' } as Parameters<
    ReturnType<typeof flagChanged>
  >[0]
  const fallingOver = async () => {
    failOnce(alerts, 'settlePerson', 'before')
    await t.rejects(flagChanged(hospital.dependencies)(heard))
    await flagChanged(hospital.dependencies)(heard) // the job comes again
    await swept(hospital, NIGHT)
  }
  const patient = hospital.record.read<Patient>('Patient/dafydd')
  const extension = [{ url: 'https://handrail.example/fhir/StructureDefinition/location-restricted', valueBoolean: true }]
  hospital.record.seed({ ...patient, extension })
  await fallingOver()
  t.equal(hospital.encounter().location, undefined, 'where a person is is hidden as soon as they ask for it')
  t.notMatch(hospital.task(/^alert-/).description, /W3/)
  hospital.record.seed({ ...hospital.record.read<Consent>('Consent/dafydd-alert-consent'), status: 'inactive' })
  await fallingOver()
  t.equal(hospital.task(/^alert-/).status, 'cancelled', 'and withdrawn as soon as they withdraw')
})

t.test('HAZ-A05: what was decided on something that is so no longer is decided again', async (t) => {
  const hospital = await testHospital(t)
  const { stays, record } = hospital.dependencies
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const [{ id } = { id: '' }] = (await hospital.database.query<{ id: string }>({ text: 'SELECT id FROM alerts.stay' })).rows
  const state = await stays.get(id)
  const { version = 0, settledAs = '' } = state ?? {}
  t.equal(await stays.settledAlready(id, version, settledAs), true)
  await stays.unsettle(id)
  t.equal(await stays.settledAlready(id, version, settledAs), false, 'somebody is changing the record: it may tell something else by now')
  t.strictSame(
    (await stays.unsettled(10, NIGHT)).map((each) => each.id),
    [id],
    'and should they never finish, it is settled again',
  )
  await hospital.moveTo(NIGHT)

  const { settle } = stays
  const decidedOn: (string | undefined)[] = []
  stays.settle = async (stay, settlement) => {
    decidedOn.push(settlement.toldBefore?.place)
    const text = `UPDATE alerts.stay SET told = told || '{"place":"told by another process"}'`
    if (decidedOn.length === 1) await hospital.database.query({ text })
    return settle(stay, settlement)
  }
  await hospital.send(anAdmissionMessage({ event: 'A02', controlId: '2', ward: 'W5^^', at: at(10) }))
  await hospital.acted()
  t.strictSame(decidedOn, ['ED', 'told by another process'])
  t.strictSame(await hospital.notices(), ['raised', 'moved (quiet)'], 'and told once')
  stays.settle = settle

  // The specialist has answered, and hands it on in the moment in which the ladder finds that.
  const answer = hospital.task(/-specialist$/)
  hospital.record.seed({ ...answer, status: 'accepted' })
  const { change } = record
  record.change = async (reference, decide) => {
    const found = await change(reference, decide)
    record.change = change
    const handedOn = hospital.record.seed<Task>({ ...hospital.task(/-specialist$/), status: 'requested' })
    await hospital.dependencies.alerts.settleTask(handedOn)
    return found
  }
  await swept(hospital, later(16))
  const due = `SELECT 1 FROM alerts.answer WHERE role = 'specialist' AND next_step_at IS NOT NULL`
  t.equal((await hospital.database.query({ text: due })).rows.length, 1, 'who was handed it is waited for')
  t.ok((await hospital.notices()).includes('escalated'))
})

t.test(
  'HAZ-A61: a near match is put before a person with its acknowledgement, and decided though its Task was not written down yet',
  async (t) => {
    const hospital = await testHospital(t)
    const { reviews, record } = hospital.dependencies
    reviews.open = lost
    const { transact } = record
    record.transact = async (entries) => {
      await transact(entries)
      record.transact = transact
      return lost()
    }
    const near = anAdmissionMessage({ person: { nhsNumber: '' } })
    t.match(await hospital.send(near), { code: 'CA' })
    t.match(await hospital.send(near), { code: 'CA' })
    await hospital.dependencies.alerts.rest()
    await hospital.running.sweep(NIGHT).catch(() => undefined)
    const task = hospital.task(/^review-/)
    const outcome = { type: concept(CODES.TASK_OUTPUT, 'outcome'), valueCodeableConcept: concept(CODES.ALERT_OUTCOME, 'same-person') }
    await hospital.database.query({ text: 'UPDATE alerts.review SET task = NULL' }) // as a crash before it leaves it
    hospital.record.seed<Task>({ ...task, status: 'completed', output: [outcome] })
    const heard = { changeId: '0', type: 'Task', id: task.id ?? '', versionId: '2' } as Parameters<ReturnType<typeof taskChanged>>[0]
    await taskChanged(hospital.dependencies)(heard)
    await swept(hospital, NIGHT)
    t.equal(hospital.task(/^alert-/).status, 'requested')
  },
)

t.test('HAZ-A62: an answer that cannot be taken a step up, and a question that cannot be asked, hold up no other', async (t) => {
  const hospital = await testHospital(t)
  const { record } = hospital.dependencies
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const { change, transact } = record
  const stuck = `Task/${String(hospital.task(/-specialist$/).id)}`
  record.change = async (reference, decide) => (reference === stuck ? lost() : change(reference, decide))
  const escalated = async () =>
    (await hospital.dependencies.notices.after('0', 100)).flatMap(({ kind, task }) => (kind === 'escalated' ? [task] : []))
  await hospital.moveTo(later(31))
  t.strictSame(await escalated(), [`Task/${String(hospital.task(/-ward$/).id)}`])
  record.change = change
  await hospital.moveTo(later(32))
  t.ok((await escalated()).includes(stuck), 'and it is taken up when it can be')

  let refused: string | undefined
  record.transact = async (entries) => {
    const key = /review-\d+/.exec(JSON.stringify(entries))?.[0]
    refused ??= key
    return key !== undefined && key === refused ? lost() : transact(entries)
  }
  for (const controlId of ['R1', 'R2'])
    await hospital.send(anAdmissionMessage({ controlId, visit: `V${controlId}`, person: { family: 'Evans', given: 'Gwyn' } }))
  await hospital.moveTo(later(33))
  const reviews = () => hospital.record.all<Task>('Task').filter((task) => JSON.stringify(task).includes('"identity-review"')).length
  t.equal(reviews(), 1)
  record.transact = transact
  await hospital.moveTo(later(34))
  t.equal(reviews(), 2)
})

t.test('HAZ-A61: a process that writes to the watch list itself misses nobody whom another put on it before', async (t) => {
  const database = await (await testDatabase(t)).open()
  const [here, there] = [await openWatchList(database), await openWatchList(database)]
  const watched = (patient: string) => ({ patient, nhsNumbers: [], hospitalNumbers: [], names: [], registers: ['parkinsons'] })
  await there.refresh('first', async () => watched('first'))
  await here.refresh('second', async () => watched('second'))
  await here.catchUp()
  t.ok(here.get('first'))
  t.ok(here.get('second'))
  await there.refresh('second', async () => undefined)
  await Promise.all([here.catchUp(), here.refresh('second', async () => watched('second')), here.catchUp()])
  t.ok(here.get('second'), 'an older answer that comes late replaces nothing')
})

t.test(
  'HAZ-A62: what cannot be done for one person hides and holds up nobody else, and is put before a person with its reason',
  async (t) => {
    const hospital = await testHospital(t)
    const { stays, record } = hospital.dependencies
    // 200 stays that fail whenever they are settled: each is older than the one that comes.
    await hospital.database.query({
      text: `INSERT INTO alerts.stay (id, facility, visit, patient, first_at, last_at, raised_at, version, settle_attempts)
           SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'X', 'V' || n, 'nobody-' || n, $1, $1, $1, 1, 9 FROM generate_series(1, 200) AS n`,
      values: [at(-1_000)],
    })
    const { get } = stays
    stays.get = async (stay) => (stay.startsWith('00000000-') ? lost() : get(stay))
    const { transact } = record
    record.transact = async () => (stays.get === get ? transact([]) : lost()) // the one that comes fails at first too
    await hospital.send(anAdmissionMessage())
    await until('it was tried', async () => {
      const tried = `SELECT 1 FROM alerts.stay WHERE patient = 'dafydd' AND settle_attempts > 0`
      return (await hospital.database.query({ text: tried })).rows.length > 0
    })
    record.transact = transact
    let minutes = 1
    await until('it is told, whatever else fails', async () => {
      await hospital.moveTo(later((minutes += 0.1)))
      return hospital.tasks().some(([kind]) => kind === 'hospital-alert')
    })
    t.equal(hospital.task(/^alert-/).status, 'requested')
    await hospital.moveTo(later((minutes += 0.1)))
    t.match(hospital.task(/^message-unreadable-/).description, /200 hospital stays .* Error/)
    stays.get = get
    await swept(hospital, later(minutes + 2))
    const rows = await hospital.database.query({ text: 'SELECT 1 FROM alerts.stay WHERE settle_attempts > 0 OR settle_reason IS NOT NULL' })
    t.equal(rows.rows.length, 0, 'nothing of it is left once it is done')

    // A place with a byte that the database takes in no text; and one that cannot be added beside one that can, in one statement.
    await hospital.send(anAdmissionMessage({ event: 'A02', controlId: '2', ward: 'W\0' + '6^^', at: at(10) }))
    await swept(hospital, later(minutes + 2))
    t.match(hospital.task(/^alert-/).description, /W6/)
    const { rows: kept } = await hospital.database.query<{ id: string }>({ text: 'SELECT id::text FROM alerts.message ORDER BY id' })
    const [facts] = readKept(Buffer.from(anAdmissionMessage({ event: 'A08', at: at(20) })), {
      processingIds: ['P'],
      receivedAt: NIGHT,
      siteOf: hospital.dependencies.siteOf,
    })
    const adding = kept.map(async ({ id: message }, place) =>
      stays.addEvent({
        message,
        patient: `somebody-${place}`,
        facts: { ...facts, event: 'A08' } as Parameters<typeof stays.addEvent>[0]['facts'],
        receivedAt: NIGHT,
        newId: place === 0 ? () => 'no id' : hospital.dependencies.newId,
        more: true,
        saysOf: () => '',
      }),
    )
    t.strictSame(
      (await Promise.allSettled(adding)).map(({ status }) => status),
      ['rejected', 'fulfilled'],
    )
  },
)

t.test('HAZ-A12: the number with which an event leaves is on disk by then: no crash gives it to another event', async (t) => {
  const { open } = await testDatabase(t)
  const database = await open()
  // As in production: what does not say that it need not wait for the disk waits for it. What has not reached it a crash takes away.
  const durable = await open({ options: '-c synchronous_commit=on' })
  await database.query({
    text: `INSERT INTO alerts.subscription (id, topic, channel, endpoint, party, status)
           VALUES ('one', 'alert', 'webhook', 'https://ward.example', 'Organization/hospital', 'active')`,
  })
  await noticesIn(database).tellOfPage({ focus: 'Task/one', kind: 'raised', audience: ['Organization/hospital'], at: NIGHT })
  const { rows } = await database.query<{ told: string }>({ text: 'SELECT pg_current_wal_insert_lsn()::text AS told' })
  const due = await subscriptionsIn(durable).claim(NIGHT, later(1), 10)
  const flushed = { text: 'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS kept', values: [rows[0]?.told] }
  t.strictSame((await database.query(flushed)).rows, [{ kept: true }])
  t.strictSame(
    due.map(({ event }) => String(event.number)),
    ['1'],
  )

  // Several at once, of which one is somebody else's and one was told before: those that remain follow each other, without a gap.
  const tell = async (...notices: readonly (readonly [task: string, audience: string])[]) => {
    const given = notices.map(([task, organization]) => ({
      kind: 'raised',
      quiet: false,
      task,
      version: 1,
      audience: [`Organization/${organization}`],
      at: NIGHT,
    }))
    await database.query({ text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb)', values: [JSON.stringify(given)] })
  }
  await tell(['Task/two', 'hospital'])
  await tell(['Task/two', 'hospital'], ['Task/three', 'hospital'], ['Task/elsewhere', 'other'], ['Task/five', 'hospital'])
  await tell(['Task/six', 'hospital'])
  const more = await subscriptionsIn(durable).claim(NIGHT, later(1), 10)
  t.strictSame(
    more.map(({ event }) => [event.focus, String(event.number)]),
    [
      ['Task/two', '2'],
      ['Task/three', '3'],
      ['Task/five', '4'],
      ['Task/six', '5'],
    ],
  )
})
