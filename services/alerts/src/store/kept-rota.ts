/**
 * A rota as whoever administers its organisation keeps it: read whole, and changed one duty at a time. It is written by this service for them, and the
 * trail of the record says for whom. Decision 520
 */
import { isDeepStrictEqual } from 'node:util'
import type { Organization, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import type { Refusal } from '@platform/fhir/errors'
import { dutyRole, faultsOf, type DutySaid } from '../domain/duty.ts'
import { toDutyEntry, type DutyEntry, type Worked } from '../domain/rota.ts'
import { dateOf } from '../domain/rota-week.ts'
import { referenceTo } from '../domain/vocabulary.ts'
import { refuse } from '../errors.ts'
import type { Behalf, FhirRecord } from './record.ts'
import { heldByOthers, rolesOf, type Rotas } from './rota.ts'

/** A duty and the resource that keeps it. */
export interface KeptDuty {
  readonly role: PractitionerRole
  /** As it is on; of one that has ended, as it was. */
  readonly entry: DutyEntry
  readonly ended: boolean
}

/** A rota as it stands. */
export interface KeptRota {
  /** Its own duties, those that have ended too. */
  readonly own: readonly KeptDuty[]
  /** Those that others hold for it. */
  readonly held: readonly DutyEntry[]
  /** What those others, and its people, are called, by reference. */
  readonly names: ReadonlyMap<string, string>
  /** `Practitioner/<id>` of its people. */
  readonly colleagues: readonly string[]
  /** The organisation's own number, which the ward reads when nobody is on. */
  readonly ring?: string
}

/** One duty as it was read. */
export interface DutyVersion {
  readonly id: string
  readonly version: string
}

/** Keeping rotas. Each write is for somebody. */
export interface KeptRotas {
  /** @throws ROTA_NOT_HERE where there is no such organisation */
  read(organization: string): Promise<KeptRota>
  /** Adds a duty; one that is there already, the same in everything, is that one. @throws ROTA_NOT_HERE, DUTY_NOT_KEPT */
  add(said: DutySaid, how: Writing): Promise<PractitionerRole>
  /** @throws DUTY_NOT_HERE, DUTY_CHANGED_MEANWHILE, DUTY_NOT_KEPT */
  change(duty: DutyVersion, said: DutySaid, how: Writing): Promise<PractitionerRole>
  /** Nobody is on by it from now on. It is kept, and can be put back. @throws DUTY_NOT_HERE, DUTY_CHANGED_MEANWHILE */
  end(duty: DutyVersion, how: Writing): Promise<PractitionerRole>
  /** Puts one back that was ended. @throws DUTY_NOT_HERE, DUTY_CHANGED_MEANWHILE, DUTY_NOT_KEPT where another took its place meanwhile */
  putBack(duty: DutyVersion, how: Writing, said: (role: PractitionerRole) => DutySaid): Promise<PractitionerRole>
}

/** For whom something is written, and when. */
export interface Writing {
  readonly behalf: Behalf
  readonly at: Date
}

/** Opens them. */
export function keptRotasIn(record: FhirRecord, rotas: Pick<Rotas, 'forget'>, calendar: Worked): KeptRotas {
  const read = async (organization: string): Promise<KeptRota> => {
    const [known, roles, held] = await Promise.all([
      record.read<Organization>(organization),
      rolesOf(record, organization),
      heldByOthers(record, organization),
    ])
    if (known === undefined) throw refuse.ROTA_NOT_HERE()
    const people = [...new Set(roles.flatMap(({ practitioner }) => practitioner?.reference ?? []))]
    const holders = [...new Set(held.map((entry) => entry.organization))]
    const ring = known.telecom?.find(({ system, value }) => (system ?? 'phone') === 'phone' && value !== undefined)?.value
    return {
      own: roles.flatMap(toKeptDuty),
      held,
      names: new Map([...(await namesOf(record, people)), ...(await namesOf(record, holders))]),
      colleagues: people,
      ...(ring === undefined ? {} : { ring }),
    }
  }

  /** Whatever is wrong with it is said at once. */
  const check = ({ own, colleagues }: KeptRota, said: DutySaid, { behalf, at }: Writing, id?: string): void => {
    const others = own.filter(({ role, ended }) => !ended && role.id !== id).map(({ entry }) => entry)
    const facts = { organization: behalf.organization, colleagues: new Set(colleagues), others, today: dateOf(at, calendar), calendar }
    const faults = faultsOf(said, facts)
    if (faults.length > 0) throw refuse.DUTY_NOT_KEPT({}, { issues: faults.map(toIssue) })
  }

  /** Changes a duty of this rota, where it is still as it was read. */
  const change = async (
    { id, version }: DutyVersion,
    { behalf }: Writing,
    decide: (role: PractitionerRole) => PractitionerRole,
  ): Promise<PractitionerRole> => {
    const changed = await record.onBehalfOf(behalf).change<PractitionerRole>(`PractitionerRole/${id}`, (role) => {
      if (role.organization?.reference !== behalf.organization || toKeptDuty(role).length === 0) throw refuse.DUTY_NOT_HERE()
      if (role.meta?.versionId !== version) throw refuse.DUTY_CHANGED_MEANWHILE()
      return decide(role)
    })
    if (changed === undefined) throw refuse.DUTY_NOT_HERE()
    rotas.forget()
    return changed
  }

  return {
    read,
    async add(said, how) {
      const rota = await read(how.behalf.organization)
      const role = dutyRole(said, { organization: how.behalf.organization })
      // A form that is sent twice makes one.
      const twin = rota.own.find((one) => !one.ended && isDeepStrictEqual(contentOf(one.role), contentOf(role)))
      if (twin !== undefined) return twin.role
      check(rota, said, how)
      const [placed] =
        (await record.onBehalfOf(how.behalf).transact([{ resource: role, request: { method: 'POST', url: 'PractitionerRole' } }])) ?? []
      const made = placed === undefined ? undefined : await record.read<PractitionerRole>(placed.reference)
      if (made === undefined) throw refuse.RECORD_BUSY({ reference: 'PractitionerRole' })
      rotas.forget()
      return made
    },
    async change(duty, said, how) {
      const rota = await read(how.behalf.organization)
      return change(duty, how, (role) => {
        check(rota, said, how, role.id)
        return dutyRole(said, { organization: how.behalf.organization, before: role })
      })
    },
    end: async (duty, how) => change(duty, how, (role) => (role.active === false ? role : { ...role, active: false })),
    async putBack(duty, how, said) {
      const rota = await read(how.behalf.organization)
      return change(duty, how, (role) => {
        check(rota, said(role), how, role.id)
        return { ...role, active: true }
      })
    },
  }
}

function toKeptDuty(role: PractitionerRole): readonly KeptDuty[] {
  const entry = toDutyEntry({ ...role, active: true })
  return entry === undefined ? [] : [{ role, entry, ended: role.active === false }]
}

const contentOf = ({ id: _id, meta: _meta, ...content }: PractitionerRole): object => content

const toIssue = ({ code: rule, issue: code, message: text, remedy, expression }: Refusal) => ({
  severity: 'error' as const,
  code,
  text,
  remedy,
  rule,
  ...(expression[0] === undefined ? {} : { expression: expression[0] }),
})

/** What organisations and people are called. */
async function namesOf(record: FhirRecord, references: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const [type] = references[0]?.split('/') ?? []
  if (type !== 'Organization' && type !== 'Practitioner') return []
  const ids = references.map((reference) => reference.slice(type.length + 1)).join(',')
  const found = await record.search<Organization | Practitioner>(type, { _id: ids })
  return found.flatMap((one) => {
    const name = one.resourceType === 'Organization' ? one.name : nameOf(one)
    return name === undefined ? [] : [[referenceTo(one), name] as const]
  })
}

function nameOf({ name: [name] = [] }: Practitioner): string | undefined {
  const parts = [...(name?.prefix ?? []), ...(name?.given ?? []), ...(name?.family === undefined ? [] : [name.family])]
  return name?.text ?? (parts.length === 0 ? undefined : parts.join(' '))
}
