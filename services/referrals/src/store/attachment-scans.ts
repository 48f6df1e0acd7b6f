/** Scanning files that are attached: by a program or an address that the operator names. Without one nothing is scanned, and whoever reads is told so. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import type { Clock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import { refuse } from '../errors.ts'

/** What a scanner says of a file. @throws whatever went wrong while it was asked */
export type Scanner = (bytes: Uint8Array) => Promise<'clean' | 'found something'>

/** What is known of files. */
export interface AttachmentScans {
  /**
   * Asks the scanner, where there is one, and remembers what is clean.
   *
   * @throws ATTACHMENT_REFUSED when it found something, ATTACHMENT_UNSCANNED when it did not answer: a file is not taken unseen
   */
  scan(bytes: Uint8Array): Promise<void>
  /** Which of these files were found clean, by SHA-256. */
  clean(hashes: readonly string[]): Promise<ReadonlySet<string>>
}

/** SHA-256 in hexadecimal. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Base64 of SHA-1: FHIR R4, Attachment.hash. It only tells two files apart. */
export const sha1Of = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64')

/** @param scanner absent: nothing is scanned */
export function attachmentScansIn(database: Database, clock: Clock, scanner: Scanner | undefined): AttachmentScans {
  return {
    async scan(bytes) {
      if (scanner === undefined) return
      const said = await scanner(bytes).catch((cause: unknown) => {
        throw refuse.ATTACHMENT_UNSCANNED({}, { cause })
      })
      if (said !== 'clean') throw refuse.ATTACHMENT_REFUSED()
      await database.query({ name: 'scan-keep', text: KEEP, values: [sha256Of(bytes), clock.now()] })
    },
    async clean(hashes) {
      const { rows } = await database.query<{ sha256: string }>({ name: 'scan-clean', text: CLEAN, values: [hashes] })
      return new Set(rows.map(({ sha256 }) => sha256))
    },
  }
}

const KEEP = `
  INSERT INTO referrals.attachment_scan AS known (sha256, at) VALUES ($1, $2) ON CONFLICT (sha256) DO UPDATE SET at = excluded.at`
const CLEAN = 'SELECT sha256 FROM referrals.attachment_scan WHERE sha256 = ANY ($1)'

const ANSWER_WITHIN_MS = 20_000

/**
 * Opens the scanner that a setting names: an address that takes the bytes by POST and answers 2xx for clean, 406 or 422 for something found; or a
 * program that reads them from its input and ends with 0 for clean, 1 for something found (as `clamdscan -` does).
 */
export function openScanner(setting: string): Scanner {
  return /^https?:\/\//.test(setting) ? byHttp(setting) : byProgram(setting)
}

const byHttp =
  (url: string): Scanner =>
  async (bytes) => {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      body: Buffer.from(bytes),
      headers: { 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    if (ok) return 'clean'
    if (status === 406 || status === 422) return 'found something'
    throw new Error(`The scanner answered ${String(status)}.`)
  }

const byProgram = (line: string): Scanner => {
  const [program = '', ...parameters] = line.split(/\s+/)
  return (bytes) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, parameters, { stdio: ['pipe', 'ignore', 'ignore'], timeout: ANSWER_WITHIN_MS })
      child.on('error', reject)
      child.on('close', (code) => {
        if (code === 0) resolve('clean')
        else if (code === 1) resolve('found something')
        else reject(new Error(`The scanner ended with ${String(code)}.`))
      })
      child.stdin.on('error', () => {}) // a program that has seen enough closes its input early; its code says what it found
      child.stdin.end(bytes)
    })
}
