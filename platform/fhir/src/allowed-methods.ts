/** Which methods an address takes, computed from the routes that exist, for `Allow` in a 405 and for OPTIONS. RFC 9110 sections 9.3.7 and 10.2.1 */
import type { FastifyInstance } from 'fastify'

/** Watches the routes that are added to this context from now on. @returns the methods that a path takes, `OPTIONS` among them; none for an unknown address */
export function watchAllowedMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly methods: readonly string[]; readonly pattern: RegExp }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), pattern: patternOf(url) })
  })
  return (path) => {
    const methods = new Set(routes.flatMap(({ methods, pattern }) => (pattern.test(path) ? methods : [])))
    return methods.size === 0 ? [] : [...methods, 'OPTIONS'].toSorted()
  }
}

/** A type is written in letters; another parameter is no operation and no `_history`: an id begins neither with a dollar sign nor with an underscore. FHIR R4 datatypes.html#id */
function patternOf(url: string): RegExp {
  const source = url
    .replace(/\/+$/, '')
    .split('/')
    .map((segment) => {
      if (segment === '*') return '.+'
      if (segment === ':type') return '[A-Z][A-Za-z]*'
      if (segment.startsWith(':')) return '[^/$_][^/]*'
      return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('/')
  return new RegExp(`^${source}/*$`)
}
