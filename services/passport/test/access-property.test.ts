/**
 * What a caller may not read might as well not be there: whatever is asked, and however, the answer is the same with the hidden
 * resources in the record and without them. "Hidden" is what a plain read, or a plain read of a version, answers with 403 or 404.
 */
import fc from '@platform/testing/properties'
import { silentLog } from '@platform/service/log'
import t from 'tap'
import { countExports } from '../src/jobs/count-exports.ts'
import { aRecord } from './a-record.ts'
import { aRewindableDatabase } from './a-rewindable-database.ts'
import { build, ENTRY_TYPES, worldOf, type World } from './a-world.ts'
import { askAmong, type Ask } from './an-ask.ts'

t.setTimeout(600_000)
const { database, undone } = await aRewindableDatabase(t)
const hub = await aRecord(t, { database })

const isOpen = async (token: string, path: string) => [200, 410].includes((await hub.send(token, 'GET', path)).statusCode)

interface Hidden {
  readonly references: readonly string[]
  readonly versions: readonly { readonly reference: string; readonly version: number }[]
}

async function hiddenFrom({ token, references, corrected }: World): Promise<Hidden> {
  const hidden: string[] = []
  const versions: { reference: string; version: number }[] = []
  for (const reference of references) {
    if (!(await isOpen(token, `/${reference}`))) hidden.push(reference)
    else if (corrected.has(reference) && !(await isOpen(token, `/${reference}/_history/1`))) versions.push({ reference, version: 1 })
  }
  return { references: hidden, versions }
}

/** Takes rows out as if they had never been written. Who stands how to whom, and what is closed, is left as it is. */
async function takeOut({ references, versions }: Hidden): Promise<void> {
  const ids = references.map((reference) => reference.split('/')[1])
  const early = versions.map(({ reference, version }) => `${reference}/${version}`)
  await database.query({
    text: `WITH a AS (DELETE FROM passport.resource WHERE type || '/' || id = ANY($1)),
                b AS (DELETE FROM passport.history WHERE type || '/' || id = ANY($1) OR type || '/' || id || '/' || version = ANY($2)),
                c AS (DELETE FROM passport.identifier WHERE type || '/' || id = ANY($1)),
                d AS (DELETE FROM passport.date_index WHERE id = ANY($3)),
                e AS (DELETE FROM passport.string_index WHERE id = ANY($3)),
                f AS (DELETE FROM passport.number_index WHERE id = ANY($3)) SELECT`,
    values: [references, early, ids],
  })
}

/** Everything that is answered, page after page, without what is new at every try: ids and times of what was just written, cursors. */
async function answerTo(world: World, { method, path, body, headers = {} }: Ask): Promise<string> {
  const pages: string[] = []
  let answer = await hub.send(world.token, method, path, body, { ...headers })
  for (;;) {
    if (answer.statusCode >= 500) throw new Error(`${answer.statusCode}: ${answer.body}`)
    if (answer.statusCode === 202) return plain(await exportOf(world, String(answer.headers['content-location'])), world)
    pages.push([answer.statusCode, answer.headers['etag'], answer.headers['location'], answer.body].join('\n'))
    const next =
      answer.statusCode === 200
        ? /"(?:relation":"next","url|name":"next","valueUri)":"http:\/\/hub\.example\/fhir([^"]+)"/.exec(answer.body)?.[1]
        : undefined
    if (next === undefined || pages.length > 30) return plain(pages.join('\n'), world)
    answer = await hub.send(world.token, 'GET', next)
  }
}

/** Everything that is in a bulk export: its manifest, and the lines of its files in an order of their own. */
async function exportOf({ token }: World, address: string): Promise<string> {
  const pathOf = (url: string) => url.replace('http://hub.example/fhir', '')
  // Nothing of a world is ever committed: the export would wait for the transaction that it is in.
  await database.query({ text: `UPDATE passport.export_job SET after_xid = '0'` })
  await countExports({ database, log: silentLog, now: () => new Date() })
  const manifest = await hub.send(token, 'GET', pathOf(address))
  const { output, deleted } = manifest.json<Record<'output' | 'deleted', { url: string }[]>>()
  const files: string[] = []
  for (const { url } of [...output, ...deleted]) {
    const file = await hub.send(token, 'GET', pathOf(url), undefined, { accept: 'application/fhir+ndjson' })
    files.push(`${file.statusCode}`, ...file.body.split('\n').toSorted())
  }
  exportsAsked += 1
  return [`200 ${manifest.body}`, ...files].join('\n')
}
let exportsAsked = 0

function plain(text: string, { references }: World): string {
  const known = new Set(references.map((reference) => reference.split('/')[1]))
  const fresh = new Map<string, string>()
  return text
    .replace(/_cursor=[\w-]+/g, '_cursor=…')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'now')
    .replace(/\b\d\d:\d\d(–\d\d:\d\d)?/g, 'then')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
      if (known.has(id)) return id
      fresh.set(id, fresh.get(id) ?? `new-${fresh.size}`)
      return fresh.get(id) ?? ''
    })
    .replace(/(?<![\w-])\d{1,3}-\d+-\d+(?![\w-])/g, 'an-entry')
}

/** A search over people begins with those whom the caller can possibly see: it must leave out nobody whom a plain read shows. */
async function mustFindEverybody({ token, references }: World): Promise<void> {
  const { body } = await hub.send(token, 'GET', '/Patient?_count=50')
  for (const reference of references.filter((one) => one.startsWith('Patient/'))) {
    const { statusCode } = await hub.send(token, 'GET', `/${reference}`)
    if (statusCode === 200 && !body.includes(`"id":"${reference.slice('Patient/'.length)}"`))
      throw new Error(`${reference} can be read, and a search over people does not find it: ${body}`)
  }
}

/** Asks itself by Tasks about everything that it could want to see, and takes over what Tasks it sees. */
async function asksItself({ token, references, people, organizations: [own] }: World): Promise<void> {
  const order = { resourceType: 'Task', status: 'requested', intent: 'order', restriction: { period: { end: '2027-01-01' } } }
  const owner = { reference: own }
  for (const reference of references.filter((one) => one.startsWith('ServiceRequest/')))
    for (const whose of people)
      await hub.send(token, 'POST', '/Task', { ...order, for: { reference: whose }, focus: { reference }, owner, note: [{ text: 'own' }] })
  for (const reference of references.filter((one) => one.startsWith('Task/'))) {
    const task = await hub.send(token, 'GET', `/${reference}`)
    if (task.statusCode === 200) await hub.send(token, 'PUT', `/${reference}`, { ...task.json<object>(), meta: undefined, owner })
  }
}

const shown = ({ method, path, body, headers }: Ask) => `${method} ${path} ${JSON.stringify({ body, headers })}`

/** Worlds that are tried, twenty questions each: always as many, so that a fast machine finds no more than a slow one. */
const WORLDS = Number(process.env['HANDRAIL_WORLDS'] ?? 45)

t.test('no way of asking tells a caller what a plain read refuses', async (t) => {
  let asked = 0
  let told = 0
  const worldAndAsks = fc
    .shuffledSubarray(ENTRY_TYPES, { minLength: 3, maxLength: 4 })
    .chain((types) => fc.tuple(worldOf(types), fc.array(askAmong(['Patient', ...types]), { minLength: 20, maxLength: 20 })))
  const property = fc.asyncProperty(worldAndAsks, async ([plan, asks]) =>
    undone(async () => {
      const world = await build(hub, plan)
      const hidden = await hiddenFrom(world)
      await mustFindEverybody(world)
      for (const request of asks.map((about) => about(world))) {
        const withHidden = await undone(() => answerTo(world, request))
        const question = shown(request)
        for (const reference of hidden.references) {
          const secret = world.secretOf.get(reference) ?? ''
          if (!question.includes(secret) && new RegExp(`${secret}\\b`).test(withHidden))
            throw new Error(`${question}\ntells of ${reference} (${secret})\n${withHidden}`)
        }
        const withoutHidden = await undone(async () => {
          await takeOut(hidden)
          return answerTo(world, request)
        })
        asked += 1
        if (withHidden.startsWith('200')) told += 1
        if (withHidden !== withoutHidden)
          throw new Error(
            `${question}\nanswers differently when ${hidden.references.join(', ')} are not there.\nWith:\n${withHidden}\nWithout:\n${withoutHidden}`,
          )
      }
      await undone(async () => {
        await asksItself(world)
        const still = new Set((await hiddenFrom(world)).references)
        const [seen] = hidden.references.filter((reference) => !still.has(reference))
        if (seen !== undefined) throw new Error(`${seen} was hidden, and is seen once the caller asks itself`)
      })
    }),
  )
  await fc.assert(property, { numRuns: WORLDS, endOnFailure: true })
  t.comment(`${asked} asked, ${told} answered with 200, ${exportsAsked} exports`)
  t.ok(asked > 0)
  t.ok(exportsAsked > 0)
})
