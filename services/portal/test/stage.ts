/** Where the walks take place: a real hub with the demonstration in it, a real browser, and the record as its administrator writes it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { chromiumPath } from '@platform/testing/chromium'
import { testHub } from '@platform/testing/hub'
import type { Test } from 'tap'
import { visitors, type Visitors } from './browser.ts'
import { adminRecord, type AdminRecord } from './record.ts'

const ADMIN = join(import.meta.dirname, '..', '..', '..', 'infra', 'local', 'src', 'admin', 'main.ts')

export interface Stage extends Visitors {
  readonly url: string
  readonly admin: AdminRecord
  /** Types `npm run admin -- <words>` beside the hub. */
  operator(...words: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }>
}

/**
 * One hub and one browser for all walks of a test file, because each costs more than a walk. Without a browser on this machine the file
 * ends here, skipped.
 */
export async function openStage(t: Test, settings: Record<string, string> = {}): Promise<Stage> {
  t.setTimeout(900_000) // About a minute on a quiet machine; a busy one takes ten times as long.
  if (chromiumPath === undefined) {
    await t.test(
      'people walk through the pages',
      { skip: 'no Chromium on this machine: install chromium, or set CHROMIUM_PATH' },
      () => undefined,
    )
    t.end()
    process.exit(0)
  }
  const { url, home, databaseUrl } = await testHub(t, settings)
  const env = { ...process.env, HANDRAIL_HOME: home, DATABASE_URL: databaseUrl }
  const operator: Stage['operator'] = (...words) =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [ADMIN, ...words], { env }, (_error, _stdout, stderr) =>
        resolve({ code: child.exitCode ?? 1, stderr }),
      )
    })
  return { url, admin: adminRecord(url, home), operator, ...(await visitors(t, url, chromiumPath)) }
}
