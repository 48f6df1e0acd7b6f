/**
 * `npm run docs`: writes the pages that are computed from the code. With `--check` it writes nothing, names what is stale, and
 * ends with 1 when anything is.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAGES, storedPage } from './pages.ts'
import { ROOT } from './run-step.ts'

const check = process.argv.includes('--check')
let stale = 0
for (const [path, render] of Object.entries(PAGES)) {
  const page = await render()
  if (page === storedPage(path)) continue
  stale += 1
  if (!check) writeFileSync(join(ROOT, path), page)
  process.stdout.write(check ? `${path} is stale: run "npm run docs".\n` : `${path} written\n`)
}
if (stale === 0) process.stdout.write('Every generated page is fresh.\n')
process.exit(check && stale > 0 ? 1 : 0)
