/** Goes on with the exports that were asked for, wherever the process before this one left them. */
import type { Database } from '@platform/service/database'
import { describeError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import { countNextStep, noteFailure, removeExpiredExports, StepFailed } from '../store/export-jobs.ts'

export interface ExportDependencies {
  readonly database: Database
  readonly log: Log
  /** Real time. */
  readonly now: () => Date
  /** Words of all wards that are sensitive. @default none */
  readonly wards?: readonly string[]
}

/** Counts every export that waits to its end, or until told to stop, between two steps. */
export async function countExports({ database, log, now, wards = [] }: ExportDependencies, signal?: AbortSignal): Promise<void> {
  await removeExpiredExports(database, now())
  for (;;) {
    if (signal?.aborted === true) return
    try {
      if ((await countNextStep(database, now(), { wards })) === undefined) return
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      log.warn({ event: 'export.not-counted', export: error.exportId, error: describeError(error.cause) })
      await noteFailure(database, error.exportId, now())
    }
  }
}
