/** The alert rules, each a PlanDefinition in `fhir-profiles/rules`. The folder is the registry. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlanDefinition } from '@medplum/fhirtypes'
import { rulesFolder } from '@handrail/fhir-profiles/package'
import type { AlertRule } from '../domain/alert-lines.ts'
import { toAlertRule } from '../domain/alert-rule.ts'

/** Reads every `alert-*.json` that is not retired, at start. @throws Error in one sentence naming a malformed file */
export async function loadAlertRules(folder: string = rulesFolder): Promise<readonly AlertRule[]> {
  const files = (await readdir(folder)).filter((name) => /^alert-[a-z0-9-]+\.json$/.test(name)).toSorted()
  const rules = await Promise.all(
    files.map(async (name) => {
      try {
        const plan = JSON.parse(await readFile(join(folder, name), 'utf8')) as PlanDefinition
        return plan.status === 'retired' ? [] : [toAlertRule(plan)]
      } catch (cause) {
        throw new Error(`rules/${name} cannot be read as an alert rule: ${(cause as Error).message}`, { cause })
      }
    }),
  )
  return rules.flat()
}
