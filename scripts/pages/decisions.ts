/** docs/decisions/README.md: every decision by its title. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../run-step.ts'
import { GENERATED } from './page.ts'

/** Which numbers belong together, up to and without the next. */
const GROUPS: readonly (readonly [from: number, title: string])[] = [
  [1, 'Running it'],
  [10, 'Changes and queues'],
  [20, 'The record'],
  [30, 'Alerts'],
  [40, 'Profiles and knowledge'],
  [50, 'Validation'],
  [60, 'Referrals'],
  [70, 'Pages and measuring'],
  [75, 'Recording'],
  [80, 'Reading'],
  [85, 'Carrying'],
  [90, 'Export'],
  [95, 'Who may see what'],
  [100, 'Alerts, the whole of it'],
  [110, 'Referrals'],
  [130, 'Directory and bookings'],
]

/** Renders the page. */
export async function decisionsPage(): Promise<string> {
  const folder = 'docs/decisions'
  const files = globSync('[0-9][0-9][0-9][0-9]-*.md', { cwd: join(ROOT, folder) }).toSorted()
  const groupOf = (file: string) => GROUPS.findLast(([from]) => Number(file.slice(0, 4)) >= from)?.[1] ?? 'Others'
  const sections = [...Map.groupBy(files, groupOf)].map(
    ([title, its]) => `## ${title}\n\n${its.map((file) => `- [${titleOf(join(ROOT, folder, file))}](${file})\n`).join('')}`,
  )
  return `# Decisions

${GENERATED}

One page each: the context as facts, the decision, what we gave up, what we refused. An accepted decision is superseded by another, not
edited; a rejected one is kept. A new dependency, room or kind of message needs one.

${sections.join('\n')}`
}

const titleOf = (path: string): string => (readFileSync(path, 'utf8').split('\n')[0] ?? '').replace(/^# /, '')
