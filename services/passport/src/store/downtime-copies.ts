/**
 * Copies of emergency views for when the database is down: outside of it, encrypted, one file each in HANDRAIL_HOME. Features, O4. HAZ-A18
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { homeKey, keyFor } from '@platform/service/home-key'
import type { EmergencyView } from '../domain/summary/emergency/emergency-view.ts'

/** What is printed for one person. */
export interface DowntimeCopy {
  readonly view: EmergencyView
  /** When it was made; FHIR instant. */
  readonly at: string
  /** When anything of the person had changed last, ms since 1970. */
  readonly changedAt: number
}

/** Copies that were printed, to be written into the audit trail once the database is back. */
export interface Printed {
  /** FHIR instant. */
  readonly at: string
  /** Name and role, as the operator gave them. */
  readonly by: string
  /** Patient ids. */
  readonly people: readonly string[]
}

export interface DowntimeCopies {
  keep(patient: string, copy: DowntimeCopy): Promise<void>
  forget(patient: string): Promise<void>
  get(patient: string): Promise<DowntimeCopy | undefined>
  /** File names, in no order; what a process that died left half written is none. */
  files(): Promise<readonly string[]>
  /** Nothing where the file was cut short, or is gone: the others are worth printing. */
  read(file: string): Promise<DowntimeCopy | undefined>
  /** Notes what was printed. It needs no database. */
  printed(what: Printed): Promise<void>
  /** Hands over what was printed since; it is forgotten once `record` resolves. */
  handOver(record: (printed: readonly Printed[]) => Promise<void>): Promise<void>
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = 'handrail downtime copies'

/** Opens them. @param home HANDRAIL_HOME */
export async function openDowntimeCopies(home: string): Promise<DowntimeCopies> {
  const key = keyFor(await homeKey(home, 'passport.key'), PURPOSE)
  const folder = join(home, 'downtime')
  const journal = join(folder, 'printed')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // A file's name says nothing of whose it is.
  const fileOf = (patient: string) => `${createHmac('sha256', key).update(patient).digest('hex').slice(0, 32)}.view`

  const seal = (value: object): Buffer => {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, key, nonce)
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
  }
  const unseal = <T>(sealed: Buffer): T | undefined => {
    try {
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')) as T
    } catch {
      return undefined
    }
  }
  const read = async (file: string): Promise<DowntimeCopy | undefined> => {
    const sealed = await readFile(join(folder, file)).catch(() => undefined)
    return sealed === undefined ? undefined : unseal<DowntimeCopy>(sealed)
  }

  return {
    async keep(patient, copy) {
      const file = join(folder, fileOf(patient))
      await writeFile(`${file}.new`, seal(copy), { mode: 0o600, flush: true })
      await rename(`${file}.new`, file)
    },
    forget: async (patient) => rm(join(folder, fileOf(patient)), { force: true }),
    get: async (patient) => read(fileOf(patient)),
    files: async () => (await readdir(folder)).filter((name) => name.endsWith('.view')),
    read,
    async printed(what) {
      await appendFile(journal, `${seal(what).toString('base64')}\n`, { mode: 0o600, flush: true })
    },
    async handOver(record) {
      // Moved aside first, so that what is printed meanwhile is not forgotten with it; what a crash left there is taken along.
      const aside = `${journal}.taken`
      const left = await readFile(aside, 'utf8').catch(() => '')
      if (left === '') await rename(journal, aside).catch(() => undefined)
      const lines = (await readFile(aside, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
      if (lines.length === 0) return
      await record(lines.flatMap((line) => unseal<Printed>(Buffer.from(line, 'base64')) ?? []))
      await rm(aside, { force: true })
    },
  }
}
