import t from 'tap'
import { dispatchTable } from './dispatch.ts'

const dispatch = dispatchTable([
  { method: '*', path: '/*', target: 'portal' },
  { method: '*', path: '/fhir/*', target: 'passport' },
  { method: 'POST', path: '/fhir/Task/:id/$refuse', target: 'referrals' },
  { method: 'POST', path: '/fhir/ServiceRequest/$match', target: 'referrals' },
  { method: 'POST', path: '/fhir/$process-message', target: 'alerts' },
  { method: 'GET', path: '/alerts/stream', target: 'alerts' },
  { method: 'GET', path: '/healthz', target: 'hub' },
])

t.test('an operation on a Task goes to the service that decides it', async (t) => {
  t.equal(dispatch('POST', '/fhir/Task/17/$refuse'), 'referrals')
  t.equal(dispatch('POST', '/fhir/ServiceRequest/$match?count=3'), 'referrals')
  t.equal(dispatch('POST', '/fhir/$process-message'), 'alerts')
  t.equal(dispatch('POST', '/fhir/Task/17/%24refuse'), 'referrals')
})

t.test('everything else under the FHIR base is the record', async (t) => {
  t.equal(dispatch('GET', '/fhir/Task/17'), 'passport')
  t.equal(dispatch('POST', '/fhir'), 'passport')
  t.equal(dispatch('POST', '/fhir/'), 'passport')
  t.equal(dispatch('GET', '/fhir/Task/17/$refuse'), 'passport')
  t.equal(dispatch('GET', '/fhir?_type=Task'), 'passport')
})

t.test('a path is matched whole and to the letter', async (t) => {
  t.equal(dispatch('GET', '/healthz'), 'hub')
  t.equal(dispatch('HEAD', '/healthz'), 'hub')
  t.equal(dispatch('GET', '/healthzz'), 'portal')
  t.equal(dispatch('GET', '/fhirs'), 'portal')
  t.equal(dispatch('GET', '/'), 'portal')
  t.equal(dispatch('GET', '/alerts/stream/x'), 'portal')
})

t.test('an address that nobody owns has no owner', async (t) => {
  t.equal(dispatchTable([{ method: 'GET', path: '/a', target: 1 }])('GET', '/b'), undefined)
})
