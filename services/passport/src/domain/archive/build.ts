/** The files of an archive, from what the record holds. */
import { parseJson } from '@platform/fhir/json'
import type { FhirResource } from '../references.ts'
import { attachmentsOf } from './attachments.ts'
import { tableOf } from './csv.ts'
import { documentOf } from './document.ts'
import { VERSIONS } from './format.ts'
import { typeInWords } from './in-words.ts'
import type { ArchiveFile } from './pack.ts'
import { pdfOf, type PrintFonts } from './pdf.ts'
import { toVersionLine, type Version } from './version-line.ts'

export interface ArchiveContents {
  readonly patient: string
  readonly versions: readonly Version[]
  readonly present: readonly (Version & { readonly plain: FhirResource })[]
  /** Who looked, as AuditEvents, newest first; absent where whoever asks may not know. */
  readonly whoLooked: readonly object[] | undefined
  /** What a reader must know first: what this is, what is not in it and why. */
  readonly opening: readonly string[]
  readonly title: string
}

const lines = (texts: readonly string[]) => Buffer.from(texts.map((text) => `${text}\n`).join(''))

/** @param facts.id of the document, a UUID */
export async function filesOf(
  contents: ArchiveContents,
  facts: { id: string; at: Date; baseUrl: string; fonts: PrintFonts },
): Promise<ArchiveFile[]> {
  const { patient, versions, present, whoLooked, opening, title } = contents
  const tables = Map.groupBy(present, ({ type }) => type)
  const files: ArchiveFile[] = [
    {
      name: 'record.pdf',
      holds: 'The whole record to read and to print.',
      bytes: await pdfOf({ title, opening, resources: present.map(exactOf), madeAt: facts.at, fonts: facts.fonts }),
    },
    {
      name: 'record.ndjson',
      holds: 'Every entry as it is now, one FHIR resource a line.',
      bytes: lines(present.map(({ content }) => content)),
    },
    { name: 'document.json', holds: 'The same as one FHIR document.', bytes: Buffer.from(documentOf(present, { ...facts, patient })) },
    {
      name: VERSIONS,
      holds: 'Every version of every entry, with who wrote it: from this a hub restores the record.',
      bytes: lines(versions.map(toVersionLine)),
    },
    ...[...tables].map(([type, own]) => ({
      name: `csv/${type}.csv`,
      holds: `${typeInWords(type)}, as a table.`,
      bytes: Buffer.from(tableOf(own.map(exactOf))),
    })),
    ...present
      .flatMap(({ plain }) => attachmentsOf(plain))
      .map(({ name, bytes }) => ({ name, holds: 'An attachment, as it was sent.', bytes })),
    ...(whoLooked === undefined
      ? []
      : [
          {
            name: 'who-looked.ndjson',
            holds: 'Who looked at the record, newest first, as FHIR AuditEvents.',
            bytes: lines(whoLooked.map((one) => JSON.stringify(one))),
          },
        ]),
  ]
  const words = [
    title,
    ...opening,
    'What is in it:',
    ...files.filter(({ name }) => !/^(csv|attachments)\//.test(name)).map(({ name, holds }) => `${name}: ${holds}`),
    'csv/: the same as tables.',
    'attachments/: files that entries carry.',
    'manifest.json: all of this with sizes and SHA-256, so that a change can be seen.',
  ]
  return [{ name: 'README.txt', holds: 'What this is.', bytes: Buffer.from(`${words.join('\r\n\r\n')}\r\n`) }, ...files]
}

/** With its digits as they came. */
const exactOf = ({ content }: Version): FhirResource => parseJson(content).exact as FhirResource
