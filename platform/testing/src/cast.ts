/**
 * The cast: four synthetic people, the organisations and professionals around them, and builders of what happens to them. The same data
 * are in the demonstration (`fhir-profiles/demo`), so that Ada is the same Ada in a unit test, a journey and on a screen.
 *
 * Every builder answers a fresh, plain FHIR resource; ids are keys (`Patient/ada`, `Organization/leisure`) unless others are given.
 */
import type {
  CareTeam,
  Consent,
  Device,
  DeviceUseStatement,
  Encounter,
  Flag,
  Organization,
  Patient,
  Practitioner,
  Procedure,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes'
import { readDemo } from '@handrail/fhir-profiles/demo'

const BASE = 'https://handrail.example/fhir'
const demo = readDemo()

/** The four people of the acceptance stories 1 to 4. */
export type PersonKey = 'ada' | 'bryn' | 'carys' | 'dafydd'

/** The organisations of the demonstration. */
export type OrganizationKey =
  | 'community-team'
  | 'neurorehab'
  | 'neuropsychology'
  | 'therapy-centre'
  | 'leisure'
  | 'hospital'
  | 'pump-centre'
  | 'single-point-of-access'
  | 'commissioner'
  | 'talking-therapy'
  | 'gp-practice'

/** Where somebody is in a record: a key, or a reference such as `Patient/<id>` when the record gave another id. */
export type Whose<K extends string> = K | `${string}/${string}`

const find = <T extends { id?: string }>(list: readonly T[], id: string): T => {
  const found = list.find((each) => each.id === id)
  if (found === undefined) throw new Error(`The cast has no ${id}.`)
  return structuredClone(found)
}
const to = (type: string, who: string): { reference: string } => ({ reference: who.includes('/') ? who : `${type}/${who}` })
const coded = (system: string, code: string, text: string) => ({ coding: [{ system: `${BASE}/CodeSystem/${system}`, code }], text })
const iso = (at: Date | string): string => (typeof at === 'string' ? at : at.toISOString())

/** What is said of each person in short: for messages, forms and sign-in. */
export const PEOPLE: Readonly<
  Record<PersonKey, { nhsNumber: string; family: string; given: string; birthDate: string; gender: 'female' | 'male' }>
> = {
  ada: { nhsNumber: '9990123454', family: 'Probert', given: 'Ada', birthDate: '1974-03-18', gender: 'female' },
  bryn: { nhsNumber: '9990548609', family: 'Tudor', given: 'Bryn', birthDate: '1965-06-02', gender: 'male' },
  carys: { nhsNumber: '9990001235', family: 'Maddox', given: 'Carys', birthDate: '1988-09-30', gender: 'female' },
  dafydd: { nhsNumber: '9990004447', family: 'Rees', given: 'Dafydd', birthDate: '1979-01-14', gender: 'male' },
}

/** The Patient, with what is given in place of what the cast says. */
export const aPatient = (who: PersonKey, given: Partial<Patient> = {}): Patient => ({ ...find(demo.patients, who), ...given })

/** One of the organisations. */
export const anOrganization = (key: OrganizationKey): Organization => find(demo.organizations, key)

/** One of the professionals: physiotherapist, triager, ward-nurse … as in `fhir-profiles/demo/practitioners.json`. */
export function aPractitioner(key: string): Practitioner {
  const found = find(demo.practitioners, key)
  if (found.resourceType !== 'Practitioner')
    throw new Error(`${key} is a role; the cast has the Practitioner ${key.replace(/-role$/, '')}.`)
  return found
}

/** The care team by which the person's own organisations may see the record. */
export const aCareTeam = (who: PersonKey): CareTeam => find(demo.careTeams, `${who}-care-team`)

/** A request for help. Without `to` it goes to the single point of access. Defaults: active, an order, in our category, no priority stated. */
export function aReferral({
  for: whose,
  from = 'community-team',
  to: receiver,
  what = 'Strength and balance',
  at = '2026-11-20T10:00:00Z',
  needs = [],
  ...given
}: {
  for: Whose<PersonKey>
  from?: Whose<OrganizationKey>
  to?: Whose<OrganizationKey>
  what?: string
  at?: Date | string
  needs?: readonly string[]
} & Partial<Omit<ServiceRequest, 'resourceType' | 'subject' | 'requester' | 'performer' | 'authoredOn'>>): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    ...(needs.length === 0 ? {} : { extension: needs.map((need) => ({ url: `${BASE}/StructureDefinition/needs`, valueString: need })) }),
    status: 'active',
    intent: 'order',
    category: [coded('request-category', 'neuro-rehabilitation', 'Neuro-rehabilitation pathway')],
    code: { text: what },
    subject: to('Patient', whose),
    authoredOn: iso(at),
    requester: to('Organization', from),
    ...(receiver === undefined ? {} : { performer: [to('Organization', receiver)] }),
    ...given,
  }
}

/** One organisation being asked. Defaults: kind referral, requested, due two days after it was authored. */
export function aTask({
  of: request,
  owner,
  kind = 'referral',
  at = '2026-11-20T10:00:00Z',
  due = '2026-11-24T10:00:00Z',
  ...given
}: {
  of: ServiceRequest
  owner: Whose<OrganizationKey>
  kind?: string
  at?: Date | string
  due?: Date | string
} & Partial<Omit<Task, 'resourceType' | 'owner' | 'code' | 'authoredOn'>>): Task {
  const need = { reference: `ServiceRequest/${request.id ?? 'unsaved'}` }
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: `${BASE}/CodeSystem/task-kind`, code: kind }] },
    focus: need,
    basedOn: [need],
    for: request.subject,
    authoredOn: iso(at),
    ...(request.requester === undefined ? {} : { requester: request.requester }),
    owner: to('Organization', owner),
    restriction: { period: { end: iso(due) } },
    ...given,
  }
}

/** The same Task refused as the hub wants it: reason, words, next owner, next action, due. */
export function refused(
  task: Task,
  {
    reason = 'too-complex',
    words = 'Needs more than this service can offer.',
    nextOwner,
    nextAction = 'Decide who can help.',
    due = '2026-11-27T10:00:00Z',
  }: { reason?: string; words?: string; nextOwner: Whose<OrganizationKey>; nextAction?: string; due?: Date | string },
): Task {
  const kindOfOutput = (code: string) => ({ coding: [{ system: `${BASE}/CodeSystem/task-output`, code }] })
  return {
    ...task,
    status: 'rejected',
    statusReason: { coding: [{ system: `${BASE}/CodeSystem/refusal-reason`, code: reason }], text: words },
    output: [
      { type: kindOfOutput('next-owner'), valueReference: to('Organization', nextOwner) },
      { type: kindOfOutput('next-action'), valueString: nextAction },
      { type: kindOfOutput('due'), valueDateTime: iso(due) },
    ],
  }
}

/** A therapy session. Defaults: a completed exercise session of 45 minutes at the therapy centre, recorded by its worker. */
export function aSession({
  for: whose,
  by = 'therapy-centre',
  performer = 'therapy-centre-worker',
  kind = 'exercise-therapy',
  what = 'Exercise session',
  sector = 'third-sector',
  checked = 'worker-recorded',
  start = '2026-11-16T10:00:00Z',
  end = '2026-11-16T10:45:00Z',
  ...given
}: {
  for: Whose<PersonKey>
  by?: Whose<OrganizationKey>
  performer?: string
  kind?: string
  what?: string
  sector?: 'nhs' | 'third-sector' | 'leisure' | 'social-care' | 'independent'
  checked?: 'person-said' | 'worker-recorded' | 'registered-professional-recorded' | 'clinician-confirmed'
  start?: Date | string
  end?: Date | string
} & Partial<Omit<Procedure, 'resourceType' | 'subject' | 'performer'>>): Procedure {
  return {
    resourceType: 'Procedure',
    meta: { profile: [`${BASE}/StructureDefinition/therapy-session`] },
    extension: [
      { url: `${BASE}/StructureDefinition/sector`, valueCode: sector },
      { url: `${BASE}/StructureDefinition/checked-level`, valueCode: checked },
    ],
    status: 'completed',
    code: coded('intervention-kind', kind, what),
    subject: to('Patient', whose),
    performedPeriod: { start: iso(start), end: iso(end) },
    performer: [{ actor: to('Practitioner', performer), onBehalfOf: to('Organization', by) }],
    ...given,
  }
}

/** The 24 sessions of Bryn's sixteen weeks at the therapy centre, oldest first. */
export const sessionsOfBryn = (): Procedure[] => structuredClone([...demo.sessions])

/** Dafydd's entry in the hospital alert register, with the consent behind it. */
export function aRegisterEntry(code: 'multiple-sclerosis' | 'intrathecal-baclofen-pump' = 'intrathecal-baclofen-pump'): {
  flag: Flag
  consent: Consent
} {
  const flag = demo.register.find((each) => each.resourceType === 'Flag' && each.code.coding?.[0]?.code === code)
  const consent = demo.register.find((each) => each.id === 'dafydd-alert-consent')
  if (flag?.resourceType !== 'Flag' || consent?.resourceType !== 'Consent') throw new Error(`The cast has no register entry ${code}.`)
  return structuredClone({ flag, consent })
}

/** Dafydd's pump as the pump centre entered it on 14 August 2026. */
export function aDeviceBlock(): { device: Device; use: DeviceUseStatement } {
  const device = demo.register.find((each) => each.resourceType === 'Device')
  const use = demo.register.find((each) => each.resourceType === 'DeviceUseStatement')
  if (device?.resourceType !== 'Device' || use?.resourceType !== 'DeviceUseStatement') throw new Error('The cast has no device block.')
  return structuredClone({ device, use })
}

/** A hospital stay as FHIR. Defaults: Dafydd's night of 21 November 2026, an emergency admission at 02:14 that is still going on. */
export function anAdmission({
  for: whose = 'dafydd',
  at = '2026-11-21T02:14:00Z',
  hospital = 'hospital',
  ward = 'Emergency department',
  visit = 'V000447',
  ...given
}: {
  for?: Whose<PersonKey>
  at?: Date | string
  hospital?: Whose<OrganizationKey>
  ward?: string
  visit?: string
} & Partial<Omit<Encounter, 'resourceType' | 'subject' | 'serviceProvider'>> = {}): Encounter {
  return {
    resourceType: 'Encounter',
    identifier: [{ system: `${BASE}/Id/stay`, value: visit }],
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP', display: 'inpatient encounter' },
    subject: to('Patient', whose),
    period: { start: iso(at) },
    location: [{ location: { display: ward } }],
    serviceProvider: to('Organization', hospital),
    ...given,
  }
}
