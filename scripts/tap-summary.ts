/** What `npm test` prints of the tests: one line a file, each failure with its place and difference, and the reason of each skip. */
import { Transform, type TransformCallback } from 'node:stream'
import { Parser, type FinalResults, type Result } from 'tap-parser'
import type { Counts } from './closing-line.ts'

interface Diagnostics {
  diff?: string
  at?: { fileName?: string; lineNumber?: number }
  exitCode?: number
  signal?: string
}

/** Reads TAP, writes what a person wants to know of it, and adds to the counts. */
export class TapSummary extends Transform {
  readonly #parser = new Parser()
  readonly #counts: Counts
  readonly #reasons: string[] = []
  #complete = false

  constructor(counts: Counts) {
    super()
    this.#counts = counts
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
      this.push('  not ok: the tests did not run to their end\n')
    }
    this.push(this.#reasons.join(''))
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
