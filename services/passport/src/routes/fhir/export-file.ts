/**
 * The files of a bulk export, read from the record while they are sent: nothing lies about, and what a person closed out since is closed.
 * FHIR Bulk Data Access 3.0.0, "Bulk Data Output File Request".
 */
import { Readable } from 'node:stream'
import { silentLog } from '@platform/service/log'
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { fileName, fileNamed, NOTES_FILE } from '../../domain/export/manifest.ts'
import { stepsIn, widthOf, type ExportFile } from '../../domain/export/walk.ts'
import { refuse } from '../../errors.ts'
import { filesOfExport, findExport, type ExportJob } from '../../store/export-jobs.ts'
import { linesOf } from '../../store/export-rows.ts'
import { entryOf } from './audit-hook.ts'
import type { FhirDependencies } from './dependencies.ts'
import { exportRefuse, systemAllows } from './export-access.ts'

const NDJSON = 'application/fhir+ndjson'
/** Files that are read at once, each by a connection of the sixteen that every request shares; the next one waits. */
const FILES_AT_ONCE = 4
/** A reader that takes nothing for so long is cut off, and asks again: it holds one of those connections. */
const STALLED_MS = 60_000

export const exportFile: FastifyPluginAsync<FhirDependencies> = async (app, { database, trail, now, log = silentLog }) => {
  const turns = turnsOf(FILES_AT_ONCE)
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
      const lines = Readable.from(
        linesIn(request, job, file, () => lines.destroy(new Error('Nobody reads'))),
        { objectMode: false },
      )
      lines.once('error', () => log.warn({ event: 'export.file-cut-off', export: id, correlationId: request.id }))
      return reply.send(lines)
    },
  )

  /** Under the policy of whoever fetches it now: what was closed since the kick-off is not in it. */
  async function* linesIn(
    request: FastifyRequest,
    job: ExportJob,
    { kind, type, from, to, count }: ExportFile,
    onStall: () => void,
  ): AsyncGenerator<Buffer> {
    const scope = kind === 'output' ? { ...job.scope, types: [type] } : job.scope
    const done = await turns()
    const stall = setTimeout(onStall, STALLED_MS).unref()
    try {
      for (const range of stepsIn({ from, to }, widthOf({ from, to, count }))) {
        for await (const chunk of linesOf(database, request.caller, { kind, scope, range }, (people) =>
          trail.record({ ...entryOf(request, { at: now(), status: 200 }), people }),
        )) {
          yield chunk
          stall.refresh()
        }
      }
    } finally {
      clearTimeout(stall)
      done()
    }
  }
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
