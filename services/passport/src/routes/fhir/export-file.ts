/**
 * The files of a bulk export, read from the record while they are sent: nothing lies about, and what a person closed out since is closed.
 * FHIR Bulk Data Access 3.0.0, "Bulk Data Output File Request".
 */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { describeError } from '@platform/service/describe-error'
import { silentLog } from '@platform/service/log'
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { fileName, fileNamed, NOTES_FILE } from '../../domain/export/manifest.ts'
import { stepsIn, widthOf, type ExportFile } from '../../domain/export/walk.ts'
import { refuse } from '../../errors.ts'
import { filesOfExport, findExport, type ExportJob } from '../../store/export-jobs.ts'
import { exportConnections, FILES_AT_ONCE, linesOf } from '../../store/export-lines.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { exportRefuse, systemAllows } from './export-access.ts'

const NDJSON = 'application/fhir+ndjson'
const OK = 200
/** A reader that takes nothing for so long is cut off, and asks again: it holds one of those connections. */
const STALLED_MS = 60_000

export const exportFile: FastifyPluginAsync<FhirDependencies> = async (app, { database, inPart, trail, now, log = silentLog }) => {
  const turns = turnsOf(FILES_AT_ONCE)
  const connections = exportConnections(database.url)
  app.addHook('onClose', () => connections.end())
  app.get<{ Params: { id: string; file: string } }>(
    '/$export-file/:id/:file',
    { config: { fhir: { interaction: 'export-file' }, produces: [NDJSON, 'application/ndjson'] } },
    async (request, reply) => {
      const { id, file: name } = request.params
      const reference = 'This file'
      request.disclosure.entity = `Export/${id}`
      const job = await findExport(database, request.caller.clientId, id, now())
      if (job?.finishedAt === undefined) throw refuse.NOT_FOUND({ reference })
      void reply.header('content-type', NDJSON).header('expires', job.expiresAt.toUTCString()).header('cache-control', 'private, no-store')
      if (name === NOTES_FILE && job.notes.length > 0)
        return reply.send(job.notes.map((note) => `${JSON.stringify(informationOutcome(note))}\n`).join(''))

      const wanted = fileNamed(name)
      const file = wanted && (await filesOfExport(database, id)).find((one) => fileName(one) === fileName(wanted))
      if (file === undefined) throw refuse.NOT_FOUND({ reference })
      if (file.kind === 'output' && !systemAllows(request.caller, file.type)) throw exportRefuse.EXPORT_NEEDS_SYSTEM_SCOPE()
      const lines = linesIn(request, job, file)
      // What fails before the first of them is answered as everything that fails.
      const first = await lines.next()
      await trail.record(entryOf(request, { at: now(), status: OK }))
      request.disclosure.committed = true
      reply.hijack()
      reply.raw.writeHead(OK, reply.getHeaders() as OutgoingHttpHeaders)
      await send(reply.raw, first, lines).catch((error: unknown) => {
        reply.raw.destroy()
        log.warn({ event: 'export.file-cut-off', export: id, correlationId: request.id, error: describeError(error) })
      })
      return reply
    },
  )

  /** Under the policy of whoever fetches it now: what was closed since the kick-off is not in it. */
  async function* linesIn(request: FastifyRequest, job: ExportJob, { kind, type, from, to, count }: ExportFile): AsyncGenerator<Buffer> {
    const { caller } = request
    const scope = kind === 'output' ? { ...job.scope, types: [type] } : job.scope
    const done = await turns()
    try {
      for (const range of stepsIn({ from, to }, widthOf({ from, to, count })))
        yield* linesOf(connections, { caller, kind, scope, range, wards: inPart.sensitiveWards }, (people) =>
          trail.record({ ...entryOf(request, { at: now(), status: OK }), people }),
        )
    } finally {
      done()
    }
  }
}

/** Sends lines one after the other, the next when the system has taken the last: they are written over then. */
async function send(to: ServerResponse, first: IteratorResult<Buffer>, lines: AsyncGenerator<Buffer>): Promise<void> {
  try {
    for (let next = first; next.done !== true; next = await lines.next()) await taken(to, next.value)
    to.end()
  } finally {
    await lines.return(undefined)
  }
}

/** Resolves when the system has these bytes for the reader; rejects when the reader goes away, or takes nothing for too long. */
function taken(to: ServerResponse, bytes: Buffer): Promise<void> {
  if (to.destroyed) return Promise.reject(new Error('The reader went away'))
  return new Promise<void>((resolve, reject) => {
    const gone = (): void => finish(new Error('The reader went away'))
    const stall = setTimeout(() => finish(new Error('The reader took nothing')), STALLED_MS)
    const finish = (error?: Error | null): void => {
      clearTimeout(stall)
      to.off('close', gone).off('error', finish)
      if (error) reject(error)
      else resolve()
    }
    to.once('close', gone).once('error', finish)
    to.write(bytes, finish)
  })
}

/** Lets so many in at once; the answer is called by whoever is done. */
function turnsOf(atOnce: number): () => Promise<() => void> {
  let taken = 0
  const waiting: (() => void)[] = []
  const done = () => {
    const next = waiting.shift()
    if (next === undefined) taken -= 1
    else next()
  }
  return async () => {
    if (taken < atOnce) taken += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    return done
  }
}
