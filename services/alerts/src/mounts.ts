/** The addresses under PUBLIC_URL that belong to alerts: its operations, beside the record's own addresses, and the stream for boards. */
export const mounts: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'POST', path: '/fhir/Task/:id/$acknowledge' },
  { method: 'POST', path: '/fhir/Task/:id/$hand-on' },
  { method: 'POST', path: '/fhir/Task/:id/$close' },
  { method: '*', path: '/fhir/Task/$hospital-board' },
  { method: 'POST', path: '/fhir/Task/:id/$page' },
  { method: 'POST', path: '/fhir/$process-message' },
  { method: '*', path: '/fhir/Subscription/$status' },
  { method: '*', path: '/fhir/Subscription/:id/$status' },
  { method: '*', path: '/fhir/Subscription/:id/$events' },
  { method: '*', path: '/alerts/stream' },
  { method: 'GET', path: '/operator/hospital-feeds' },
  { method: 'GET', path: '/outbox' },
  { method: 'GET', path: '/outbox.json' },
]
