/**
 * Nothing that is published tells how many people are behind a cell that is hidden: HAZ-C01. For every hidden cell and every number from
 * 1 to 7 there are facts with that number of people behind it from which exactly the same is published: every table of every area and
 * organisation, the flow between sectors, the alert figures and the reports to funders included. CSV files, charts, totals and money are
 * made of these tables and of nothing else, so whoever has all of it cannot tell these facts apart, by subtraction or by any other sum.
 */
import fc from '@platform/testing/properties'
import t from 'tap'
import type { FactOfPerson } from './fact.ts'
import { countFacts, publishTable, toNearestFive } from './publish.ts'
import { classOf, TABLES, type TableDefinition } from './tables.ts'

const QUARTER = '2026-Q3'
const AREAS = ['hafan', 'alwen'] as const
const ORGANIZATIONS = ['Organization/centre', 'Organization/team', 'Organization/pool'] as const
const maybe = <T>(...values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 6 })

/** Facts of one quarter, in few classes, so that cells of every size arise. */
const facts: fc.Arbitrary<readonly FactOfPerson[]> = fc.array(
  fc
    .tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(...new Set(TABLES.map(({ kind }) => kind))),
      fc.record({
        area: maybe(...AREAS),
        organization: maybe(...ORGANIZATIONS),
        sector: maybe('nhs', 'third-sector'),
        setting: maybe('clinic', 'pool'),
        minutes: fc.option(fc.integer({ min: 5, max: 120 }), { nil: undefined }),
        amount: fc.integer({ min: -500, max: 500 }),
      }),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([person, kind, given, one, other]): FactOfPerson => {
      const table = TABLES.find((each) => each.kind === kind && each.of === 'area')
      const own = TABLES.find((each) => each.kind === kind && each.of === 'organization')
      const what = [own?.rows, table?.rows, table?.columns].find((each) => each?.field === 'what')?.classes[one]
      const how =
        kind === 'contact' ? ['nhs', 'not-nhs'][one] : [table?.columns, table?.rows].find((each) => each?.field === 'how')?.classes[one]
      // One time in four it is not recorded.
      return present({
        ...given,
        kind,
        quarter: QUARTER,
        person: `p${person}`,
        what: other === 0 ? undefined : what,
        how: other === 1 ? undefined : how,
      })
    }),
  { minLength: 150, maxLength: 500, size: 'max' },
)

/** Absent is absent. */
function present(fact: Readonly<Record<string, unknown>>): FactOfPerson {
  return Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined)) as unknown as FactOfPerson
}

const SUBJECTS = { area: AREAS, organization: ORGANIZATIONS } as const

/** Everything that is published of these facts. */
const publishAll = (all: readonly FactOfPerson[]) =>
  TABLES.flatMap((table) => SUBJECTS[table.of].map((subject) => ({ subject, ...publishTable(table, countFacts(table, subject, all)) })))

interface Hidden {
  readonly table: TableDefinition
  readonly subject: string
  readonly row: string
  readonly column?: string
}

const hiddenIn = (all: readonly FactOfPerson[]): readonly Hidden[] =>
  TABLES.flatMap((table) =>
    SUBJECTS[table.of].flatMap((subject) =>
      publishTable(table, countFacts(table, subject, all)).rows.flatMap(({ class: row, cells }) =>
        cells.flatMap(({ class: column, is }) =>
          is === '*' ? [{ table, subject, row, ...(column === undefined ? {} : { column }) }] : [],
        ),
      ),
    ),
  )

const isIn = ({ table, subject, row, column }: Hidden, fact: FactOfPerson): boolean =>
  fact.kind === table.kind &&
  (table.how === undefined || fact.how === table.how) &&
  fact[table.of] === subject &&
  classOf(fact, table.rows) === row &&
  (table.columns === undefined || classOf(fact, table.columns) === column)

const peopleBehind = (cell: Hidden, all: readonly FactOfPerson[]) =>
  new Set(all.filter((fact) => isIn(cell, fact)).map(({ person }) => person))

/**
 * What need not be recorded, and leads out of a table without touching another that counts the same things. Tables that alone count
 * their things need none: those facts might never have happened.
 */
const FREE: Readonly<Record<string, keyof FactOfPerson>> = {
  'activity-nhs': 'setting',
  'activity-not-nhs': 'setting',
  outcomes: 'how',
  waits: 'area',
  'own-activity': 'what',
  'own-outcomes': 'what',
  'own-waits': 'what',
}

/** Other facts, by which so many people are behind the cell. */
function withPeople(cell: Hidden, wanted: number, all: readonly FactOfPerson[]): readonly FactOfPerson[] {
  const people = [...peopleBehind(cell, all)]
  const { table, subject, row, column } = cell
  if (wanted < people.length) {
    const gone = new Set(people.slice(wanted))
    const free = FREE[table.id]
    return all.flatMap((fact) => {
      if (!isIn(cell, fact) || !gone.has(fact.person)) return [fact]
      return free === undefined ? [] : [present({ ...fact, [free]: undefined })]
    })
  }
  // Somebody new of whom only this is recorded.
  const added = Array.from({ length: wanted - people.length }, (_, index) =>
    present({
      kind: table.kind,
      quarter: QUARTER,
      person: `new${index}`,
      [table.of]: subject,
      [table.rows.field]: row,
      ...(table.columns === undefined ? {} : { [table.columns.field]: column }),
      ...(table.how === undefined ? {} : { how: table.how }),
    }),
  )
  return [...all, ...added]
}

t.test('whoever has everything that was published cannot tell how many of 1 to 7 people a hidden cell stands for', async () => {
  fc.assert(
    fc.property(facts, fc.nat(), (all, which) => {
      const cells = hiddenIn(all)
      fc.pre(cells.length > 0)
      const cell = cells[which % cells.length]
      if (cell === undefined) return
      const published = JSON.stringify(publishAll(all))
      for (const people of [1, 2, 3, 4, 5, 6, 7]) {
        const others = withPeople(cell, people, all)
        if (peopleBehind(cell, others).size !== people) throw new Error(`${cell.table.id} was not changed as meant`)
        if (JSON.stringify(publishAll(others)) !== published)
          throw new Error(`${cell.table.id} ${cell.row} ${cell.column ?? ''}: ${people} can be told apart`)
      }
    }),
    { numRuns: 60 },
  )
})

t.test('tables of every kind hide something among the facts of this test', async (t) => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(facts, (all) => {
      for (const { table } of hiddenIn(all)) seen.add(table.id)
    }),
    { numRuns: 30 },
  )
  t.same(
    [...seen].toSorted((one, other) => (one < other ? -1 : 1)),
    TABLES.map(({ id }) => id).toSorted((one, other) => (one < other ? -1 : 1)),
  )
})

t.test('the same facts in another order are the same tables', async () => {
  fc.assert(
    fc.property(facts, (all) => JSON.stringify(publishAll(all)) === JSON.stringify(publishAll(all.toReversed()))),
    { numRuns: 15 },
  )
})

t.test('a figure is shown from eight people on, rounded to five; none is 0, one to seven are hidden', async (t) => {
  const table = TABLES.find(({ id }) => id === 'activity-nhs')
  if (table === undefined) throw new Error('no such table')
  const shown = (people: number) => {
    const counted = {
      row: 'nhs',
      column: 'clinic',
      people,
      events: people * 2,
      amount: 0,
      timedPeople: people,
      timed: people,
      minutes: people * 40,
    }
    return publishTable(table, people === 0 ? [] : [counted]).rows[0]?.cells.find((cell) => cell.class === 'clinic')?.is
  }
  t.equal(shown(0), 0)
  for (const few of [1, 2, 3, 4, 5, 6, 7]) t.equal(shown(few), '*')
  t.same(shown(8), { people: 10, events: 15, 'mean-minutes': 40 })
  t.same(shown(12), { people: 10, events: 25, 'mean-minutes': 40 })
  t.same(shown(13), { people: 15, events: 25, 'mean-minutes': 40 })
})

t.test('many contacts of few people are hidden as the people are', async (t) => {
  const table = TABLES.find(({ id }) => id === 'own-activity')
  if (table === undefined) throw new Error('no such table')
  const many = { row: 'exercise', people: 7, events: 400, amount: 0, timedPeople: 7, timed: 400, minutes: 9_000 }
  t.equal(publishTable(table, [many]).rows.find((row) => row.class === 'exercise')?.cells[0]?.is, '*')
})

t.test('a mean needs eight people of its own', async (t) => {
  const table = TABLES.find(({ id }) => id === 'own-activity')
  if (table === undefined) throw new Error('no such table')
  const half = { row: 'exercise', people: 30, events: 60, amount: 0, timedPeople: 7, timed: 9, minutes: 400 }
  t.same(publishTable(table, [half]).rows.find((row) => row.class === 'exercise')?.cells[0]?.is, { people: 30, events: 60 })
})

t.test('every table has at most two dimensions, and those that count the same differ in one that may be left open', async (t) => {
  for (const table of TABLES) {
    const twins = TABLES.filter((other) => other !== table && other.kind === table.kind && other.how === table.how)
    t.ok(twins.length === 0 || FREE[table.id] !== undefined, table.id)
    for (const twin of TABLES.filter((other) => other.kind === table.kind && other.of !== table.of)) {
      const free = FREE[table.id]
      t.notOk(
        free === twin.rows.field || free === twin.columns?.field || free === twin.of,
        `${table.id} leaves open what ${twin.id} counts by`,
      )
    }
  }
})

t.test('rounding is to the nearest five', async (t) =>
  t.same(
    [8, 12, 13, 17, 18].map((count) => toNearestFive(count)),
    [10, 10, 15, 15, 20],
  ),
)
