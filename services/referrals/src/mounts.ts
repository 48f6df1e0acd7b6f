/** The addresses under PUBLIC_URL that belong to referrals: its operations beside the record's own addresses, BaRS, and our listings for anybody. */
export const mounts: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'POST', path: '/fhir/Task/:id/$refuse' },
  { method: 'POST', path: '/fhir/Task/:id/$triage' },
  { method: 'POST', path: '/fhir/Task/:id/$complete' },
  { method: 'POST', path: '/fhir/Task/:id/$record-unmet-need' },
  { method: 'POST', path: '/fhir/ServiceRequest/:id/$withdraw' },
  { method: 'POST', path: '/fhir/ServiceRequest/:id/$amend' },
  { method: 'POST', path: '/fhir/ServiceRequest/:id/$re-enter' },
  { method: 'GET', path: '/fhir/ServiceRequest/:id/$status' },
  { method: 'POST', path: '/fhir/ServiceRequest/:id/$preview' },
  { method: 'POST', path: '/fhir/ServiceRequest/:id/$overrule' },
  { method: 'POST', path: '/fhir/ServiceRequest/$match' },
  { method: '*', path: '/bars/*' },
  { method: 'GET', path: '/directory' },
  { method: 'GET', path: '/directory/*' },
]
