/** What a search never gives: what its caller may not see, what costs too much, and what takes too long. */
import { Refusal } from '@platform/fhir/errors'
import t from 'tap'
import { parseQuery } from '../src/domain/search/parse-query.ts'
import type { Predicate } from '../src/store/access-sql.ts'
import { search } from '../src/store/search-store.ts'
import { searchedRecord, at, withoutClass, idsOf } from './a-searched-record.ts'

const { planned, adHoc, open, definitions, extract, run, ada, hydro } = await searchedRecord(t)

t.test('what the caller may not see is not found, not counted, not chained through, not brought along', async (t) => {
  const { rows } = await adHoc.query<{ classes: number }>({ text: 'SELECT classes FROM passport.resource WHERE id = $1', values: [ada] })
  const access = withoutClass(rows[0]?.classes ?? 0)
  const hidden = (url: string) => run(url, { access })
  t.match(await hidden('Patient'), { rows: [], total: 0 })
  t.match(await hidden('Patient?_summary=count'), { total: 0 })
  t.same(idsOf(await hidden('Patient?identifier=9990123454')), [])
  t.same(idsOf(await hidden('Procedure?patient.family=llyw')), [])
  t.same((await hidden('Procedure?_include=Procedure:subject')).included, [])
  const therapy =
    (await adHoc.query<{ classes: number }>({ text: 'SELECT classes FROM passport.resource WHERE id = $1', values: [hydro] })).rows[0]
      ?.classes ?? 0
  t.same(idsOf(await run('Patient?_has:Procedure:patient:status=completed', { access: withoutClass(therapy) })), [])
  t.same((await run(`Patient?_id=${ada}&_revinclude=Procedure:patient`, { access: withoutClass(therapy) })).included, [])
})

t.test('a type outside the scopes of the caller is not chained through and not brought along', async (t) => {
  const mayRead = (type: string) => type === 'Procedure'
  t.same(idsOf(await run('Procedure?patient.family=llyw', { mayRead })), [])
  t.same((await run('Procedure?_include=Procedure:subject', { mayRead })).included, [])
  t.same(idsOf(await run('Patient?_has:Procedure:patient:status=completed', { mayRead: () => false })), [])
})

t.test('a chain through more than 5,000 resources is refused, naming it', async (t) => {
  await adHoc.query({
    text: `INSERT INTO passport.resource (bucket, type, id, version, updated_at, classes, tokens, content)
      SELECT n % 4096, 'Location', 'l' || n, 1, now(), 0, tokens, '{"resourceType":"Location"}' FROM generate_series(1, 5001) n, (SELECT ARRAY[$1::bigint] AS tokens) x`,
    values: [extract({ resourceType: 'Location', status: 'active' } as never).tokens[0]],
  })
  const error: unknown = await run('Encounter?location.status=active').catch((caught: unknown) => caught)
  t.ok(error instanceof Refusal)
  t.match(error, { code: 'SEARCH_TOO_COSTLY', expression: ['location.status'] })
})

t.test('a search that the database gives up is refused as too slow', async (t) => {
  const hurried = await open({ max: 1 })
  await hurried.query({ text: 'SET statement_timeout = 200' }) // of its one connection, and far shorter than it sleeps
  const query = parseQuery('Location', new URLSearchParams('status=active&_sort=name'), { definitions, now: at })
  const slowly = (first: number): Predicate => ({
    shape: 'own',
    standing: '',
    sql: `pg_sleep($${first}::integer) IS NOT NULL`,
    values: [1],
  })
  const error: unknown = await search(query, { access: slowly, mayRead: () => true }, { planned, adHoc: hurried, definitions }).catch(
    (caught: unknown) => caught,
  )
  t.match(error, { code: 'SEARCH_TOO_SLOW' })
})
