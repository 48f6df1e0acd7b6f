/**
 * Which service answers a request: the paths under PUBLIC_URL are shared out by the services' mounts, as an ingress does in
 * production. The most exact pattern wins: a fixed word before `:name`, and `:name` before `*`.
 */

import { withPlainDollar } from '@platform/fhir/plain-dollar'

/** An address that belongs to a service, as a find-my-way pattern; method `*` is any. */
export interface Mount {
  readonly method: string
  readonly path: string
}

interface Entry<Target> {
  readonly method: string
  readonly pattern: RegExp
  readonly rank: string
  readonly target: Target
}

/** Finds the owner of a request by method and URL (with or without a query); undefined when nobody owns it. */
export type Dispatch<Target> = (method: string, url: string) => Target | undefined

/** Makes the table of all mounts. Where two mounts are equally exact, the earlier one wins. */
export function dispatchTable<Target>(mounts: readonly (Mount & { target: Target })[]): Dispatch<Target> {
  const entries = mounts
    .map(({ method, path, target }): Entry<Target> => ({
      method: method.toUpperCase(),
      pattern: toPattern(path),
      rank: rankOf(path),
      target,
    }))
    .toSorted((one, other) => (one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0))
  return (method, url) => {
    const query = url.indexOf('?')
    const path = withPlainDollar(query === -1 ? url : url.slice(0, query))
    const asked = method === 'HEAD' ? 'GET' : method
    for (const entry of entries) {
      if ((entry.method === '*' || entry.method === 'ALL' || entry.method === asked) && entry.pattern.test(path)) return entry.target
    }
    return undefined
  }
}

function toPattern(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) => {
      if (segment === '*') return '.*'
      if (segment.startsWith(':')) return '[^/]+'
      return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('/')
  // `/fhir/*` owns `/fhir` as well.
  return new RegExp(`^${source.endsWith('/.*') ? `${source.slice(0, -3)}(?:/.*)?` : source}$`)
}

/** Sorts patterns: a fixed segment (a) before a parameter (b) before everything (c). A longer pattern of the same kind comes first. */
const rankOf = (path: string): string =>
  `${path
    .split('/')
    .slice(1)
    .map((segment) => (segment === '*' ? 'c' : segment.startsWith(':') ? 'b' : 'a'))
    .join('')}~`
