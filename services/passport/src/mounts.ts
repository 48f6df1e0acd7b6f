/** The addresses under PUBLIC_URL that belong to the record, as find-my-way patterns. Operations of other services lie in front. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const ALL = [...METHODS, 'OPTIONS'] as const

export const mounts: readonly { readonly method: string; readonly path: string }[] = [
  ...ALL.flatMap((method) => [
    { method, path: '/fhir' },
    { method, path: '/fhir/*' },
  ]),
  { method: 'GET', path: '/operator/state' },
  { method: 'POST', path: '/operator/retry' },
  ...(['GET', 'HEAD', 'POST'] as const).flatMap((method) => [
    { method, path: '/reports' },
    { method, path: '/reports/*' },
  ]),
  // Readers of links come from pages of other origins, which ask first whether they may.
  ...ALL.map((method) => ({ method, path: '/shl/*' })),
  ...(['GET', 'HEAD'] as const).flatMap((method) => [
    { method, path: '/view' },
    { method, path: '/view/*' },
  ]),
  // Where readers of health cards look for the keys: under the issuer, which is PUBLIC_URL.
  ...(['GET', 'HEAD', 'OPTIONS'] as const).map((method) => ({ method, path: '/.well-known/jwks.json' })),
]
