/** The addresses under PUBLIC_URL that belong to the issuer, as find-my-way patterns. */
export const mounts: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'GET', path: '/identity/*' },
  { method: 'POST', path: '/identity/*' },
  { method: 'OPTIONS', path: '/identity/*' },
]
