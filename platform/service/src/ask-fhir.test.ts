import t from 'tap'
import type { Answer, Asked } from './ask.ts'
import { firstPage } from './ask-fhir.ts'

const answering = (answer: Partial<Answer> & { readonly status: number }) => {
  const asked: Asked[] = []
  return { asked, ask: async (one: Asked) => (asked.push(one), { headers: {}, body: Buffer.alloc(0), ...answer }) }
}
const criteria = { status: 'requested,accepted', _include: ['Task:patient', 'Task:owner'] }
const given = { criteria, headers: { authorization: 'Bearer a' }, withinMs: 1_000 }

t.test('criteria travel in the body, each value of a name by itself', async (t) => {
  const { asked, ask } = answering({ status: 200, body: Buffer.from('{"resourceType":"Bundle","type":"searchset"}') })
  t.same(await firstPage(ask, 'Task', given), { resourceType: 'Bundle', type: 'searchset' })
  t.match(asked, [
    {
      path: '/Task/_search',
      method: 'POST',
      repeatable: true,
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer a' },
      body: 'status=requested%2Caccepted&_include=Task%3Apatient&_include=Task%3Aowner',
    },
  ])
})

t.test('a refusal says its status, and its outcome where it has one', async (t) => {
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden' }] }
  const said = answering({ status: 403, body: Buffer.from(JSON.stringify(outcome)) })
  await t.rejects(firstPage(said.ask, 'Task', given), { name: 'SearchRefused', response: { status: 403, data: outcome } })
  const unsaid = answering({ status: 502, body: Buffer.from('<html>') })
  await t.rejects(firstPage(unsaid.ask, 'Task', given), { name: 'SearchRefused', response: { status: 502 } })
})
