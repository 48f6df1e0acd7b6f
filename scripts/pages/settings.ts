/** docs/settings.md: every setting of the hub and of each service, from what `defineConfig` is given. */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingDescription } from '@platform/service/config'
import { ROOT } from '../run-step.ts'
import { cell, GENERATED } from './page.ts'

/** The settings that one program reads. */
export interface SettingsOf {
  /** `hub` is `npm start`; the others are services. */
  readonly name: string
  /** From the repository's root. */
  readonly file: string
  /** Its `.env.example`, from the repository's root. */
  readonly example: string
  readonly settings: readonly SettingDescription[]
}

/** The hub first, then the services by name. */
export async function allSettings(): Promise<readonly SettingsOf[]> {
  const files = ['infra/local/src/config.ts', ...globSync('services/*/src/config.ts', { cwd: ROOT }).toSorted()]
  return Promise.all(
    files.map(async (file) => {
      const { readConfig } = (await import(join(ROOT, file))) as { readConfig: { settings: readonly SettingDescription[] } }
      const hub = file.startsWith('infra/')
      return {
        name: hub ? 'hub' : (file.split('/')[1] ?? file),
        file,
        example: hub ? '.env.example' : file.replace('src/config.ts', '.env.example'),
        settings: readConfig.settings,
      }
    }),
  )
}

/** Renders the page. */
export async function settingsPage(): Promise<string> {
  const sections = (await allSettings()).map(
    ({ name, file, settings }) =>
      `## ${name === 'hub' ? 'The hub (`npm start`)' : name}\n\nIn \`${file}\`.\n\n| Name | Kind | Default | Meaning |\n| --- | --- | --- | --- |\n${settings.map(row).join('\n')}\n`,
  )
  return `# Settings

${GENERATED}

Settings come from the environment; \`npm start\` also reads a file \`.env\` in the repository. Everything that is wrong is said at once, before
anything is opened. A secret is never printed.

\`npm start\` takes the settings of every service too, and fills in what it knows itself: addresses, database, home folder, demonstration.
A service that is started alone by its \`src/main.ts\` reads its own section only. What is required there has no default.

${sections.join('\n')}`
}

const row = ({ name, kind, doc, required, default: fallback }: SettingDescription): string =>
  `| \`${name}\` | ${cell(kind)} | ${fallback === undefined ? (required ? '**required**' : 'absent') : fallback === '' ? 'empty' : `\`${fallback}\``} | ${cell(doc)} |`
