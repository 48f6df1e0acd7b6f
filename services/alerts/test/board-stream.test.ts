/** The stream of a board or an inbox that is open. */
import { get, type IncomingMessage } from 'node:http'
import type { Task } from '@medplum/fhirtypes'
import t from 'tap'
import { anAdmissionMessage } from '@platform/testing/cast-messages'
import { NIGHT, testHospital } from './a-hospital.ts'

t.test('a board hears of its alerts by reference, resumes where it stopped, and hears nothing of others', async (t) => {
  const hospital = await testHospital(t)
  const url = await hospital.app.listen({ host: '127.0.0.1', port: 0 })
  const board = async (organization: string, headers: Record<string, string> = {}, query = '') => {
    const response = await new Promise<IncomingMessage>((resolve) => {
      void hospital
        .bearer(organization, 'ward')
        .then((authorization) => get(`${url}/alerts/stream${query}`, { headers: { authorization, ...headers } }, resolve))
    })
    let text = ''
    let wake = () => {}
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      wake()
    })
    t.teardown(() => response.destroy())
    const until = async (pattern: RegExp) => {
      while (!pattern.test(text)) await new Promise<void>((resolve) => (wake = resolve))
      return text
    }
    return { response, until, text: () => text }
  }
  const [ward, centre] = [await board('hospital'), await board('therapy-centre')]
  t.equal(ward.response.headers['content-type'], 'text/event-stream; charset=utf-8')
  // After a restore from a backup a board may have been further than the hub is.
  const ahead = await board('hospital', { 'last-event-id': '999999999999' })
  for (const one of [ward, ahead]) await one.until(/retry/)
  await hospital.send(anAdmissionMessage())
  const text = await ward.until(/"raised"/)
  t.equal(await ahead.until(/"raised"/), text, 'HAZ-A12: it hears what comes')
  t.match(
    text,
    /id: 1\nevent: alert\ndata: \{"kind":"raised","quiet":false,"task":"Task\/[^"]+","encounter":"Encounter\/[^"]+","at":"[^"]+"\}\n\n/,
  )
  t.notMatch(text, /Rees|9990004447|Patient/)

  await hospital.acted()
  await hospital.send(anAdmissionMessage({ event: 'A11', controlId: '2', at: new Date('2026-11-21T02:30:00Z') }))
  await ward.until(/"withdrawn"/)
  const resumed = await board('hospital', { 'last-event-id': '1' })
  t.notMatch(await resumed.until(/"withdrawn"/), /"raised"/)
  t.notMatch(centre.text(), /event: alert/)

  // An inbox hears of Tasks, whoever made them, and a board of alerts alone.
  const inbox = await board('therapy-centre', {}, '?topic=task')
  await inbox.until(/retry/)
  await hospital.moveTo(NIGHT)
  const owner = { reference: 'Organization/therapy-centre' }
  hospital.record.seed<Task>({ resourceType: 'Task', id: 'asked', status: 'requested', intent: 'order', owner })
  await hospital.tell()
  t.match(await inbox.until(/event: task/), /id: \d+\nevent: task\ndata: \{"kind":"created","task":"Task\/asked","at":"[^"]+"\}\n\n/)
  t.notMatch(centre.text(), /event: task/)
  t.equal((await board('hospital', {}, '?topic=gossip')).response.statusCode, 400)
  t.equal((await board('hospital', { 'last-event-id': 'first' })).response.statusCode, 400)
  t.equal((await hospital.app.inject({ url: '/alerts/stream' })).statusCode, 401)
})
