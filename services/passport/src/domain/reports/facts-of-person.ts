/**
 * What happened to one person, as facts: computed anew from all of their record whenever something in it changed, so that a correction,
 * a merge or a withdrawal is in the facts as it is in the record. Nothing is guessed: what is not recorded is absent.
 */
import type { Address, Communication, Encounter, Observation, Patient, Procedure, ServiceRequest, Task } from '@medplum/fhirtypes'
import { ageBandOf } from '@platform/fhir/age-band'
import { groupsOf, type Place } from '@platform/nhs/place-groups'
import { wholePostcode } from '@platform/nhs/postcode'
import { pairedChanges, type MeasureFacts } from '../outcomes/paired-change.ts'
import type { FhirResource } from '../references.ts'
import type { Fact } from './fact.ts'
import { daysOf, quarterNumber, quarterOf, quarterOfNumber, type Quarter } from './quarter.ts'
import { GENDERS, LANGUAGES } from './tables.ts'

/** What the facts of a person are made with. */
export interface FactKnowledge {
  /** Sector of each organisation by reference, where it has one. */
  readonly sectorOf: ReadonlyMap<string, string>
  /** Group of therapy of each intervention kind. */
  readonly groupOf: ReadonlyMap<string, string>
  readonly measures: ReadonlyMap<string, MeasureFacts>
  /** Area of each outward postcode. */
  readonly areaOf: ReadonlyMap<string, string>
  /** What is known of each postcode, as the addresses of these people write it; absent where no table of places is loaded. */
  readonly placeOf?: ReadonlyMap<string, Place>
}

/** The resources of one person, and when each Task of theirs was first accepted, as an instant. */
export interface PersonRecord {
  readonly resources: readonly FhirResource[]
  readonly acceptedAt: ReadonlyMap<string, string>
}

/** The types that facts come from. */
export const FACT_TYPES = ['Patient', 'Procedure', 'Encounter', 'Observation', 'ServiceRequest', 'Task', 'Communication'] as const

const CODES = 'https://handrail.example/fhir/CodeSystem'
const EXTENSIONS = 'https://handrail.example/fhir/StructureDefinition'
const DAY_MS = 86_400_000

/** Every fact of one person. Repeated work gives the same facts in the same order. */
export function factsOfPerson({ resources, acceptedAt }: PersonRecord, knowledge: FactKnowledge): readonly Fact[] {
  const of = <T>(type: string): T[] => resources.filter(({ resourceType }) => resourceType === type) as unknown as T[]
  const [patient] = of<Patient>('Patient')
  const requests = new Map(of<ServiceRequest>('ServiceRequest').map((request) => [`ServiceRequest/${request.id ?? ''}`, request]))
  const contacts = of<Procedure>('Procedure').flatMap((one) => contact(one, knowledge))
  const facts: Fact[] = [
    ...contacts,
    ...of<Encounter>('Encounter').flatMap((one) => stay(one, knowledge)),
    ...outcomes(of<Observation>('Observation'), knowledge),
    ...of<Task>('Task').flatMap((task) => steps(task, requests, acceptedAt.get(task.id ?? ''), knowledge)),
    ...of<Communication>('Communication').flatMap((message) => feedback(message, knowledge)),
    ...[...new Set(contacts.map(({ quarter }) => quarter))].flatMap((quarter) => seen(patient, quarter, knowledge)),
  ]
  return facts.map((fact) => ({ ...fact, ...given('area', areaIn(patient, fact.quarter, knowledge)) }))
}

function contact(procedure: Procedure, { sectorOf, groupOf }: FactKnowledge): Fact[] {
  if (procedure.status !== 'completed') return []
  const kind = codeIn(procedure.code?.coding, 'intervention-kind')
  const group = kind === undefined ? undefined : groupOf.get(kind)
  const quarter = quarterOf(procedure.performedPeriod?.start ?? procedure.performedDateTime)
  // A decision about somebody is no contact with them.
  if (group === undefined || group === 'decision' || quarter === undefined) return []
  const [performer] = procedure.performer ?? []
  const organization = [performer?.onBehalfOf, performer?.actor]
    .map((one) => one?.reference)
    .find((one) => one?.startsWith('Organization/'))
  const sector = extension(procedure, 'sector') ?? sectorOf.get(organization ?? '')
  const funder = extension(procedure, 'funder')
  return [
    {
      kind: 'contact',
      quarter,
      ...given('organization', organization),
      ...given('sector', sector),
      ...given('setting', extension(procedure, 'setting')),
      what: group,
      // Where nobody says who pays, an NHS service is paid by the NHS; of any other it is not known.
      ...given('how', funder === undefined ? (sector === 'nhs' ? 'nhs' : undefined) : funder === 'nhs' ? 'nhs' : 'not-nhs'),
      ...given('minutes', minutesOf(procedure)),
    },
  ]
}

function minutesOf({ extension: all, performedPeriod }: Procedure): number | undefined {
  const dose = all?.find(({ url }) => url === `${EXTENSIONS}/dose`)?.extension?.find(({ url }) => url === 'minutes')?.valuePositiveInt
  if (dose !== undefined) return dose
  const [from, to] = [performedPeriod?.start, performedPeriod?.end]
  if (from === undefined || to === undefined || from.length < 16 || to.length < 16) return undefined
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
  return minutes > 0 && minutes < 24 * 60 ? minutes : undefined
}

/** Nights in hospital, each in the quarter in which it was. Only stays that ended: the others have no number yet. */
function stay({ status, class: kind, period, serviceProvider }: Encounter, { sectorOf }: FactKnowledge): Fact[] {
  const [from, to] = [period?.start?.slice(0, 10), period?.end?.slice(0, 10)]
  if (status !== 'finished' || !IN_HOSPITAL.has(kind.code ?? '') || from?.length !== 10 || to?.length !== 10 || to < from) return []
  const [first, last] = [quarterOf(from), quarterOf(to)]
  if (first === undefined || last === undefined) return []
  const organization = serviceProvider?.reference
  const quarters = Array.from({ length: quarterNumber(last) - quarterNumber(first) + 1 }, (_, index) =>
    quarterOfNumber(quarterNumber(first) + index),
  )
  return quarters.map((quarter) => {
    const { from: begins, until } = daysOf(quarter)
    const nights = (Date.parse(to < until ? to : until) - Date.parse(from > begins ? from : begins)) / DAY_MS
    return {
      kind: 'stay' as const,
      quarter,
      ...given('organization', organization),
      ...given('sector', sectorOf.get(organization ?? '')),
      amount: nights,
    }
  })
}

/** HL7 v3 ActCode: inpatient, acute, non-acute, emergency. */
const IN_HOSPITAL: ReadonlySet<string> = new Set(['IMP', 'ACUTE', 'NONAC', 'EMER'])

/** The first and the last score of each measure, in the quarter of the last. */
function outcomes(observations: readonly Observation[], { measures, sectorOf }: FactKnowledge): Fact[] {
  const byReference = new Map(observations.map((one) => [`Observation/${one.id ?? ''}`, one]))
  return pairedChanges(observations, measures).flatMap((pair): Fact[] => {
    const quarter = quarterOf(pair.last.on)
    if (pair.intervention !== undefined || quarter === undefined) return []
    const organization = byReference
      .get(pair.last.reference)
      ?.performer?.map(({ reference }) => reference)
      .find((reference) => reference?.startsWith('Organization/'))
    return [
      {
        kind: 'outcome',
        quarter,
        ...given('organization', organization),
        ...given('sector', sectorOf.get(organization ?? '')),
        what: pair.measure.code,
        ...given('how', pair.direction === 'unknown' ? undefined : pair.direction),
        amount: Math.round(pair.change * 100),
      },
    ]
  })
}

function steps(
  task: Task,
  requests: ReadonlyMap<string, ServiceRequest>,
  acceptedAt: string | undefined,
  { sectorOf }: FactKnowledge,
): Fact[] {
  const kind = codeIn(task.code?.coding, 'task-kind')
  const organization = task.owner?.reference
  const asked = { ...given('organization', organization), ...given('sector', sectorOf.get(organization ?? '')) }
  if (kind === 'alert-answer') return alertAnswer(task, asked)
  const request = requests.get(
    [task.basedOn?.[0], task.focus].find((one) => one?.reference?.startsWith('ServiceRequest/'))?.reference ?? '',
  )
  if (request === undefined) return []
  const what = codeIn(request.code?.coding, 'service-kind')
  const from = request.authoredOn
  if (kind === 'unmet-need-review') {
    const quarter = quarterOf(task.authoredOn)
    const reason = codeIn(task.reasonCode?.coding, 'unmet-need')
    return quarter === undefined ? [] : [{ kind: 'unmet', quarter, ...asked, ...given('what', what), ...given('how', reason) }]
  }
  if (kind !== 'referral' && kind !== 'single-point-of-access') return []
  const sender = sectorOf.get(request.requester?.reference ?? '')
  return [
    ...at(task.authoredOn, (quarter) => ({ kind: 'request', quarter, ...asked, ...given('what', what), ...given('how', sender) })),
    ...at(acceptedAt, (quarter) => {
      const days = Math.floor((Date.parse(acceptedAt ?? '') - Date.parse(from ?? '')) / DAY_MS)
      return Number.isNaN(days) || days < 0 ? undefined : { kind: 'acceptance', quarter, ...asked, ...given('what', what), amount: days }
    }),
    ...at(task.status === 'rejected' ? (task.lastModified ?? task.authoredOn) : undefined, (quarter) => {
      const reason = codeIn(task.statusReason?.coding, 'refusal-reason')
      return { kind: 'refusal', quarter, ...asked, ...given('what', what), ...given('how', reason) }
    }),
  ]
}

function alertAnswer(task: Task, asked: Pick<Fact, 'organization' | 'sector'>): Fact[] {
  const roles = (task.performerType ?? []).flatMap(({ coding = [] }) => coding)
  const state = task.status === 'completed' || task.status === 'accepted' ? 'acknowledged' : ENDED.has(task.status) ? 'ended' : 'open'
  return at(task.authoredOn, (quarter) => ({
    kind: 'alert',
    quarter,
    ...asked,
    ...given('what', codeIn(roles, 'answering-role')),
    how: state,
  }))
}

const ENDED: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'failed', 'entered-in-error'])

/** The questions that the person, or who acts for them, answered about a request. */
function feedback(message: Communication, { sectorOf }: FactKnowledge): Fact[] {
  const { status, identifier = [], sender, recipient = [], sent, extension: all = [] } = message
  if (status !== 'completed' || !identifier.some(({ system }) => system === FEEDBACK)) return []
  if (!/^(?:Patient|RelatedPerson)\//.test(sender?.reference ?? '')) return []
  const organization = recipient.map(({ reference }) => reference).find((reference) => reference?.startsWith('Organization/'))
  return all
    .filter(({ url }) => url === `${EXTENSIONS}/experience`)
    .flatMap(({ extension: parts = [] }) =>
      at(sent, (quarter) => ({
        kind: 'feedback',
        quarter,
        ...given('organization', organization),
        ...given('sector', sectorOf.get(organization ?? '')),
        ...given('what', parts.find(({ url }) => url === 'question')?.valueCode),
        ...given('how', parts.find(({ url }) => url === 'answer')?.valueCode),
      })),
    )
}

const FEEDBACK = 'https://handrail.example/fhir/Id/feedback'

function at(time: string | undefined, make: (quarter: Quarter) => Fact | undefined): Fact[] {
  const quarter = quarterOf(time)
  const fact = quarter === undefined ? undefined : make(quarter)
  return fact === undefined ? [] : [fact]
}

/** Who was seen in a quarter: of the classes by which equity is looked at, those that are recorded. */
function seen(patient: Patient | undefined, quarter: Quarter, { placeOf }: FactKnowledge): Fact[] {
  const spoken = (patient?.communication ?? []).toSorted((one, other) => Number(other.preferred === true) - Number(one.preferred === true))
  const language = spoken[0]?.language.coding?.map(({ code }) => code?.split('-')[0]).find((code) => LANGUAGES.some((one) => one === code))
  const age = ageBandOf(patient?.birthDate, daysOf(quarter).from)
  const gender = GENDERS.find((one) => one === patient?.gender)
  return [
    { kind: 'seen-language', quarter, ...given('what', language) },
    { kind: 'seen-age', quarter, ...given('what', age) },
    { kind: 'seen-gender', quarter, ...given('what', gender) },
    ...(placeOf === undefined ? [] : livingAt(homeOf(patient, quarter), quarter, placeOf)),
  ]
}

/** Of an address the groups alone: no postcode is in a fact. Whose address has no whole postcode is counted nowhere; whose postcode is in no table, as such. */
function livingAt(home: Address | undefined, quarter: Quarter, placeOf: ReadonlyMap<string, Place>): Fact[] {
  const groups = wholePostcode(home?.postalCode) === undefined ? {} : groupsOf(placeOf.get(home?.postalCode ?? ''))
  return [
    { kind: 'seen-deprivation', quarter, ...given('what', groups.deprivation) },
    { kind: 'seen-rurality', quarter, ...given('what', groups.rurality) },
  ]
}

/** Where somebody lived at the beginning of a quarter, as far as their addresses say since when and until when; else where they live. */
function homeOf(patient: Patient | undefined, quarter: Quarter): Address | undefined {
  const homes = (patient?.address ?? []).filter(({ use }) => use === undefined || use === 'home' || use === 'old')
  const { from: day } = daysOf(quarter)
  const since = ({ period }: Address) => period?.start?.slice(0, 10) ?? ''
  const [then] = homes
    .filter(({ use, period }) => (period?.end !== undefined || use !== 'old') && (period?.start !== undefined || period?.end !== undefined))
    .filter((home) => since(home) <= day && (home.period?.end?.slice(0, 10) ?? '9999') >= day)
    .toSorted((one, other) => since(other).localeCompare(since(one)))
  return then ?? patient?.address?.find(({ use }) => use === 'home') ?? patient?.address?.[0]
}

function areaIn(patient: Patient | undefined, quarter: Quarter, { areaOf }: FactKnowledge): string | undefined {
  const home = homeOf(patient, quarter)
  return areaOf.get(home?.postalCode?.trim().split(/\s+/)[0]?.toUpperCase() ?? '')
}

const codeIn = (codings: readonly { system?: string; code?: string }[] | undefined, system: string): string | undefined =>
  codings?.find((coding) => coding.system === `${CODES}/${system}`)?.code

const extension = (resource: Procedure, name: string): string | undefined =>
  resource.extension?.find(({ url }) => url === `${EXTENSIONS}/${name}`)?.valueCode

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [Name in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [Name in K]?: V })
