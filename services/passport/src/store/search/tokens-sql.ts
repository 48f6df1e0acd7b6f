import type { Values } from './values.ts'

/**
 * Whether any of the hashes is among the row's tokens.
 *
 * @param options.indexed  whether the GIN index may be used. Within one person's rows it may not: their index range is short, and reading
 *   a posting list of the whole hub to filter it would not be.
 */
export function tokensSql(any: readonly string[], values: Values, { not = false, indexed }: { not?: boolean; indexed: boolean }): string {
  if (any.length === 0) return not ? 'true' : 'false'
  const list = `{${any.join(',')}}`
  const found = any.length === 1 ? `r.tokens @> ${values.add(list, 'bigint[]')}` : `r.tokens && ${values.add(list, 'bigint[]')}`
  if (not) return `NOT (${found})`
  return indexed ? found : `(${found}) IS TRUE`
}
