/** Where the embedded PostgreSQL has its socket. https://www.postgresql.org/docs/current/runtime-config-connection.html */
import { readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

/** How PostgreSQL calls it; the port follows. */
const SOCKET = '.s.PGSQL.'

/**
 * The data folder, if a socket can be in it; else an empty text. The path of a socket has fewer than 104 bytes on some systems (108 on Linux), and a home
 * folder's may have more, and a shared folder of a virtual machine may hold no sockets. Whatever a killed server left of its own goes.
 */
export async function folderForSocket(dataFolder: string): Promise<string> {
  const folder = resolve(dataFolder)
  clearSockets(folder)
  const longest = join(folder, `${SOCKET}65535`)
  if (process.platform === 'win32' || Buffer.byteLength(longest) > 103) return ''
  const probe = createServer()
  const listens = await new Promise<boolean>((done) => {
    probe.once('error', () => done(false))
    probe.listen(longest, () => probe.close(() => done(true)))
  })
  return listens ? folder : ''
}

/** Takes away what a killed server left of its sockets, which could be taken for another's. */
export function clearSockets(folder: string): void {
  for (const name of readdirSync(folder)) if (name.startsWith(SOCKET)) rmSync(join(folder, name), { force: true })
}

/** A list of one folder or none, as PostgreSQL spells it. */
export const asSetting = (folder: string): string => (folder === '' ? '' : `"${folder.replaceAll('"', '""')}"`)
