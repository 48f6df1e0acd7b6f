/** An entry of the audit trail as FHIR R4 AuditEvent. https://hl7.org/fhir/R4/auditevent.html. Pure. */

import { ACT_REASON } from './access/break-glass.ts'

/** A stored entry, references only. */
export interface StoredAudit {
  readonly epoch: number
  readonly xid: string
  readonly id: string
  readonly at: Date
  readonly client: string
  readonly subject: string
  readonly organization: string | null
  readonly interaction: string
  readonly status: number
  readonly entity: string | null
  readonly patient: string | null
  readonly people: readonly string[] | null
  readonly purpose: string | null
  readonly request: string
}

/** https://hl7.org/fhir/R4/valueset-audit-event-action.html */
const ACTION: Readonly<Record<string, string>> = {
  create: 'C',
  read: 'R',
  vread: 'R',
  'history-instance': 'R',
  'history-type': 'R',
  'search-type': 'E',
  update: 'U',
  'conditional-update': 'U',
  patch: 'U',
  'conditional-patch': 'U',
  delete: 'D',
  'conditional-delete': 'D',
}

/** The id under which an entry is read: where it stands in the chain. */
export const auditId = ({ epoch, xid, id }: Pick<StoredAudit, 'epoch' | 'xid' | 'id'>): string => `${epoch}-${xid}-${id}`

/** Where an entry stands, from the id of its AuditEvent; nothing when the id is that of a resource. */
export function placeInChain(id: string): { epoch: number; xid: string; id: string } | undefined {
  const match = CHAIN_ID.exec(id)
  return match === null ? undefined : { epoch: Number(match[1]), xid: match[2] ?? '', id: match[3] ?? '' }
}

const CHAIN_ID = /^(\d{1,9})-(\d{1,18})-(\d{1,18})$/

/** Everybody whose record an entry is about, as Patient ids. */
export const peopleIn = ({ patient, people }: Pick<StoredAudit, 'patient' | 'people'>): readonly string[] =>
  people ?? (patient === null ? [] : [patient])

/** The search parameters of the trail. It is read for one person, and so has not those of other types. */
export const AUDIT_PARAMETERS: ReadonlySet<string> = new Set(['patient'])

/**
 * @param options.about the only person to be named; whoever reads about himself does not learn whom else an answer disclosed
 *   @default everybody the entry names
 */
export function toAuditEvent(entry: StoredAudit, { about }: { about?: string | undefined } = {}): Record<string, unknown> {
  const { at, client, subject, organization, interaction, status, entity, request } = entry
  const persons = peopleIn(entry).filter((id) => about === undefined || id === about)
  const entities = [
    ...persons.map((id) => ({
      what: { reference: `Patient/${id}` },
      role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' },
    })),
    // A search is named by its type only: its parameters can hold an identifier.
    ...(entity === null
      ? []
      : [
          {
            ...(entity.includes('/') ? { what: { reference: entity } } : { name: entity }),
            detail: [{ type: 'request', valueString: request }],
          },
        ]),
  ]
  return {
    resourceType: 'AuditEvent',
    id: auditId(entry),
    meta: { lastUpdated: at.toISOString() },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: interaction }],
    action: ACTION[interaction] ?? 'E',
    recorded: at.toISOString(),
    ...(entry.purpose === null ? {} : { purposeOfEvent: [{ coding: [{ system: ACT_REASON, code: entry.purpose }] }] }),
    // https://hl7.org/fhir/R4/valueset-audit-event-outcome.html: 4 = the request was refused, 8 = it failed on our side.
    outcome: status < 400 ? '0' : status < 500 ? '4' : '8',
    agent: [
      {
        type: { text: 'application' },
        who: { identifier: { system: 'https://handrail.example/fhir/Id/client', value: client } },
        requestor: client === subject,
      },
      ...(client === subject
        ? []
        : [
            {
              type: { text: 'person' },
              who: { identifier: { system: 'https://handrail.example/fhir/Id/subject', value: subject } },
              requestor: true,
            },
          ]),
      ...(organization === null ? [] : [{ type: { text: 'organisation' }, who: { reference: organization }, requestor: false }]),
    ],
    source: { observer: { display: 'Handrail' }, site: 'passport' },
    ...(entities.length === 0 ? {} : { entity: entities }),
  }
}
