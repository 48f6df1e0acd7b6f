/**
 * The archive of a person's record: one `.tar.gz` that says the same four times, for a machine, a spreadsheet and a reader, and from which an
 * empty hub restores the very record. docs/decisions/0091-keep-ids-versions-and-authors-when-a-record-moves.md
 */
import { defineErrors } from '@platform/fhir/errors'
import { isObject } from '../references.ts'

export const archiveRefuse = defineErrors({
  ARCHIVE_UNREADABLE: {
    issue: 'structure',
    says: ({ why }: { why: string }) => `The archive cannot be read: ${why}.`,
    remedy: 'Send the .tar.gz as it was exported. Unpacked and packed again by hand it is another archive.',
  },
  ARCHIVE_ALTERED: {
    issue: 'processing',
    says: ({ file }: { file: string }) => `${file} is not what the manifest of the archive says it is.`,
    remedy: 'Export the record again; nothing of this archive was taken.',
  },
  ARCHIVE_TOO_LARGE: {
    issue: 'too-costly',
    says: ({ limit }: { limit: string }) => `The archive unpacks to more than ${limit}.`,
    remedy: 'Move the attachments apart from the record, or ask for help.',
  },
  ARCHIVE_PARTIAL: {
    issue: 'business-rule',
    says: 'Parts were left out of this copy, so that it is for reading and not for restoring a record.',
    remedy: 'Restore from a full export of the person.',
  },
  ARCHIVE_ENTRY_INVALID: {
    issue: 'invalid',
    says: ({ line, why }: { line: number; why: string }) => `Line ${line} of versions.ndjson cannot be taken: ${why}.`,
    remedy: 'Export the record again; nothing of this archive was taken.',
  },
  ARCHIVE_TAKEN: {
    issue: 'conflict',
    says: ({ reference }: { reference: string }) => `${reference} is in this record already, and is not what the archive holds.`,
    remedy: 'Restore into a hub that does not know the person, or bring the two together by hand.',
  },
  ARCHIVE_PERSON_KNOWN: {
    issue: 'conflict',
    says: 'Somebody in this record carries an identifier of the person in the archive.',
    remedy: 'Restore into a hub that does not know the person, or bring the two together by hand.',
  },
})

export const FORMAT = 'https://handrail.example/fhir/person-archive'
export const FORMAT_VERSION = 1

/** A file of an archive as its manifest lists it. */
export interface ListedFile {
  readonly name: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
  /** What is in it, in words. */
  readonly holds: string
}

export interface Manifest {
  readonly format: typeof FORMAT
  readonly formatVersion: typeof FORMAT_VERSION
  readonly madeAt: string
  /** The FHIR base of the record it comes from. */
  readonly source: string
  readonly patient: string
  /**
   * `whole`: all that is held. `as-seen`: what whoever asked may see. `in-part`: the same, and of
   * some entries a part alone. `reviewed`: a copy for a subject access request, parts left out.
   */
  readonly completeness: 'whole' | 'as-seen' | 'in-part' | 'reviewed'
  readonly resources: number
  readonly versions: number
  readonly files: readonly ListedFile[]
}

export const MANIFEST = 'manifest.json'
export const VERSIONS = 'versions.ndjson'

/** Names that an archive may hold: nothing that leads out of the folder it is unpacked into. */
export const NAME =
  /^(README\.txt|manifest\.json|record\.ndjson|versions\.ndjson|document\.json|record\.pdf|who-looked\.ndjson|csv\/[A-Za-z]{1,40}\.csv|attachments\/[A-Za-z]{1,40}-[A-Za-z0-9.-]{1,64}-\d{1,4}\.[a-z0-9]{1,5})$/

/** A manifest that was read. @throws ARCHIVE_UNREADABLE */
export function readManifest(text: string): Manifest {
  const wrong = (why: string) => archiveRefuse.ARCHIVE_UNREADABLE({ why }, { expression: MANIFEST })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw archiveRefuse.ARCHIVE_UNREADABLE({ why: 'its manifest is not JSON' }, { expression: MANIFEST, cause })
  }
  if (!isObject(value) || value['format'] !== FORMAT) throw wrong('it is no export of a person')
  if (value['formatVersion'] !== FORMAT_VERSION) throw wrong(`its format has a version other than ${FORMAT_VERSION}`)
  const { patient, completeness, files } = value
  if (typeof patient !== 'string' || !/^[A-Za-z0-9\-.]{1,64}$/.test(patient)) throw wrong('its manifest names no person')
  if (completeness !== 'whole' && completeness !== 'as-seen' && completeness !== 'in-part' && completeness !== 'reviewed')
    throw wrong('its manifest does not say how whole it is')
  const listed = (file: unknown): file is ListedFile =>
    isObject(file) && typeof file['name'] === 'string' && typeof file['bytes'] === 'number' && /^[0-9a-f]{64}$/.test(String(file['sha256']))
  if (!Array.isArray(files) || !files.every(listed)) throw wrong('its manifest lists no files')
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw wrong('its manifest lists a file twice')
  return value as unknown as Manifest
}
