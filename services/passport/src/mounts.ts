/** The addresses under PUBLIC_URL that belong to the record, as find-my-way patterns. Operations of other services lie in front. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export const mounts: readonly { readonly method: string; readonly path: string }[] = METHODS.flatMap((method) => [
  { method, path: '/fhir' },
  { method, path: '/fhir/*' },
])
