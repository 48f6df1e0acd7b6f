/**
 * The reporter of `npm test`: one line a file, each failure with its place and difference, the reason of each skip, and the
 * closing line `N passed, N failed`. When `npm test` runs it, the counts go to the file TEST_SUMMARY_FILE instead of the closing
 * line, because `npm test` has more to count.
 */
import { writeFileSync } from 'node:fs'
import { Transform, type TransformCallback } from 'node:stream'
import { Parser, type FinalResults, type Result } from 'tap-parser'
import { closingLine, type Counts } from './closing-line.ts'

interface Diagnostics {
  diff?: string
  at?: { fileName?: string; lineNumber?: number }
  exitCode?: number
  signal?: string
}

/** Reads TAP, writes what a person wants to know of it. */
export default class TapSummary extends Transform {
  readonly #parser = new Parser()
  readonly #counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  readonly #reasons: string[] = []
  #complete = false

  constructor() {
    super()
    const parser = this.#parser
    parser.on('pass', () => {
      this.#counts.passed += 1
    })
    for (const kind of ['skip', 'todo'] as const) {
      parser.on(kind, (result: Result) => {
        const reason = result[kind]
        this.#counts.skipped += 1
        this.#reasons.push(`  skipped: ${result.fullname}: ${typeof reason === 'string' && reason !== '' ? reason : 'no reason given'}\n`)
      })
    }
    parser.on('fail', (result: Result) => {
      this.#counts.failed += 1
      this.push(describeFailure(result))
    })
    parser.on('child', (file: Parser) => {
      file.on('complete', (results: FinalResults) => {
        this.push(`${results.ok ? 'ok  ' : 'FAIL'} ${file.name} (${Math.round(results.time ?? 0)} ms)\n`)
      })
    })
    parser.on('complete', (results: FinalResults) => {
      this.#complete = results.ok
    })
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#parser.write(chunk.toString('utf8'))
    done()
  }

  override _flush(done: TransformCallback): void {
    this.#parser.end()
    if (!this.#complete && this.#counts.failed === 0) {
      this.#counts.failed = 1
      this.push('  not ok: the run did not complete\n')
    }
    this.push(this.#reasons.join(''))
    const file = process.env.TEST_SUMMARY_FILE
    if (file === undefined) this.push(`\n${closingLine(this.#counts)}\n`)
    else writeFileSync(file, JSON.stringify(this.#counts))
    done()
  }
}

function describeFailure({ fullname, diag }: Result): string {
  const { at, diff, exitCode, signal } = (diag ?? {}) as Diagnostics
  return [
    `  not ok ${fullname}\n`,
    at?.fileName === undefined ? '' : `    at ${at.fileName}:${at.lineNumber}\n`,
    exitCode === undefined && signal === undefined ? '' : `    exit code ${exitCode}, signal ${signal}\n`,
    diff === undefined ? '' : `${diff.replace(/^/gm, '    ')}\n`,
  ].join('')
}
