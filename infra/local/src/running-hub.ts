/** Where the hub of this machine is reached, for the programs beside it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import { isAlive } from './folder-lock.ts'

/** The address of the hub whose home folder this is. @throws CannotStart when none runs */
export function urlOfRunningHub(home: string): string {
  const none = new CannotStart('No hub is running here: start one with "npm start" first.')
  let told: { url?: unknown; pid?: unknown }
  try {
    told = JSON.parse(readFileSync(join(home, 'hub.json'), 'utf8')) as typeof told
  } catch (cause) {
    throw Object.assign(none, { cause })
  }
  if (typeof told.url !== 'string' || typeof told.pid !== 'number' || !isAlive(told.pid)) throw none
  return told.url
}
