/** The answer of a finished export. FHIR Bulk Data Access 3.0.0, "Response - Complete Status". */
import type { ExportFile } from './walk.ts'

export interface FinishedExport {
  readonly id: string
  /** The address of the kick-off. */
  readonly request: string
  readonly at: Date
  readonly files: readonly ExportFile[]
  readonly notes: readonly string[]
}

/** The name of a file in its address. */
export const fileName = ({ kind, type, from }: Pick<ExportFile, 'kind' | 'type' | 'from'>): string =>
  kind === 'deleted' ? `deleted-${from}.ndjson` : `${type}-${from}.ndjson`

export const NOTES_FILE = 'notes.ndjson'

/** Which file a name in an address means; nothing when it can be none. */
export function fileNamed(name: string): Pick<ExportFile, 'kind' | 'type' | 'from'> | undefined {
  const match = /^(deleted|[A-Z][A-Za-z]{1,40})-(0|[1-9]\d{0,3})\.ndjson$/.exec(name)
  if (match === null) return undefined
  const [, type = '', from] = match
  return type === 'deleted' ? { kind: 'deleted', type: 'Bundle', from: Number(from) } : { kind: 'output', type, from: Number(from) }
}

/**
 * Who opted out nationally is not known here, so nobody is left out: whoever takes a file is told so beside it, in every manifest. Bulk Data
 * 3.0.0 keeps `extension` for what it does not know. docs/decisions/0121
 */
const OPT_OUT = {
  'https://handrail.example/fhir/export/national-data-opt-out':
    'not applied: for use beyond individual care, in England, leave out first who has opted out',
}

/** @param baseUrl without a trailing slash */
export function manifestOf({ id, request, at, files, notes }: FinishedExport, baseUrl: string): Record<string, unknown> {
  const address = (name: string) => `${baseUrl}/$export-file/${id}/${name}`
  const listed = (kind: ExportFile['kind']) =>
    files.filter((file) => file.kind === kind).map((file) => ({ type: file.type, url: address(fileName(file)), count: file.count }))
  return {
    transactionTime: at.toISOString(),
    request,
    requiresAccessToken: true,
    output: listed('output'),
    deleted: listed('deleted'),
    error: notes.length === 0 ? [] : [{ type: 'OperationOutcome', url: address(NOTES_FILE), count: notes.length }],
    extension: OPT_OUT,
  }
}
