import t from 'tap'
import { aReferral, circumstances } from '../../test/a-need.ts'
import { isRouted } from './routed.ts'

const routed = (given: Parameters<typeof aReferral>[0]): boolean => isRouted(aReferral(given), circumstances())
const leisure = [{ reference: 'Organization/leisure' }]

t.test('routed is what is active, a proposal or an order, about a person of ours, in our category or to somebody listed', async (t) => {
  t.ok(routed({}))
  t.ok(routed({ intent: 'proposal' }))
  t.ok(routed({ category: [], performer: leisure }), 'no category, but to somebody listed')
})

t.test('everything else is only stored', async (t) => {
  for (const status of ['draft', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] as const)
    t.notOk(routed({ status }), status)
  for (const intent of ['plan', 'directive', 'original-order', 'reflex-order', 'option'] as const) t.notOk(routed({ intent }), intent)
  t.notOk(routed({ category: [] }), 'another category, to nobody')
  t.notOk(
    routed({
      category: [{ coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }],
      performer: [{ reference: 'Organization/laboratory' }],
    }),
  )
  t.notOk(routed({ category: [], performer: [{ reference: 'Organization/closed-clinic' }] }), 'to somebody who has closed')
  t.notOk(routed({ subject: { reference: 'https://elsewhere.example/fhir/Patient/1' } }), 'about a person of another server')
  t.notOk(routed({ subject: { reference: 'Group/1' } }), 'about no person')
  t.notOk(routed({ doNotPerform: true }), 'asks that nothing be done')
})
