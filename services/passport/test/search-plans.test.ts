import type { Statement } from '@platform/service/database'
import { testDatabase } from '@platform/testing/database'
import t from 'tap'
import { bucketOfPatient } from '../src/domain/bucket.ts'
import { TYPES } from '../src/domain/resource-types.ts'
import { parseQuery } from '../src/domain/search/parse-query.ts'
import { tokenHash } from '../src/domain/search/token-hash.ts'
import type { Predicate } from '../src/store/access-sql.ts'
import { loadSearchDefinitions } from '../src/store/search-definitions.ts'
import { includeStatement, pageStatement } from '../src/store/search-sql.ts'
import type { LocalCondition } from '../src/store/search/condition-sql.ts'
import { peopleByNameOf, peopleByNameStatement, type PeopleByName } from '../src/store/search/people-by-name.ts'

const { open } = await testDatabase(t)
const database = await open({ max: 1 })
const definitions = loadSearchDefinitions({ types: TYPES, own: [], baseUrl: 'http://hub.example/fhir' })
const everybody = (first: number): Predicate => ({
  shape: 'anybody',
  standing: '',
  sql: `(r.classes & ~$${first}::integer) = 0`,
  values: [0xffff],
})

// 2,000 people with 10 sessions each, one in a thousand of them based on the same request.
const people = Array.from({ length: 2000 }, (_, at) => `p${at}`)
await database.query({
  text: `INSERT INTO passport.resource (bucket, type, id, version, updated_at, patient, occurred_at, classes, tokens, content)
    SELECT p.bucket, 'Procedure', p.id || '-' || n, 1, now() - n * interval '1 hour', p.id, now() - n * interval '1 day', 0,
           ARRAY[$3::bigint] || CASE WHEN p.nth % 100 = 0 AND n = 1 THEN $4::bigint[] ELSE '{}' END, '{}'
      FROM unnest($1::text[], $2::smallint[]) WITH ORDINALITY AS p(id, bucket, nth), generate_series(1, 10) n`,
  values: [
    people,
    people.map(bucketOfPatient),
    tokenHash('Procedure.status|completed'),
    `{${tokenHash('Procedure.based-on>ServiceRequest/rare')},${tokenHash('Procedure.performer>Organization/rare')}}`,
  ],
})
await database.query({
  text: `INSERT INTO passport.resource (bucket, type, id, version, updated_at, patient, classes, content)
    SELECT bucket, 'Patient', id, 1, now(), id, 0, '{}' FROM unnest($1::text[], $2::smallint[]) AS p(id, bucket)`,
  values: [people, people.map(bucketOfPatient)],
})
await database.query({
  text: `INSERT INTO passport.identifier (value, system, type, bucket, id) SELECT 'n' || id, 's', 'Patient', bucket, id FROM unnest($1::text[], $2::smallint[]) AS p(id, bucket)`,
  values: [people, people.map(bucketOfPatient)],
})
await database.query({
  text: `INSERT INTO passport.string_index (bucket, id, key, value, exact) SELECT bucket, id, 'Patient.family', md5(id), md5(id) FROM unnest($1::text[], $2::smallint[]) AS p(id, bucket)`,
  values: [people, people.map(bucketOfPatient)],
})
await database.query({
  text: `INSERT INTO passport.date_index (bucket, id, key, low, high)
    SELECT bucket, id, 'Procedure.date', occurred_at, occurred_at + interval '1 second' FROM passport.resource WHERE type = 'Procedure'`,
})
await database.query({
  text: 'ANALYZE passport.resource, passport.identifier, passport.string_index, passport.date_index, passport.family_name',
})

interface Node {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Node[]
}

type Explained = readonly { readonly 'QUERY PLAN': readonly { readonly Plan: Node }[] }[]

async function explained(text: string, values: readonly unknown[]): Promise<Explained> {
  return (await database.query<Explained[number]>({ text: `EXPLAIN (FORMAT JSON) ${text}`, values })).rows
}

async function explainedGeneric(text: string, values: readonly unknown[]): Promise<Explained> {
  const literals = values.map((value) => `'${Array.isArray(value) ? `{${value.join(',')}}` : String(value)}'`)
  await database.query({ text: 'SET plan_cache_mode = force_generic_plan' })
  await database.query({ text: `PREPARE asked AS ${text}` })
  const { rows } = await database.query<Explained[number]>({ text: `EXPLAIN (FORMAT JSON) EXECUTE asked(${literals.join(', ')})` })
  await database.query({ text: 'DEALLOCATE asked' })
  await database.query({ text: 'RESET plan_cache_mode' })
  return rows
}

/** The indexes a statement goes by, and the tables it reads from end to end. Named statements are planned without their values, as they are run. */
async function planOf({ text, values = [], name }: Statement): Promise<{ indexes: string[]; wholeTables: string[] }> {
  const rows = name === undefined ? await explained(text, values) : await explainedGeneric(text, values)
  const nodes: Node[] = []
  const walk = (node: Node): void => {
    nodes.push(node)
    for (const child of node.Plans ?? []) walk(child)
  }
  for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) walk(Plan)
  return {
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name']?.replace(/_\d+/, '') ?? []))].toSorted(),
    wholeTables: nodes
      .flatMap((node) => (node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []))
      .filter((table) => table !== 'strayed'),
  }
}

function pageOf(url: string): Statement {
  const [type = '', parameters = ''] = url.split(/\?(.*)/s)
  const { conditions, sort } = parseQuery(type, new URLSearchParams(parameters), { definitions, now: new Date() })
  return pageStatement({ type, conditions: conditions as readonly LocalCondition[], sort, limit: 21 }, everybody)
}

const goesBy = (rule: string, url: string, index: string, { named = false } = {}) =>
  t.test(rule, async (t) => {
    const statement = pageOf(url)
    t.equal(statement.name !== undefined, named)
    const { indexes, wholeTables } = await planOf(statement)
    t.ok(indexes.includes(index), `${indexes.join()} has ${index}`)
    t.same(wholeTables, [])
  })

goesBy(
  "a person's resources of a type go by the index of the person, planned once",
  'Procedure?patient=p7',
  'resource_patient_type_occurred_at_id_idx',
  { named: true },
)
goesBy(
  'newest first by the primary date is the same search',
  'Procedure?patient=p7&_sort=-date',
  'resource_patient_type_occurred_at_id_idx',
  { named: true },
)
goesBy(
  "a person's resources stay with that index when they are narrowed",
  'Procedure?patient=p7&status=completed',
  'resource_patient_type_occurred_at_id_idx',
  { named: true },
)
goesBy(
  "a person's resources of a time go by the index of the person",
  'Procedure?patient=p7&date=ge2026-01',
  'resource_patient_type_occurred_at_id_idx',
)
goesBy('an identifier goes by the table of identifiers, planned once', 'Patient?identifier=s|np7', 'identifier_pkey', { named: true })
goesBy(
  'a reference that few share goes by the index of tokens, planned once',
  'Procedure?based-on=ServiceRequest/rare',
  'resource_tokens_idx',
  { named: true },
)
goesBy('a rare token goes by the index of tokens', 'Procedure?performer=Organization/rare', 'resource_tokens_idx')
goesBy('a common token goes by the index of updates', 'Procedure?status=completed', 'resource_type_updated_at_id_idx')
goesBy('the beginning of a name goes by the index of strings', 'Patient?family=abc', 'string_index_key_value_id_idx')
goesBy('places near a point go by the index of numbers', 'Location?near=53.2|-3.1|10|km', 'number_index_key_low_id_idx')
goesBy('ids go by the primary key, planned once', 'Patient?_id=p1,p2,p3', 'resource_pkey', { named: true })
goesBy('the last changed go by the index of updates', 'Procedure?_lastUpdated=ge2026', 'resource_type_updated_at_id_idx')

goesBy('one person by id is by primary key too, planned once', 'Patient?_id=p1', 'resource_pkey', { named: true })
goesBy(
  "a person's resources by another date than the primary go by the index of the person, planned once",
  'Communication?patient=p7&recipient=Patient/p7&_sort=-sent',
  'resource_patient_type_occurred_at_id_idx',
  { named: true },
)
goesBy(
  'open steps of an organisation go by the index of tokens, planned once',
  'Task?owner=Organization/o1&status=requested,accepted',
  'resource_tokens_idx',
  { named: true },
)
goesBy(
  'what is ordered by a date that no index has goes by its tokens, planned once',
  'Communication?recipient=Organization/o1&status=completed&_sort=-sent',
  'resource_tokens_idx',
  { named: true },
)
goesBy(
  'steps that may have ended, which become ever more, are planned for what is asked',
  'Task?owner=Organization/o1&status=requested,completed',
  'resource_type_updated_at_id_idx',
)
goesBy('organisations in use go by the index of updates, planned once', 'Organization?active=true', 'resource_type_updated_at_id_idx', {
  named: true,
})

t.test("one's own people in the order of names are put in order by their names alone, planned once", async (t) => {
  const { conditions: _none, sort } = parseQuery('Patient', new URLSearchParams('_sort=family'), { definitions, now: new Date() })
  const statement = pageStatement({ type: 'Patient', conditions: [{ kind: 'people', people: ['p1', 'p2'] }], sort, limit: 21 }, everybody)
  t.match(statement.name, 'search-people-by-name')
  const { indexes, wholeTables } = await planOf(statement)
  t.same(indexes, ['family_name_pkey', 'resource_pkey'])
  t.same(wholeTables, [])
})

t.test('everybody in the order of names goes along it, and no further than the page', async (t) => {
  const { sort } = parseQuery('Patient', new URLSearchParams('_sort=family'), { definitions, now: new Date() })
  for (const after of [undefined, { keys: ['llwyd'], id: 'p1' }]) {
    const asked = peopleByNameOf({ type: 'Patient', conditions: [], sort, limit: 21, ...(after && { after }) })
    const { indexes, wholeTables } = await planOf(peopleByNameStatement(asked as PeopleByName, everybody))
    t.same(indexes, ['people_by_family_name', 'resource_pkey'])
    t.same(wholeTables, [])
  }
})

t.test('included resources go by the primary key, planned once', async (t) => {
  const { indexes, wholeTables } = await planOf(
    includeStatement(
      [
        { type: 'Patient', id: 'p1' },
        { type: 'Patient', id: 'p2' },
      ],
      everybody,
    ),
  )
  t.ok(indexes.includes('resource_pkey'), indexes.join())
  t.same(wholeTables, [])
})
