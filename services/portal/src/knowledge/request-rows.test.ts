import type { ServiceRequest } from '@medplum/fhirtypes'
import t from 'tap'
import { cy, en } from '../words/words.ts'
import { requestRows } from './request-rows.ts'

const OURS = 'https://handrail.example/fhir'
const request: ServiceRequest = {
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p' },
  orderDetail: [{ coding: [{ system: `${OURS}/CodeSystem/service-kind`, code: 'neuro-physiotherapy' }] }],
  reasonCode: [{ text: 'Two falls in doorways' }],
  note: [{ text: 'He wants to get to the garden by himself.' }],
  extension: [
    {
      url: `${OURS}/StructureDefinition/request-criteria`,
      extension: [
        { url: 'access', valueCode: 'step-free' },
        { url: 'notAfter', valueTime: '15:00:00' },
      ],
    },
  ],
}

t.test('whoever is asked reads the kind of help, what matters, why, and what the sender wrote', async (t) => {
  t.same(requestRows(request, en), [
    { key: 'Kind of help', texts: ['Neurological physiotherapy'] },
    { key: 'What matters', texts: ['step free', 'not after 15:00'] },
    { key: 'Reasons', texts: ['Two falls in doorways'] },
    { key: 'Notes', texts: ['He wants to get to the garden by himself.'] },
  ])
  t.same(requestRows(request, cy)[0]?.texts, ['Ffisiotherapi niwrolegol'])
})

t.test('a kind that the sender put into words stays in these words', async (t) => {
  t.same(requestRows({ ...request, orderDetail: [{ ...request.orderDetail?.[0], text: 'Physio at home' }] }, en)[0]?.texts, [
    'Physio at home',
  ])
})

t.test('what a request does not say has no row', async (t) => {
  const { orderDetail: _, reasonCode: _reasons, note: _notes, extension: _criteria, ...bare } = request
  t.same(requestRows(bare, en), [])
  t.same(requestRows(undefined, en), [])
})
