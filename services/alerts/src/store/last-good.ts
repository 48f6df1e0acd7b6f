/**
 * The last good emergency view of everybody on the register, kept outside the database and encrypted, so that a ward can be helped while the database is
 * down. Features, O4. HAZ-A18
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AlertLine } from '../domain/alert-lines.ts'

/** What is printed for one person. */
export interface EmergencyView {
  /** Logical id of the Patient. */
  readonly patient: string
  readonly name: string
  readonly bornOn?: string
  readonly nhsNumbers: readonly string[]
  readonly lines: readonly AlertLine[]
  /** When this was so. */
  readonly at: string
}

/** The copies. */
export interface LastGood {
  keep(view: EmergencyView): void
  forget(patient: string): void
  /** When the copy of this person was made; nothing when there is none. */
  madeAt(patient: string): Date | undefined
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FOLDER = 'last-good'
const KEY = 'last-good-key'

/** Opens the copies for writing. @param folder `HANDRAIL_HOME/alerts` */
export function openLastGood(folder: string): LastGood {
  const key = readOrMakeKey(folder)
  const copies = join(folder, FOLDER)
  mkdirSync(copies, { recursive: true, mode: 0o700 })
  // A file's name says nothing of whose it is.
  const fileOf = (patient: string) => join(copies, `${createHmac('sha256', key).update(patient).digest('hex').slice(0, 32)}.view`)
  return {
    keep(view) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce)
      const sealed = Buffer.concat([cipher.update(JSON.stringify(view), 'utf8'), cipher.final()])
      const file = fileOf(view.patient)
      writeFileSync(`${file}.new`, Buffer.concat([nonce, cipher.getAuthTag(), sealed]), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
    forget: (patient) => rmSync(fileOf(patient), { force: true }),
    madeAt: (patient) => statSync(fileOf(patient), { throwIfNoEntry: false })?.mtime,
  }
}

/** Every copy there is, with no database. @param folder `HANDRAIL_HOME/alerts` */
export function readLastGood(folder: string): readonly EmergencyView[] {
  const [copies, keyFile] = [join(folder, FOLDER), join(folder, KEY)]
  if (!existsSync(copies) || !existsSync(keyFile)) return []
  const key = Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'base64')
  return readdirSync(copies)
    .filter((name) => name.endsWith('.view'))
    .flatMap((name) => {
      const sealed = readFileSync(join(copies, name))
      try {
        const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES))
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
        return [JSON.parse(text) as EmergencyView]
      } catch {
        return [] // a copy that was cut short: the others are worth printing
      }
    })
}

function readOrMakeKey(folder: string): Buffer {
  const file = join(folder, KEY)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!existsSync(file)) {
    const draft = `${file}.${randomBytes(6).toString('hex')}`
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    try {
      linkSync(draft, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    rmSync(draft)
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
}
