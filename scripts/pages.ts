import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capabilitiesPage } from './pages/capabilities.ts'
import { decisionsPage } from './pages/decisions.ts'
import { errorsPage } from './pages/errors.ts'
import { gatewayConf, ingressYaml } from './pages/gateway.ts'
import { settingsPage } from './pages/settings.ts'
import { whoMaySeeWhatPage } from './pages/who-may-see-what.ts'
import { ROOT } from './run-step.ts'

/** The pages that are computed from the code, by their path from the repository's root. */
export const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  'docs/capabilities.md': capabilitiesPage,
  'docs/decisions/README.md': decisionsPage,
  'docs/errors.md': errorsPage,
  'docs/settings.md': settingsPage,
  'docs/who-may-see-what.md': whoMaySeeWhatPage,
  'infra/docker/gateway.conf': gatewayConf,
  'infra/kubernetes/ingress.yaml': ingressYaml,
}

/** The page as it stands in the repository; empty when it was never generated. */
export function storedPage(path: string): string {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return ''
  }
}
