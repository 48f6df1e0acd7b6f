/** In what order a search answers, page by page, how many it counts, and what it brings along. */
import t from 'tap'
import { type Position, type SearchResult } from '../src/store/search-store.ts'
import { searchedRecord, withoutClass, idsOf } from './a-searched-record.ts'

const { adHoc, stored, run, ada, bryn, pool, gym, hydro, physio, walk, pressure, timed, risk, wide, need, ask } = await searchedRecord(t)

t.test('of one person the newest comes first, of many the last changed; what has no date comes last', async (t) => {
  t.same(idsOf(await run(`Procedure?patient=${ada}`)), [hydro, physio])
  t.same(idsOf(await run('Procedure')), [walk, physio, hydro])
  t.same(idsOf(await run('Procedure?_sort=date')), [physio, hydro, walk])
  t.same(idsOf(await run('Procedure?_sort=-date')), [hydro, physio, walk])
})

t.test('results are sorted by strings, numbers, ids and updates', async (t) => {
  t.same(idsOf(await run('Patient?_sort=family')), [bryn, ada])
  t.same(idsOf(await run('Patient?_sort=-family')), [ada, bryn])
  t.same(idsOf(await run('RiskAssessment?_sort=-probability')), [wide, risk])
  t.same(idsOf(await run('Observation?_sort=value-quantity')), [timed, pressure])
  t.same(idsOf(await run('Procedure?_sort=_lastUpdated')), [hydro, physio, walk])
  t.same(idsOf(await run('Procedure?_sort=_id')), [hydro, physio, walk].toSorted())
  t.same(idsOf(await run('Procedure?_sort=-_id')), [hydro, physio, walk].toSorted().toReversed())
})

for (const sort of [
  '',
  '&_sort=date',
  '&_sort=-date',
  '&_sort=_lastUpdated',
  '&_sort=-_lastUpdated',
  '&_sort=_id',
  '&_sort=-_id',
  '&_sort=-date,_lastUpdated',
]) {
  t.test(`pages of one, joined, are the whole (Procedure?${sort})`, async (t) => {
    const whole = idsOf(await run(`Procedure?_count=50${sort}`))
    const joined: string[] = []
    let after: Position | undefined
    do {
      const page: SearchResult = await run(`Procedure?_count=1${sort}`, after && { after })
      joined.push(...idsOf(page))
      after = page.next
    } while (after)
    t.same(joined, whole)
  })
}

t.test('the pages of one person join too, and by name', async (t) => {
  for (const url of [`Procedure?patient=${ada}&_count=1`, 'Patient?_sort=family&_count=1', 'RiskAssessment?_sort=probability&_count=1']) {
    const first = await run(url)
    const second = await run(url, first.next && { after: first.next })
    t.same([...idsOf(first), ...idsOf(second)], idsOf(await run(url.replace('_count=1', '_count=9'))), url)
    t.notOk(second.next)
  }
})

t.test('the total is known on a page that holds all, counted when asked for, and alone for _count=0', async (t) => {
  t.equal((await run('Procedure')).total, 3)
  t.equal((await run('Procedure?_count=1')).total, undefined)
  t.equal((await run('Procedure?_count=1&_total=accurate')).total, 3)
  t.match(await run('Procedure?_summary=count'), { rows: [], total: 3 })
})

t.test('_include brings what matches refer to, once; _revinclude what refers to them', async (t) => {
  const brought = async (url: string) => (await run(url)).included.map(({ id }) => id).toSorted()
  t.same(await brought(`Procedure?patient=${ada}&_include=Procedure:subject`), [ada])
  t.same(await brought('Procedure?_include=Procedure:performer'), [pool, gym].toSorted())
  t.same(await brought('Procedure?_include=Procedure:subject:Group'), [])
  t.same(await brought('Procedure?status=in-progress&_include=Procedure:*'), [ada, gym].toSorted())
  t.same(await brought(`Patient?_id=${ada}&_revinclude=Procedure:patient`), [hydro, physio].toSorted())
  t.same(await brought('Task?_include=Task:focus'), [need])
  t.same(await brought('Task?_include=Task:focus&_include:iterate=ServiceRequest:requester'), [need, gym].toSorted())
  t.same(await brought('Task?_include=ServiceRequest:requester'), [], 'includes of another type only follow what is included')
  t.same(await brought(`ServiceRequest?_id=${need}&_revinclude=Task:focus&_include:iterate=Task:owner`), [ask, pool].toSorted())
})

t.test("of one's own people those that the caller may not see take no place on a page in the order of names", async (t) => {
  const closed = 0x4000
  const set = (id: string, classes: string) =>
    adHoc.query({ text: `UPDATE passport.resource SET classes = ${classes} WHERE type = 'Patient' AND id = $1`, values: [id] })
  const own = [ada, bryn]
  t.same(idsOf(await run('Patient?_sort=family&_count=1', { own })), [bryn])
  await set(bryn, `classes | ${closed}`)
  const page = await run('Patient?_sort=family&_count=1', { own, access: withoutClass(closed) })
  t.same([idsOf(page), page.next, page.total], [[ada], undefined, 1])
  await set(bryn, `classes & ~${closed}`)
  const first = await run('Patient?_sort=family&_count=1', { own, access: withoutClass(closed) })
  t.same(idsOf(await run('Patient?_sort=family&_count=1', { own, access: withoutClass(closed), after: first.next })), [ada])
})

t.test('people are in the order of their first family name however they are asked for, those without one last', async (t) => {
  const named = (...families: readonly string[]) => ({ resourceType: 'Patient', name: families.map((family) => ({ family })) }) as const
  const [zoe = '', none = '', two = '', nobody = ''] = await stored(named('Zzz'), named(), named('Yyy', 'Aaa'), { resourceType: 'Patient' })
  const all = [zoe, none, two, nobody]
  const last = [none, nobody].toSorted()
  const pages = async (own: readonly string[] | undefined, count: number) => {
    const found: string[] = []
    let after: Position | undefined
    do {
      const page = await run(`Patient?_sort=family&_count=${count}`, { after, ...(own && { own }) })
      found.push(...idsOf(page))
      after = page.next
    } while (after !== undefined)
    return found
  }
  for (const count of [1, 2, 3, 10]) {
    t.same(await pages(all, count), [two, zoe, ...last], `own people, ${count} a page`)
    t.same(await pages(undefined, count), [two, bryn, ada, zoe, ...last], `everybody, ${count} a page`)
  }
  const nameOf = async (id: string) =>
    (await adHoc.query({ text: 'SELECT family FROM passport.family_name WHERE patient = $1', values: [id] })).rows
  await adHoc.query({ text: `DELETE FROM passport.string_index WHERE id = $1 AND value = 'aaa'`, values: [two] })
  t.same(await nameOf(two), [{ family: 'yyy' }], 'what is left counts')
  await adHoc.query({ text: 'DELETE FROM passport.string_index WHERE id = ANY($1)', values: [all] })
  t.same([await nameOf(zoe), await nameOf(two)], [[], []], 'nothing is left of a name that is gone')
  await adHoc.query({ text: 'UPDATE passport.resource SET deleted = true WHERE id = ANY($1)', values: [all] })
})
