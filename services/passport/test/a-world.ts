/**
 * A small random world: two organisations, three people, how the ones stand to the others, what the people closed, and entries about
 * them that refer to each other across people. Every resource has a secret in it that no other has.
 */
import type { Grade, Role } from '@platform/fhir/caller'
import { ASK_FOR_HELP } from '../src/domain/access/consent.ts'
import fc from '@platform/testing/properties'
import type { ARecord } from './a-record.ts'

const STANDINGS = ['none', 'care-team', 'mental-health-team', 'registered', 'referral', 'admitted', 'entry-made', 'agreed', 'need'] as const
const CLASSES = ['identity', 'contacts', 'emergency', 'diagnoses', 'medicines', 'therapy', 'measures', 'referral'] as const

/** Types of entries, each with the elements that say who, what and what else it is about. */
const ENTRIES = {
  Procedure: (e: Entry) => ({ status: 'completed', subject: e.person, code: e.code, performedDateTime: e.on, reasonReference: e.about }),
  Appointment: (e: Entry) => ({
    status: 'proposed',
    serviceType: [e.code],
    participant: [{ actor: e.person, status: 'needs-action' }],
    reasonReference: e.about,
  }),
  Condition: (e: Entry) => ({ subject: e.person, code: e.code, recordedDate: e.on, ...evidence(e) }),
  Observation: (e: Entry) => ({
    status: 'final',
    subject: e.person,
    code: e.code,
    effectiveDateTime: e.on,
    focus: e.about,
    valueInteger: 7,
  }),
  MedicationStatement: (e: Entry) => ({ status: 'active', subject: e.person, medicationCodeableConcept: e.code, reasonReference: e.about }),
  Flag: (e: Entry) => ({ status: 'active', subject: e.person, code: e.code }),
  Communication: (e: Entry) => ({ status: 'completed', subject: e.person, topic: e.code, about: e.about }),
  List: (e: Entry) => ({
    status: 'current',
    mode: 'working',
    subject: e.person,
    code: e.code,
    entry: e.about?.map((item) => ({ item })),
  }),
  ServiceRequest: (e: Entry) => ({ status: 'active', intent: 'order', subject: e.person, code: e.code, supportingInfo: e.about }),
  RelatedPerson: (e: Entry) => ({ patient: e.person, name: [{ text: e.code.text }] }),
  Task: (e: Entry) => ({ status: 'requested', intent: 'order', for: e.person, code: e.code, focus: e.about?.[0] }),
  Group: (e: Entry) => ({ type: 'person', actual: true, name: e.code.text, member: [{ entity: e.person }] }),
  Organization: (e: Entry) => ({ name: e.code.text }),
} as const satisfies Readonly<Record<string, (entry: Entry) => object>>

const evidence = ({ about }: Entry) => (about === undefined ? {} : { evidence: [{ detail: about }] })

export type EntryType = keyof typeof ENTRIES
export const ENTRY_TYPES = Object.keys(ENTRIES) as EntryType[]
const ALL_TYPES = ['Patient', 'CareTeam', 'Consent', 'Encounter', 'AuditEvent', ...ENTRY_TYPES] as const
export type AnyType = (typeof ALL_TYPES)[number]

interface Reference {
  readonly reference: string
}
interface Entry {
  readonly person: Reference
  readonly code: { readonly coding: readonly [{ system: string; code: string }]; readonly text: string }
  readonly on: string
  readonly about: readonly Reference[] | undefined
}

const person = fc.nat({ max: 2 })
const organization = fc.nat({ max: 1 })

/** What a world with entries of some types is made from; plain data, so that a counterexample can be read. */
export const worldOf = (types: readonly EntryType[]) =>
  fc.record({
    standings: fc.array(fc.constantFrom(...STANDINGS), { minLength: 6, maxLength: 6 }),
    /** Whom the carer looks after, what of them, whether it has ended, and whether they may ask for help: none of which opens more to read. */
    carer: fc.record({ person, classes: fc.subarray([...CLASSES]), ended: fc.boolean(), asks: fc.boolean() }),
    closures: fc.array(
      fc.record({
        person,
        whom: fc.constantFrom('first', 'second', 'everybody', 'carer'),
        classes: fc.subarray([...CLASSES]),
        need: fc.boolean(),
      }),
      {
        maxLength: 2,
      },
    ),
    entries: fc.array(
      fc.record({
        type: fc.constantFrom(...types),
        person,
        code: fc.constantFrom('alpha', 'beta'),
        about: fc.option(fc.nat(), { nil: undefined }),
        mentalHealth: fc.boolean(),
        /** Written for this person first, and corrected afterwards. */
        mistakenFor: fc.option(person, { nil: undefined, freq: 3 }),
        deleted: fc.boolean(),
        /** Whose entry it is, if not the operator's. */
        by: fc.option(organization, { nil: undefined, freq: 4 }),
      }),
      { minLength: 5, maxLength: 9 },
    ),
    caller: fc.record({
      who: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('professional', 'worker', 'ward') },
        { weight: 1, arbitrary: fc.constantFrom('patient', 'carer', 'commissioner', 'reactor-referrals', 'reactor-alerts') },
      ),
      grade: fc.constantFrom<Grade>('full', 'full', 'therapy-record', 'needs-only', 'link-only'),
      /** A token for some types only, and for others to create but not to look. */
      narrow: fc.option(fc.record({ open: fc.subarray([...ALL_TYPES], { minLength: 8 }), createOnly: fc.subarray([...ALL_TYPES]) }), {
        nil: undefined,
        freq: 2,
      }),
    }),
  })
export type WorldPlan = ReturnType<typeof worldOf> extends fc.Arbitrary<infer Plan> ? Plan : never

export interface World {
  /** 'Procedure/…', Patients and what makes relationships among them. */
  readonly references: readonly string[]
  readonly people: readonly string[]
  readonly organizations: readonly string[]
  /** Those of which there is more than one version. */
  readonly corrected: ReadonlySet<string>
  /** The secret of each resource. */
  readonly secretOf: ReadonlyMap<string, string>
  /** The token of the one who asks. */
  readonly token: string
}

export const SECRETS = 'urn:secret'
const CLASS_SYSTEM = 'https://handrail.example/fhir/CodeSystem/data-class'
const KIND_SYSTEM = 'https://handrail.example/fhir/CodeSystem/relationship-kind'

/** Puts the world into the record, as the operator. */
export async function build({ send, caller, database }: ARecord, plan: WorldPlan): Promise<World> {
  const secretOf = new Map<string, string>()
  const references: string[] = []
  const corrected = new Set<string>()
  const put = async (resource: { resourceType: string }, name = ''): Promise<string> => {
    const secret = `secret-${references.length}${name}`
    const identified = resource.resourceType === 'AuditEvent' ? resource : { ...resource, identifier: [{ system: SECRETS, value: secret }] }
    const answer = await send('admin', 'POST', `/${resource.resourceType}`, identified)
    if (answer.statusCode !== 201) throw new Error(`Not stored: ${answer.body}`)
    const reference = `${resource.resourceType}/${answer.json<{ id: string }>().id}`
    references.push(reference)
    secretOf.set(reference, secret)
    return reference
  }

  const organizations = [
    await put({ resourceType: 'Organization', name: 'First' } as never),
    await put({ resourceType: 'Organization', name: 'Second' } as never),
  ]
  const people: string[] = []
  for (const number of [0, 1, 2]) {
    const managing = organizations.find((_, which) => plan.standings[which * 3 + number] === 'registered')
    people.push(
      await put({
        resourceType: 'Patient',
        birthDate: `19${50 + number}-01-01`,
        name: [{ family: `Family${number}` }],
        generalPractitioner: [{ reference: organizations[0] }],
        ...(managing === undefined ? {} : { managingOrganization: { reference: managing } }),
      } as never),
    )
  }
  const needs = new Map<number, string>()
  for (const [place, standing] of plan.standings.entries()) {
    const resource = standingResource(
      standing,
      { reference: people[place % 3] ?? '' },
      { reference: organizations[Math.floor(place / 3)] ?? '' },
    )
    if (resource === undefined) continue
    const reference = await put(resource)
    if (standing === 'need') {
      const owner = organizations[Math.floor(place / 3)] ?? ''
      needs.set(place % 3, reference)
      await put({
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        for: { reference: people[place % 3] },
        focus: { reference },
        owner: { reference: owner },
        restriction: { period: { end: '2027-01-01' } },
      } as never)
    }
    if (standing === 'entry-made') await writtenBy(reference, organizations[Math.floor(place / 3)] ?? '')
  }
  const lookedAfter = { reference: people[plan.carer.person] ?? '' }
  const carer = await put({
    resourceType: 'RelatedPerson',
    patient: lookedAfter,
    name: [{ text: 'Carer' }],
    ...(plan.carer.ended ? { period: { end: '2020-01-01' } } : {}),
  } as never)
  await put(agreement(lookedAfter, { reference: carer }, plan.carer.classes, plan.carer.asks))
  for (const { person: whose, whom, classes, need } of plan.closures) {
    const party = { first: organizations[0], second: organizations[1], carer, everybody: undefined }[whom]
    const actor = party === undefined ? [] : [{ reference: party }]
    await put(closure({ reference: people[whose] ?? '' }, actor, classes, need ? needs.get(whose) : undefined))
  }
  await put({
    resourceType: 'AuditEvent',
    type: { system: 'urn:x', code: 'x' },
    recorded: '2026-11-21T09:00:00Z',
    agent: [{ requestor: true, who: { display: 'x' } }],
    source: { observer: { display: 'x' } },
    entity: [{ what: { reference: people[0] } }],
  } as never)

  for (const [number, entry] of plan.entries.entries()) {
    const about = entry.about === undefined ? undefined : [{ reference: references[entry.about % references.length] ?? '' }]
    const text = `secret-${references.length} of entry`
    const made = (whose: number) => ({
      resourceType: entry.type,
      ...ENTRIES[entry.type]({
        person: { reference: people[whose] ?? '' },
        code: { coding: [{ system: 'urn:code', code: entry.code }], text },
        on: `2026-0${1 + number}-01`,
        about: ABOUT_ANYTHING.has(entry.type) || isCondition(about) ? about : undefined,
      }),
      ...(entry.type === 'Task' ? { owner: { identifier: { value: 'somebody' } }, restriction: { period: { end: '2027-01-01' } } } : {}),
      ...(entry.mentalHealth ? { meta: { security: [{ system: CLASS_SYSTEM, code: 'mental-health' }] } } : {}),
    })
    const reference = await put(made(entry.mistakenFor ?? entry.person) as never)
    if (entry.by !== undefined) await writtenBy(reference, organizations[entry.by] ?? '')
    if (entry.mistakenFor !== undefined) {
      corrected.add(reference)
      const identifier = [{ system: SECRETS, value: secretOf.get(reference) }]
      await send('admin', 'PUT', `/${reference}`, { ...made(entry.person), id: reference.split('/')[1], identifier })
    }
    if (entry.deleted && entry.type !== 'Task' && entry.type !== 'ServiceRequest' && number % 3 === 0)
      await send('admin', 'DELETE', `/${reference}`)
  }
  const token = `caller-${plan.caller.who}`
  caller(token, factsOf(plan, organizations, people, carer))
  return { references, corrected, people, organizations, secretOf, token }

  /** As if this organisation had written it. */
  async function writtenBy(reference: string, organisation: string): Promise<void> {
    const [type, id] = reference.split('/')
    for (const table of ['resource', 'history'])
      await database.query({
        text: `UPDATE passport.${table} SET parties[1] = $3 WHERE type = $1 AND id = $2`,
        values: [type, id, organisation],
      })
    await database.query({
      text: `UPDATE passport.relationship SET party = $2 WHERE source = $1 AND kind = 6`,
      values: [reference, organisation],
    })
  }
}

/** Elements that may refer to a resource of any type; those of the others point to Conditions only. */
const ABOUT_ANYTHING: ReadonlySet<string> = new Set(['Observation', 'Communication', 'List', 'ServiceRequest', 'Task', 'Condition'])
const isCondition = (about: readonly Reference[] | undefined) => about?.[0]?.reference.startsWith('Condition/') === true

function standingResource(
  standing: (typeof STANDINGS)[number],
  subject: Reference,
  organisation: Reference,
): { resourceType: string } | undefined {
  const order = { status: 'requested', intent: 'order', restriction: { period: { end: '2027-01-01' } } }
  const member = { member: organisation }
  const resources = {
    none: undefined,
    registered: undefined,
    'care-team': { resourceType: 'CareTeam', status: 'active', subject, participant: [member] },
    'mental-health-team': {
      resourceType: 'CareTeam',
      status: 'active',
      subject,
      participant: [{ ...member, role: [{ coding: [{ system: KIND_SYSTEM, code: 'mental-health-team' }] }] }],
    },
    referral: { resourceType: 'Task', ...order, for: subject, owner: organisation },
    admitted: { resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, subject, serviceProvider: organisation },
    agreed: agreement(subject, organisation, ['diagnoses', 'therapy']),
    need: { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject },
    'entry-made': { ...consent(subject), provision: { type: 'permit' } },
  }
  return resources[standing]
}

const consent = (patient: Reference) => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  policyRule: { text: 'Own wish' },
  patient,
})

const agreement = (patient: Reference, actor: Reference, classes: readonly string[], asks = false) => ({
  ...consent(patient),
  provision: {
    type: 'permit',
    actor: [{ role: { text: 'recipient' }, reference: actor }],
    ...(asks ? { action: [{ coding: [ASK_FOR_HELP] }] } : {}),
    ...(classes.length === 0 ? {} : { class: classes.map((code) => ({ system: CLASS_SYSTEM, code })) }),
  },
})

const closure = (patient: Reference, actors: readonly Reference[], classes: readonly string[], need: string | undefined) => ({
  ...consent(patient),
  provision: {
    type: 'deny',
    ...(need === undefined ? {} : { data: [{ meaning: 'related', reference: { reference: need } }] }),
    ...(actors.length === 0 ? {} : { actor: actors.map((reference) => ({ role: { text: 'recipient' }, reference })) }),
    ...(classes.length === 0 ? {} : { class: classes.map((code) => ({ system: CLASS_SYSTEM, code })) }),
  },
})

function factsOf(
  { caller: { who, grade, narrow } }: WorldPlan,
  organizations: readonly string[],
  people: readonly string[],
  carer: string,
) {
  const own =
    who === 'patient' || who === 'carer'
      ? { patient: people[0]?.split('/')[1] ?? '', ...(who === 'carer' ? { fhirUser: carer } : {}) }
      : who === 'professional' || who === 'worker' || who === 'ward'
        ? { organization: organizations[0] ?? '', fhirUser: 'Practitioner/of-the-first' }
        : {}
  const scope =
    narrow === undefined
      ? // A system: it may ask for a bulk export, which nobody who signed in may.
        `${who === 'patient' || who === 'carer' ? 'user' : 'system'}/*.cruds`
      : [
          ...narrow.open.map((type) => `user/${type}.cruds`),
          ...narrow.createOnly.filter((type) => !narrow.open.includes(type)).map((type) => `user/${type}.c`),
        ].join(' ')
  return { role: who as Role, grade, scope, ...own }
}
