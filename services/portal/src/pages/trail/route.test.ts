import type { AuditEvent } from '@medplum/fhirtypes'
import { anOrganization } from '@platform/testing/cast'
import t from 'tap'
import { en } from '../../words/words.ts'
import { joinLooks, showLook } from './route.ts'

const resolved = new Map([['Organization/leisure', { ...anOrganization('leisure'), id: 'leisure' }]])
const event = (given: Partial<AuditEvent>): AuditEvent => ({
  resourceType: 'AuditEvent',
  type: { code: 'rest' },
  recorded: '2026-11-21T02:14:00Z',
  action: 'R',
  outcome: '0',
  agent: [
    { requestor: true, who: { identifier: { value: 'leisure-instructor' } } },
    { requestor: false, who: { reference: 'Organization/leisure' } },
  ],
  entity: [{ what: { reference: 'Patient/ada' } }],
  source: { observer: { display: 'Handrail' } },
  ...given,
})
const shown = (given: Partial<AuditEvent> = {}) => showLook(event(given), 'ada', resolved, en)

t.test('a look says which organisation, and what of the record', async (t) => {
  t.match(shown(), { who: 'Maes Hafan Leisure Centre', what: ['Read: your details'], refused: false })
  t.match(shown({ action: 'E', entity: [{ what: { reference: 'Patient/ada' } }, { name: 'Procedure' }] }), { what: ['Searched: sessions'] })
})

t.test('one’s own look, and one that was refused, are told apart', async (t) => {
  t.match(shown({ agent: [{ requestor: true, who: { identifier: { value: 'ada' } } }] }), { who: 'You' })
  t.match(shown({ outcome: '4' }), { refused: true })
})

t.test('what is unknown is still shown', async (t) => {
  t.match(shown({ agent: [{ requestor: true, who: {} }], entity: [{ name: 'Basic' }] }), {
    who: 'A system',
    what: ['Read: part of your record'],
  })
})

t.test('what one reader opened within a minute is one look; other readers and other minutes are not', async (t) => {
  const looks = joinLooks([
    shown(),
    shown({ recorded: '2026-11-21T02:14:30Z', entity: [{ name: 'Procedure' }] }),
    shown({ recorded: '2026-11-21T02:14:40Z' }),
    shown({ agent: [{ requestor: true, who: { identifier: { value: 'ada' } } }] }),
    shown({ recorded: '2026-11-21T02:15:00Z' }),
  ])
  t.same(
    looks.map(({ who, what }) => [who, what]),
    [
      ['Maes Hafan Leisure Centre', ['Read: your details', 'Read: sessions']],
      ['You', ['Read: your details']],
      ['Maes Hafan Leisure Centre', ['Read: your details']],
    ],
  )
})
