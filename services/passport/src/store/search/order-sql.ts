// In which order matches come, and how a page goes on from the one before: by the values of the last row, never by counting.
import type { SortKey } from '../../domain/search/query.ts'
import type { Values } from './values.ts'

/** The sort values of the last row of a page, as text, and its id. */
export interface Position {
  readonly keys: readonly (string | null)[]
  readonly id: string
}

export interface Order {
  /** Expressions over r, in order of weight. */
  readonly columns: readonly OrderColumn[]
  readonly idDescending: boolean
}

interface OrderColumn {
  readonly sql: string
  readonly type: 'timestamptz' | 'text' | 'double precision'
  readonly descending: boolean
  readonly nullable: boolean
}

/** The order of the given keys; matches that have no value come last. The id is the last key, so that no two matches are equal. */
export function orderOf(keys: readonly SortKey[], values: Values): Order {
  const id = keys.findIndex(({ by }) => by === 'id')
  const weighed = id < 0 ? keys : keys.slice(0, id) // nothing is left to order after the id
  return { columns: weighed.flatMap((key) => column(key, values)), idDescending: (keys[id] ?? keys.at(-1))?.descending ?? false }
}

function column(key: SortKey, values: Values): OrderColumn | [] {
  const { descending } = key
  switch (key.by) {
    case 'occurred':
      return { sql: 'r.occurred_at', type: 'timestamptz', descending, nullable: true }
    case 'updated':
      return { sql: 'r.updated_at', type: 'timestamptz', descending, nullable: false }
    case 'id':
      return []
    case 'date': {
      // The first known instant, as `occurred_at` is: the start, or the end where the start is open.
      const first = `CASE WHEN isfinite(d.low) THEN d.low WHEN isfinite(d.high) THEN d.high END`
      return {
        sql: indexed('date_index d', `${pick(descending)}(${first})`, 'd', key.keys, values),
        type: 'timestamptz',
        descending,
        nullable: true,
      }
    }
    case 'string':
      return {
        sql: indexed('string_index s', `${pick(descending)}(s.value)`, 's', key.keys, values),
        type: 'text',
        descending,
        nullable: true,
      }
    case 'number': {
      const first = `CASE WHEN n.low > '-infinity' THEN n.low ELSE n.high END`
      return {
        sql: indexed('number_index n', `${pick(descending)}(${first})`, 'n', key.keys, values),
        type: 'double precision',
        descending,
        nullable: true,
      }
    }
  }
}

const pick = (descending: boolean) => (descending ? 'max' : 'min')

function indexed(table: string, value: string, alias: string, keys: readonly string[], values: Values): string {
  return `(SELECT ${value} FROM passport.${table} WHERE ${alias}.bucket = r.bucket AND ${alias}.id = r.id AND ${alias}.key = ANY(${values.add(keys, 'text[]')}))`
}

/** `ORDER BY` over expressions: those of r, or the names k0, k1 … of a subquery's columns. */
export function orderSql({ columns, idDescending }: Order, expressions: readonly string[], id: string): string {
  const by = columns.map(({ descending, nullable }, at) => `${expressions[at]}${descending ? ' DESC' : ''}${nullable ? ' NULLS LAST' : ''}`)
  return [...by, `${id}${idDescending ? ' DESC' : ''}`].join(', ')
}

/** Whether a row comes after a position. */
export function afterSql(
  { columns, idDescending }: Order,
  position: Position,
  expressions: readonly string[],
  id: string,
  values: Values,
): string {
  const [only, ...more] = columns
  const [value] = position.keys
  // One column that is never null and runs with the id: the form an index can begin at.
  if (only && more.length === 0 && !only.nullable && only.descending === idDescending && typeof value === 'string') {
    return `(${expressions[0]}, ${id}) ${idDescending ? '<' : '>'} (${values.add(value, only.type)}, ${values.add(position.id)})`
  }
  const idAfter = `${id} ${idDescending ? '<' : '>'} ${values.add(position.id)}`
  return columns.reduceRight((rest, { descending, type }, at) => {
    const given = position.keys[at] ?? null
    const expression = expressions[at]
    if (given === null) return `(${expression} IS NULL AND ${rest})` // nulls are last: only ties are left
    const placed = values.add(given, type)
    return `(${expression} ${descending ? '<' : '>'} ${placed} OR ${expression} IS NULL OR (${expression} = ${placed} AND ${rest}))`
  }, idAfter)
}
