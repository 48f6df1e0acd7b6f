import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** The repository's root folder. */
export const ROOT = join(import.meta.dirname, '..')

/** Everything a step printed, and whether it went well. */
export interface StepResult {
  ok: boolean
  output: string
}

/** Runs one of the tools in node_modules/.bin, or this Node.js (`node`), from the repository root, and collects what it prints. */
export function runStep(tool: string, args: readonly string[]): Promise<StepResult> {
  const command = tool === 'node' ? process.execPath : join(ROOT, 'node_modules', '.bin', tool)
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}
