/** Whether the committed package was made from the committed input, and nobody changed it by hand. */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/**
 * SHA-256 over `sushi-config.yaml` and every `.fsh` file below `folder/input`, by path and content, in hexadecimal.
 * Line endings do not matter, so that a checkout on another system is still fresh.
 */
async function hashOfInputs(folder: string): Promise<string> {
  const found = await readdir(join(folder, 'input'), { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile() && entry.name.endsWith('.fsh')).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of [join(folder, 'sushi-config.yaml'), ...files.sort()]) {
    const text = await readFile(file, 'utf8')
    hash.update(`${relative(folder, file).replaceAll('\\', '/')}\n${text.replaceAll('\r\n', '\n')}\n`)
  }
  return hash.digest('hex')
}

/** SHA-256 over every JSON file of a package, by path and content, in hexadecimal. */
async function hashOfPackage(folder: string): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const text = await readFile(file, 'utf8')
    hash.update(`${relative(folder, file).replaceAll('\\', '/')}\n${text.replaceAll('\r\n', '\n')}\n`)
  }
  return hash.digest('hex')
}

/** What is written into `package/made-from.sha256`: the hash of the input, then that of the package. */
export const seal = async (folder: string, target: string): Promise<string> =>
  `${await hashOfInputs(folder)}  input\n${await hashOfPackage(target)}  package\n`
