/** Where the walks take place: a real hub with the demonstration in it, a real browser, and the record as its administrator writes it. */
import { chromiumPath } from '@platform/testing/chromium'
import { testHub } from '@platform/testing/hub'
import type { Test } from 'tap'
import { visitors, type Visitors } from './browser.ts'
import { adminRecord, type AdminRecord } from './record.ts'

export interface Stage extends Visitors {
  readonly url: string
  readonly admin: AdminRecord
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
  const { url, home } = await testHub(t, settings)
  return { url, admin: adminRecord(url, home), ...(await visitors(t, url, chromiumPath)) }
}
