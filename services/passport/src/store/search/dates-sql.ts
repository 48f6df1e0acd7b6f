// The prefixes over spans of time. FHIR R4 Search, prefixes. https://hl7.org/fhir/R4/search.html#prefix
// d.low and d.high bound the stored span, low and high the searched one; both without their end.
import type { DateTest } from '../../domain/search/query.ts'
import type { Values } from './values.ts'

/** Whether the row has a date under one of the keys that passes any of the tests. */
export function datesSql(keys: readonly string[], any: readonly DateTest[], values: Values): string {
  const key = values.add(keys, 'text[]')
  const tests = any.map((test) => dateTestSql(test, values))
  return `EXISTS (SELECT 1 FROM passport.date_index d WHERE d.bucket = r.bucket AND d.id = r.id AND d.key = ANY(${key}) AND (${tests.join(' OR ')}))`
}

function dateTestSql({ prefix, low, high }: DateTest, values: Values): string {
  const at = (instant: string) => values.add(instant, 'timestamptz')
  const within = () => `(d.low >= ${at(low)} AND d.low < ${at(high)} AND d.high <= ${at(high)})`
  switch (prefix) {
    case 'eq':
      return within()
    case 'ne':
      return `NOT ${within()}`
    case 'gt':
      return `d.high > ${at(high)}`
    case 'lt':
      return `d.low < ${at(low)}`
    case 'ge':
      return `(d.high > ${at(high)} OR ${within()})`
    case 'le':
      return `(d.low < ${at(low)} OR ${within()})`
    case 'sa':
      return `d.low >= ${at(high)}`
    case 'eb':
      return `d.high <= ${at(low)}`
    case 'ap':
      return `(d.low < ${at(high)} AND d.high > ${at(low)})`
  }
}

/** The same over the instant of the last update. */
export function updatedSql(any: readonly DateTest[], values: Values): string {
  return `(${any.map((test) => updatedTestSql(test, values)).join(' OR ')})`
}

function updatedTestSql({ prefix, low, high }: DateTest, values: Values): string {
  const at = (instant: string) => values.add(instant, 'timestamptz')
  switch (prefix) {
    case 'eq':
    case 'ap':
      return `(r.updated_at >= ${at(low)} AND r.updated_at < ${at(high)})`
    case 'ne':
      return `(r.updated_at < ${at(low)} OR r.updated_at >= ${at(high)})`
    case 'gt':
    case 'sa':
      return `r.updated_at >= ${at(high)}`
    case 'lt':
    case 'eb':
      return `r.updated_at < ${at(low)}`
    case 'ge':
      return `r.updated_at >= ${at(low)}`
    case 'le':
      return `r.updated_at < ${at(high)}`
  }
}
