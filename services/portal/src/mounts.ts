/**
 * The addresses under PUBLIC_URL that belong to the portal, as find-my-way patterns: everything that no other service owns, so that a
 * person who mistypes an address gets a page and not a line of text.
 */
export const mounts: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'GET', path: '/*' },
  { method: 'POST', path: '/*' },
]
