/** `npm run admin -- import-person`: restores a person from the archive that a hub exported. */
import { readFile } from 'node:fs/promises'
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor } from '../operator-door.ts'
import { readTyped, typedFile } from '../options.ts'

export const name = 'import-person'

export const summary = 'Restore a person from an archive that "export --as archive" made: FILE'

const HELP = `npm run admin -- import-person FILE

  FILE   a .tar.gz as "npm run admin -- export ID --as archive" or the person's own download made it

A hub must be running. Ids, versions, times and authors stay as they were. All of it is stored or nothing; what is here already is left alone,
and somebody whom this hub knows under another id is refused. The archive is believed: take only one whose way here you know.
`

interface Outcome {
  readonly issue: readonly { readonly details: { readonly text: string } }[]
}

/** Prints what the record says became of it. */
export async function run(typed: readonly string[]): Promise<number> {
  const { words, help } = readTyped(name, typed, [])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const [given, ...more] = words
  if (given === undefined || more.length > 0)
    throw new CannotStart('Say which archive: npm run admin -- import-person FILE; --help says more.')
  const path = typedFile(given)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`${path} cannot be read (${error.code ?? 'unknown'}).`)
  })
  await using door = await openOperatorDoor('system/*.cruds')
  const answer = await door.exchange('POST', '$import-person', 'application/gzip', new Uint8Array(bytes))
  const { issue } = JSON.parse(answer.toString()) as Outcome
  process.stdout.write(`${issue.map(({ details }) => details.text).join(' ')}\n`)
  return 0
}
