/** docs/capabilities.md: what the record offers at `/fhir/metadata`, in one table. */
import { capabilityStatementOf } from '@infra/local/capability-statement'
import type { CapabilityStatementRestResource } from '@medplum/fhirtypes'
import { GENERATED } from './page.ts'

/** The interactions of R4 on a type, in the order of the specification. */
const INTERACTIONS = ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'] as const

/** Renders the page. */
export async function capabilitiesPage(): Promise<string> {
  const { rest, fhirVersion, format, patchFormat = [] } = await capabilityStatementOf('https://hub.example')
  const { resource = [], interaction = [], operation = [] } = rest?.[0] ?? {}
  const offered = INTERACTIONS.filter((code) => resource.some((one) => codesOf(one).includes(code)))
  const common = operationsOfAll(resource)
  const rows = resource.map((one) => {
    const lacking = offered.filter((code) => !codesOf(one).includes(code))
    const operations = (one.operation ?? []).map(({ name }) => name ?? '').filter((name) => !common.includes(name))
    return `| ${one.type} | ${(one.searchParam ?? []).length} | ${operations.toSorted().map(dollar).join(', ')} | ${lacking.join(', ')} |`
  })
  const total = resource.reduce((sum, { searchParam = [] }) => sum + searchParam.length, 0)
  return `# Capabilities

${GENERATED}

What \`GET /fhir/metadata\` says in full, in short: FHIR ${fhirVersion}, ${format.join(', ')}; patches as ${patchFormat.join(', ')}.

- **On the system**: ${interaction.map(({ code }) => code).join(', ')}${
    operation.length === 0
      ? ''
      : `; ${operation
          .map(({ name }) => dollar(name ?? ''))
          .toSorted()
          .join(', ')}`
  }.
- **On each of ${resource.length} types**: ${offered.join(', ')}${common.length === 0 ? '' : `; ${common.map(dollar).join(', ')}`}.
- **${total} search parameters**, all that R4 defines for these types and ours; \`_include\` and \`_revinclude\` of every reference among them.
- Versioned; conditional create, update and delete (one match at most); no create by update.

| Type | Search parameters | Operations of its own | Not offered |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

const codesOf = ({ interaction = [] }: CapabilityStatementRestResource): readonly string[] => interaction.map(({ code }) => code ?? '')

function operationsOfAll(resources: readonly CapabilityStatementRestResource[]): readonly string[] {
  const [first, ...others] = resources.map(({ operation = [] }) => operation.map(({ name }) => name ?? ''))
  return (first ?? []).filter((name) => others.every((names) => names.includes(name))).toSorted()
}

const dollar = (name: string): string => `\`$${name}\``
