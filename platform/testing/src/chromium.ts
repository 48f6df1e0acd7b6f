/** Which Chromium the tests walk through the pages with. */
import { existsSync } from 'node:fs'

/**
 * Where it is on this machine; nothing when it has none. Debian's `chromium-headless-shell` is the same Chromium without a window: it opens a page for a
 * third of the processor time, and the suite is sooner over.
 */
export const chromiumPath: string | undefined = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && path !== '' && existsSync(path))

/** It only ever opens the hub under test; as root it does not start with its sandbox. */
export const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
