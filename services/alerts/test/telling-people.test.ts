/** E-mails and text messages: that something waits, and nothing about anybody. */
import type { AddressInfo } from 'node:net'
import type { Patient, Subscription, Task } from '@medplum/fhirtypes'
import { SMTPServer } from 'smtp-server'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { until } from '@platform/testing/until'
import { NIGHT, testHospital } from './a-hospital.ts'
import { receiver, subscribe, subscription } from './a-subscriber.ts'

t.test('HAZ-A12: a mail server that does not take our password ends nobody’s messages: they leave once it does', async (t) => {
  const mails: string[] = []
  let password = 'another'
  const smtp = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: 'hub' }) : done(Object.assign(new Error('Wrong password'), { responseCode: 535 })),
    onData: (stream, { envelope }, done) => {
      stream.resume()
      stream.on('end', () => {
        mails.push(...envelope.rcptTo.map(({ address }) => address))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => smtp.close(resolve)))
  const { port } = smtp.server.address() as AddressInfo
  const hospital = await testHospital(t, { messaging: { smtpUrl: `smtp://hub:ours@127.0.0.1:${String(port)}` } })
  await subscribe(hospital, subscription('', { id: 'mail', channel: { type: 'email', endpoint: 'ward@hospital.example' } }))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.strictSame(mails, [])
  t.match(hospital.record.read<Subscription>('Subscription/mail'), { status: 'active' })
  password = 'ours'
  await hospital.moveTo(new Date(NIGHT.getTime() + 60_000))
  await hospital.running.tellDue()
  t.strictSame(mails, ['ward@hospital.example'])
})

t.test('HAZ-A14: an e-mail and a text message say that something waits, and nothing about anybody', async (t) => {
  const mails: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => smtp.close(resolve)))
  const gateway = await receiver(t, [201])
  const { port } = smtp.server.address() as AddressInfo
  const hospital = await testHospital(t, {
    messaging: { smtpUrl: `smtp://127.0.0.1:${String(port)}`, smsUrl: gateway.url, smsToken: 'ours', smsTemplate: 'waiting' },
  })
  const by = (id: string, type: 'email' | 'sms', endpoint: string, when?: string): Subscription =>
    subscription('', {
      id,
      channel: {
        type,
        endpoint,
        ...(when === undefined
          ? {}
          : { extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/notify-when', valueCode: when }] }),
      },
    })
  await subscribe(hospital, by('mail', 'email', 'mailto:ward@hospital.example'))
  await subscribe(hospital, by('phone', 'sms', '+447700900123'))
  await subscribe(hospital, by('deputy', 'sms', '+447700900456', 'escalated'))
  await subscribe(hospital, by('digest', 'email', 'team@hospital.example', 'today'))
  await subscribe(hospital, by('gone', 'email', 'gone@hospital.example'))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  await hospital.running.tellDue()
  t.equal(mails.length, 2, 'HAZ-A40: also whoever chose a digest hears at once of what asks to act')
  const toWard = mails.find((mail) => /^To: ward@hospital.example$/m.test(mail))
  t.match(toWard, /^Subject: A hospital alert is waiting$/m)
  t.match(toWard, /Sign in: https:\/\/hub\.example Ref [2-9A-Z]{4}\./)
  t.equal(gateway.received.length, 1)
  t.match(JSON.parse(gateway.received[0]?.body ?? ''), {
    phone_number: '+447700900123',
    template_id: 'waiting',
    personalisation: { text: /^A hospital alert is waiting\. Sign in: https:\/\/hub\.example Ref [2-9A-Z]{4}\.$/ },
  })
  t.equal(gateway.received[0]?.headers.authorization, 'Bearer ours')
  t.match(hospital.record.read<Subscription>('Subscription/gone'), { status: 'error' })

  await hospital.moveTo(new Date(NIGHT.getTime() + 31 * 60_000))
  await hospital.running.tellDue()
  t.match(
    gateway.received
      .slice(1)
      .map(({ body }) => (JSON.parse(body) as { phone_number: string }).phone_number)
      .toSorted(),
    ['+447700900123', '+447700900456'],
  )
  t.match(gateway.received.at(-1)?.body, /Nobody has answered/)
  const toTeam = () => mails.filter((mail) => /^To: team@/m.test(mail))
  t.equal(toTeam().length, 2, 'HAZ-A40: that nobody has answered is not gathered either')
  await hospital.send(anAdmissionMessage({ event: 'A03', controlId: '2', at: new Date(NIGHT.getTime() + 40 * 60_000) }))
  await hospital.acted()
  await hospital.running.tellDue()
  t.equal(toTeam().length, 2, 'an ending waits for the morning')
  await hospital.moveTo(new Date('2026-11-21T08:00:00Z'))
  await hospital.running.tellDue()
  t.equal(toTeam().length, 3, 'what was gathered leaves as one message')
  t.notMatch([...mails, ...gateway.received.map(({ body }) => body)].join('\n'), /Rees|Dafydd|9990004447|baclofen|pump|DYFFRYN|1979/i)

  const volume = await hospital.dependencies.subscriptions.volume(NIGHT)
  t.ok(volume.some(({ party, channel, sent }) => party === 'Organization/hospital' && channel === 'sms' && sent >= 2))
})

t.test(
  'HAZ-R61: a person and a carer are told of each step once, as they chose, in words that say nothing, and of nothing after a death',
  async (t) => {
    const hospital = await testHospital(t, { demo: true })
    const { record, running } = hospital
    const chose = async (id: string, by: string, to: string, when: string) =>
      subscribe(
        hospital,
        {
          resourceType: 'Subscription',
          id,
          status: 'requested',
          reason: 'News of my referrals',
          criteria: 'https://handrail.example/fhir/SubscriptionTopic/referral-step',
          channel: {
            type: 'email',
            endpoint: to,
            extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/notify-when', valueCode: when }],
          },
        },
        by,
      )
    const subject = { reference: 'Patient/dafydd' }
    record.seed({ resourceType: 'RelatedPerson', id: 'gwen', patient: subject })
    record.seed({ resourceType: 'RelatedPerson', id: 'huw', patient: subject })
    await chose('own', 'Patient/dafydd', 'dafydd@post.example', 'now')
    await chose('gwens', 'RelatedPerson/gwen', 'gwen@post.example', 'today')
    await chose('huws', 'RelatedPerson/huw', 'huw@post.example', 'now')
    await chose('others', 'Patient/ada', 'ada@post.example', 'now')
    record.closeTo('huws')
    await hospital.moveTo(NIGHT)

    const sent = async () => (await hospital.dependencies.kept.newest(100)).map(({ to }) => to).toSorted()
    const told = async () => {
      await hospital.tell()
      await running.tellDue()
      return sent()
    }
    const need = {
      resourceType: 'ServiceRequest',
      id: 'balance',
      status: 'active',
      intent: 'order',
      subject,
      code: { text: 'Balance class' },
    } as const
    const step = (status: Task['status'], owner: string, description = 'Asked'): Task => ({
      resourceType: 'Task',
      id: 'asked',
      status,
      intent: 'order',
      description,
      basedOn: [{ reference: 'ServiceRequest/balance' }],
      for: subject,
      owner: { reference: owner },
    })
    record.seed(need)
    t.same(await told(), [], 'nobody is asked yet')
    record.seed(step('requested', 'Organization/therapy-centre'))
    t.same(await told(), ['dafydd@post.example'])
    record.seed(step('requested', 'Organization/therapy-centre', 'Asked again'))
    t.same(await told(), ['dafydd@post.example'], 'what is no step is no news')
    record.seed(step('accepted', 'Organization/therapy-centre'))
    t.equal((await told()).length, 2)
    await hospital.moveTo(new Date('2026-11-21T07:59:00Z'))
    await running.tellDue()
    t.equal((await sent()).length, 2)
    await hospital.moveTo(new Date('2026-11-21T08:00:00Z'))
    await running.tellDue()
    t.same(
      await sent(),
      ['dafydd@post.example', 'dafydd@post.example', 'gwen@post.example'],
      'what was gathered in the night is one message of that morning, and Huw may not look',
    )
    const text = JSON.stringify(await hospital.dependencies.kept.newest(100))
    t.match(text, /Sign in to read it: https:\/\/hub\.example/)
    t.match(text, /Mewngofnodwch/)
    t.notMatch(text, /balance|class|therapy|centre|Rees|Dafydd Rees|accepted|Ref /i)
    const volume = await hospital.dependencies.subscriptions.volume(NIGHT)
    t.match(
      volume.find(({ party }) => party === 'Patient/dafydd'),
      { channel: 'email', sent: 2, failed: 0 },
    )

    record.seed({ ...step('in-progress', 'Organization/neurorehab') })
    await hospital.tell()
    record.seed({ ...record.read<Patient>('Patient/dafydd'), deceasedBoolean: true })
    await hospital.tell()
    await hospital.moveTo(new Date('2026-11-24T08:00:00Z'))
    await running.tellDue()
    t.notOk((await sent()).filter((to) => to.startsWith('gwen')).length > 1, 'nothing that was gathered comes after a death')
    record.seed({ ...need, status: 'completed' })
    const before = (await sent()).length
    t.equal((await told()).length, before)
  },
)

t.test('HAZ-A109: what was gathered leaves as one message for each, also on a morning on which many are told', async (t) => {
  const hospital = await testHospital(t, { demo: true })
  const gathered = { url: 'https://handrail.example/fhir/StructureDefinition/notify-when', valueCode: 'today' }
  const PEOPLE = 60
  for (let number = 1; number <= PEOPLE; number += 1) {
    const channel = {
      type: 'email',
      endpoint: `ward-${String(number)}@hospital.example`,
      extension: [gathered],
    } satisfies Subscription['channel']
    hospital.record.seed(subscription('', { id: `mail-${String(number)}`, channel }), 'Organization/hospital')
  }
  await hospital.tell()
  await hospital.running.tellDue()
  const owner = 'Organization/hospital'
  const told = ['1', '2', '3', '4', '5'].map((id) => ({
    topic: 'alert',
    task: `Task/${id}`,
    kind: 'closed',
    quiet: false,
    audience: [owner],
    at: NIGHT,
  }))
  await hospital.database.query({ text: 'SELECT alerts.tell_all(NULL, NULL, $1::jsonb)', values: [JSON.stringify(told)] })
  await hospital.moveTo(new Date('2026-11-21T08:00:00Z'))
  await hospital.running.tellDue()
  const mails = (await hospital.dependencies.kept.newest(1_000)).map(({ to, subject }) => `${to}: ${subject}`)
  t.equal(mails.length, PEOPLE)
  t.ok(mails.every((mail) => mail.endsWith(': 5 hospital alerts have news')))
})

t.test('a demonstration keeps what it would have sent and shows it; elsewhere there is no such page', async (t) => {
  const hospital = await testHospital(t, { demo: true })
  await subscribe(hospital, subscription('', { channel: { type: 'email', endpoint: 'ward@hospital.example' } }))
  await hospital.send(anAdmissionMessage())
  await hospital.acted()
  const kept = async () => (await hospital.app.inject({ url: '/outbox.json' })).json<{ messages: unknown[] }>()
  // Whoever was woken by the notice may have the delivery in hand already: then this look finds none, and the next finds it done.
  await until('it is kept', async () => {
    await hospital.running.tellDue()
    return (await kept()).messages.length
  })
  t.match(await kept(), {
    keeps: ['email', 'sms'],
    messages: [{ channel: 'email', to: 'ward@hospital.example', subject: 'A hospital alert is waiting' }],
  })
  t.match((await hospital.app.inject({ url: '/outbox' })).body, /<td>ward@hospital\.example<\/td>/)

  const usual = await testHospital(t)
  t.equal((await usual.app.inject({ url: '/outbox.json' })).statusCode, 404)
  await subscribe(usual, subscription('', { channel: { type: 'email', endpoint: 'ward@hospital.example' } }))
  await usual.send(anAdmissionMessage())
  await usual.acted()
  for (let minutes = 0; minutes < 60; minutes += 2) {
    await usual.moveTo(new Date(NIGHT.getTime() + minutes * 60_000))
    await usual.running.tellDue()
  }
  t.match(usual.record.read<Subscription>('Subscription/hook'), { status: 'error', error: /not set up/ })
})
