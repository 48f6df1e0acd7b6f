import { open, readFile, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CannotStart } from '../cannot-start.ts'

/** What was typed after a command: its options, and the words that are none. */
export interface Typed<Name extends string> {
  readonly options: Readonly<Partial<Record<Name, string>>>
  /** The options that take no value and were typed. */
  readonly flags: ReadonlySet<string>
  readonly words: readonly string[]
  readonly help: boolean
}

/**
 * Reads the words of a command.
 *
 * @param names options that take a value
 * @param flags options that take none
 * @throws CannotStart when an option is not one of the names, or lacks its value
 */
export function readTyped<const Name extends string>(
  command: string,
  typed: readonly string[],
  names: readonly Name[],
  flags: readonly string[] = [],
): Typed<Name> {
  try {
    const { values, positionals } = parseArgs({
      args: [...typed],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' } as const])),
        ...Object.fromEntries([...flags, 'help'].map((flag) => [flag, { type: 'boolean' } as const])),
      },
    })
    const options = Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])))
    const typedFlags = new Set(flags.filter((flag) => values[flag] === true))
    return { options: options as Partial<Record<Name, string>>, flags: typedFlags, words: positionals, help: values['help'] === true }
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}; "npm run admin -- ${command} --help" says more.`)
  }
}

/** A file as the person who typed it means it: npm runs scripts at the repository's root, INIT_CWD is where the person is. */
export const typedFile = (file: string): string => resolve(process.env.INIT_CWD ?? '.', file)

/** A new file that only who typed it can read; none is written over. @param option by which it is named @throws CannotStart */
export async function newTypedFile(file: string, option: string): Promise<FileHandle> {
  const path = typedFile(file)
  return open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new CannotStart(
      codeOf(error) === 'EEXIST'
        ? `There is a file ${path} already, and it is not written over: name another one with ${option}.`
        : `The file ${path} cannot be made (${codeOf(error)}): name with ${option} one in a folder that is there and that you may write to.`,
    )
  })
}

/** What a file holds. @param option by which it is named @throws CannotStart */
export async function readTypedFile(file: string, option: string): Promise<Buffer> {
  const path = typedFile(file)
  return readFile(path).catch((error: unknown) => {
    throw new CannotStart(
      `The file ${path} cannot be read (${codeOf(error)}): name with ${option} one that is there and that you may read.`,
    )
  })
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error))

/** Whether somebody is named with what they are, as in "Dr Example, clinical lead": a letter stands for nobody. */
export const isNameAndRole = (text: string): boolean => /\p{L}{2}.*,.*\p{L}{2}/u.test(text)
