/** The CapabilityStatement is true: what it declares works, and what it does not declare is not done. */
import { createValidator } from '@platform/fhir/validate'
import t from 'tap'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)
const hub = await aRecord(t)
const { send } = hub

interface Declared {
  readonly type: string
  readonly interaction: readonly { readonly code: string }[]
  readonly conditionalCreate: boolean
  readonly conditionalUpdate: boolean
  readonly conditionalDelete: string
  readonly searchInclude?: readonly string[]
  readonly searchRevInclude?: readonly string[]
  readonly searchParam?: readonly { readonly name: string; readonly type: string }[]
  readonly operation?: readonly { readonly name: string }[]
}
const statement = (await hub.app.inject({ url: '/fhir/metadata' })).json<{
  rest: [{ resource: Declared[]; interaction: { code: string }[] }]
}>()
const [rest] = statement.rest
const STRICT = { prefer: 'handling=strict' }

/** Does the work for every item, some at a time, and gives what was found wrong. */
async function faultsOf<T>(items: readonly T[], fault: (item: T) => Promise<string | undefined>): Promise<string[]> {
  const faults: string[] = []
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      const found = await fault(item)
      if (found !== undefined) faults.push(found)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return faults.toSorted()
}

/** A well-formed value for a search parameter, by its type, and by name where the type leaves more than one shape. */
function valueFor({ name, type }: { name: string; type: string }): string {
  if (type === 'composite') return /(date|period)$/.test(name) ? 'x$2026' : 'x$1'
  return (
    { token: 'x', reference: 'Patient/x', string: 'x', date: '2026-11', number: '1', quantity: '1', uri: 'urn:x', special: '53.2|-3.1' }[
      type
    ] ?? 'x'
  )
}

t.test('the statement is valid FHIR', async (t) => {
  const errors = createValidator()
    .validate(statement as never)
    .filter(({ severity }) => severity === 'error')
  t.same(errors, [])
  t.ok(rest.resource.length > 60)
})

t.test('every declared search parameter of every type is understood', async (t) => {
  const all = rest.resource.flatMap(({ type, searchParam = [] }) => searchParam.map((parameter) => ({ of: type, parameter })))
  t.ok(all.length > 1_000, `${all.length} parameters`)
  const faults = await faultsOf(all, async ({ of, parameter }) => {
    const answer = await send('admin', 'GET', `/${of}?${parameter.name}=${encodeURIComponent(valueFor(parameter))}`, undefined, STRICT)
    return answer.statusCode === 200 ? undefined : `${of}?${parameter.name}: ${answer.statusCode} ${answer.body.slice(0, 200)}`
  })
  t.same(faults, [])
})

t.test('an undeclared parameter is refused when strict and named when lenient, on every type', async (t) => {
  const faults = await faultsOf(rest.resource, async ({ type }) => {
    const needed = type === 'AuditEvent' ? 'patient=x&' : ''
    const strict = await send('admin', 'GET', `/${type}?${needed}shoe-size=9`, undefined, STRICT)
    if (strict.statusCode !== 400 || !strict.body.includes('"expression":["shoe-size"]')) return `${type} strict ${strict.statusCode}`
    const lenient = await send('admin', 'GET', `/${type}?${needed}shoe-size=9`, undefined, { prefer: 'handling=lenient' })
    const { entry = [] } = lenient.json<{ entry?: { search: { mode: string }; resource: { issue?: { expression: string[] }[] } }[] }>()
    const named = entry.some(({ search, resource }) => search.mode === 'outcome' && resource.issue?.[0]?.expression[0] === 'shoe-size')
    return lenient.statusCode === 200 && named ? undefined : `${type} lenient ${lenient.statusCode}`
  })
  t.same(faults, [])
})

t.test('every declared interaction is offered, and no other', async (t) => {
  const requests: Readonly<Record<string, (type: string) => ReturnType<typeof send>>> = {
    read: (type) => send('admin', 'GET', `/${type}/none`),
    vread: (type) => send('admin', 'GET', `/${type}/none/_history/1`),
    'history-instance': (type) => send('admin', 'GET', `/${type}/none/_history`),
    'history-type': (type) => send('admin', 'GET', `/${type}/_history`),
    'search-type': (type) =>
      send('admin', 'POST', `/${type}/_search`, 'patient=x', { 'content-type': 'application/x-www-form-urlencoded' }),
    create: (type) => send('admin', 'POST', `/${type}`, { resourceType: type, unknown: 1 }),
    update: (type) => send('admin', 'PUT', `/${type}/none`, { resourceType: type, id: 'none', unknown: 1 }),
    patch: (type) => send('admin', 'PATCH', `/${type}/none`, [], { 'content-type': 'application/json-patch+json' }),
    delete: (type) => send('admin', 'DELETE', `/${type}/none`),
  }
  // What an offered interaction answers to an id that is not there, or to a resource that is not valid. 405 for the update: it does not create.
  const offered: Readonly<Record<string, number>> = {
    read: 404,
    vread: 404,
    'history-instance': 404,
    'history-type': 200,
    'search-type': 200,
    create: 400,
    update: 405,
    patch: 404,
    delete: 404,
  }
  const pairs = rest.resource.flatMap(({ type, interaction }) =>
    Object.keys(requests).map((code) => ({ type, code, declared: interaction.some((one) => one.code === code) })),
  )
  const faults = await faultsOf(pairs, async ({ type, code, declared }) => {
    const answer = await requests[code]?.(type)
    const immutable = answer?.body.includes('AUDIT_IMMUTABLE') === true
    if (declared) return answer?.statusCode === offered[code] && !immutable ? undefined : `${type} ${code}: ${String(answer?.statusCode)}`
    return answer?.statusCode === 405 && immutable ? undefined : `${type} ${code} is done though undeclared: ${String(answer?.statusCode)}`
  })
  t.same(faults, [])
})

t.test('what is said of conditions is so', async (t) => {
  const faults = await faultsOf(rest.resource, async ({ type, conditionalUpdate, conditionalDelete, conditionalCreate }) => {
    const condition = type === 'AuditEvent' ? 'patient=x' : '_id=none'
    const removed = await send('admin', 'DELETE', `/${type}?${condition}`)
    if ((conditionalDelete === 'single') !== (removed.statusCode === 204)) return `${type} conditional delete ${removed.statusCode}`
    const updated = await send('admin', 'PUT', `/${type}?${condition}`, { resourceType: type, unknown: 1 })
    if (conditionalUpdate !== (updated.statusCode === 400)) return `${type} conditional update ${updated.statusCode}`
    const created = await send('admin', 'POST', `/${type}`, { resourceType: type, unknown: 1 }, { 'if-none-exist': condition })
    return conditionalCreate === (created.statusCode === 400) ? undefined : `${type} conditional create ${created.statusCode}`
  })
  t.same(faults, [])
})

t.test('every reference parameter can be included, forwards and backwards, where that is declared', async (t) => {
  const links = rest.resource.flatMap(({ type, searchInclude = [], searchParam = [] }) =>
    searchInclude.length === 0 ? [] : searchParam.filter((one) => one.type === 'reference').map(({ name }) => ({ type, name })),
  )
  t.ok(links.length > 200)
  const faults = await faultsOf(links, async ({ type, name }) => {
    const forward = await send('admin', 'GET', `/${type}?_include=${type}:${name}`, undefined, STRICT)
    const backward = await send('admin', 'GET', `/Patient?_revinclude=${type}:${name}`, undefined, STRICT)
    return forward.statusCode === 200 && backward.statusCode === 200
      ? undefined
      : `${type}:${name} ${forward.statusCode} ${backward.statusCode}`
  })
  t.same(faults, [])
})

t.test('a transaction, a batch, and the operations that are ours are offered', async (t) => {
  t.same(rest.interaction.map(({ code }) => code).toSorted(), ['batch', 'transaction'])
  for (const type of ['batch', 'transaction']) t.equal((await send('admin', 'POST', '/', { resourceType: 'Bundle', type })).statusCode, 200)
  const patient = rest.resource.find(({ type }) => type === 'Patient')
  t.ok(patient?.operation?.some(({ name }) => name === 'everything'))
  const faults = await faultsOf(rest.resource, async ({ type, operation = [] }) => {
    if (!operation.some(({ name }) => name === 'validate')) return `${type} without $validate`
    const answer = await send('admin', 'POST', `/${type}/$validate`, { resourceType: type })
    return answer.statusCode === 200 ? undefined : `${type}/$validate ${answer.statusCode}`
  })
  t.same(faults, [])
})
