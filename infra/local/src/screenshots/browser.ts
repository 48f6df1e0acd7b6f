/** A real Chromium, for looking at pages and for showing them. */
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { CannotStart } from '../cannot-start.ts'

/** Debian's Chromium without a window, which takes pictures and shows nothing. */
const WITHOUT_WINDOW = '/usr/bin/chromium-headless-shell'

const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Whether windows can be opened here: on Linux a display is named, elsewhere there is one. */
export const hasDisplay = (environment: Readonly<Record<string, string | undefined>>, platform = process.platform): boolean =>
  platform !== 'linux' || Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY'])

/**
 * Opens Chromium.
 *
 * @throws CannotStart where this machine has none
 */
export async function openChromium(environment: Readonly<Record<string, string | undefined>>, { headed = false } = {}): Promise<Browser> {
  const executablePath = [environment['CHROMIUM_PATH'], ...PATHS, ...(headed ? [] : [WITHOUT_WINDOW])].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  )
  if (executablePath === undefined) throw new CannotStart('There is no Chromium on this machine: install chromium, or set CHROMIUM_PATH.')
  // It only ever opens this hub; as root Chromium does not start with its sandbox.
  return chromium.launch({
    executablePath,
    headless: !headed,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
}
