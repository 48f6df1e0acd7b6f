/**
 * One shape for everything a person has received, whatever sector gave it and whatever resource holds it: what, when, by whom, how far it
 * is checked. Nothing is concluded; what an entry does not say is absent. Features A1 to A4, K3.
 */
import type { CodeableConcept, Coding, Reference, Resource } from '@medplum/fhirtypes'
import { extensionOf, isInError, nameOf, wordsOf, type Item, type Material } from '../summary/material.ts'
import { checkedLevelOf, sayersOf, type CheckedLevel } from '../summary/provenance.ts'

/** Types of the timeline. */
export const TIMELINE_TYPES = [
  'Procedure',
  'Observation',
  'QuestionnaireResponse',
  'Encounter',
  'ServiceRequest',
  'CarePlan',
  'Goal',
  'Condition',
  'ClinicalImpression',
  'AllergyIntolerance',
  'MedicationStatement',
  'MedicationRequest',
  'DeviceUseStatement',
  'Immunization',
  'Communication',
] as const satisfies readonly Resource['resourceType'][]

/** Types through which an entry belongs to a problem: what it was asked for, planned or aimed at. */
export const BETWEEN: readonly string[] = ['ServiceRequest', 'CarePlan', 'Goal', 'Encounter']

export interface TimelineEntry {
  /** 'Procedure/…' */
  readonly reference: string
  readonly what: string
  readonly title: string
  /** What it was, as it is coded; ours first. */
  readonly kind?: Coding
  /** When it happened: a FHIR date, dateTime or instant, as partial as it was given. */
  readonly at?: string
  readonly until?: string
  /** When it was typed, where that was said apart. */
  readonly typedAt?: string
  /** When this version was stored, an instant. */
  readonly receivedAt: string
  readonly status?: string
  /** Why it did not take place. */
  readonly reason?: string
  /** 'Organization/…' or a person's reference. */
  readonly provider?: string
  readonly providerName?: string
  /** The person of that organisation who gave or recorded it, by reference and name, where the entry names one. */
  readonly author?: Reference
  readonly sector?: string
  readonly checked: CheckedLevel
  /** How many sessions it stands for. */
  readonly sessions?: number
  readonly minutes?: number
  /** Codes of approach, setting and delivery mode, as they are. */
  readonly approach?: string
  readonly setting?: string
  readonly deliveryMode?: string
  readonly value?: string
  readonly notes: readonly string[]
  /** 'Condition/…' that it names itself. */
  readonly problems: readonly string[]
}

/** An entry of the timeline; nothing for what was entered in error. */
export function timelineEntry(item: Item, material: Pick<Material, 'directory' | 'patient'>): TimelineEntry | undefined {
  const { resource, reference, receivedAt, author } = item
  if (isInError(resource) || isKeptMessage(resource)) return undefined
  const facts = resource as Facts
  const concept =
    facts.code ?? facts.medicationCodeableConcept ?? facts.vaccineCode ?? facts.topic ?? facts.type?.[0] ?? facts.category?.[0]
  const said: Reference | undefined = sayersOf(resource)[0] ?? (author.startsWith('Organization/') ? { reference: author } : undefined)
  const coding = concept?.coding?.find(({ system }) => system?.startsWith('https://handrail.example/') === true) ?? concept?.coding?.[0]
  const [at, until] = whenOf(facts)
  const title =
    wordsOf(concept) ??
    facts.title ??
    wordsOf(descriptionOf(facts)) ??
    nameOf(facts.medicationReference ?? facts.device, material) ??
    resource.resourceType
  const dose = extensionOf(facts, 'dose')?.extension?.find(({ url }) => url === 'minutes')?.valuePositiveInt
  const optional = {
    kind: coding,
    at,
    until,
    typedAt: extensionOf(facts, 'recorded-at')?.valueDateTime,
    status: statusOf(facts),
    reason: wordsOf(singleOf(facts.statusReason)),
    provider: said?.reference,
    providerName: nameOf(said, material),
    author: authorOf(sayersOf(resource), said, material),
    sector: sectorOf(facts, said, material),
    sessions: extensionOf(facts, 'session-count')?.valuePositiveInt,
    minutes: dose,
    approach: extensionOf(facts, 'approach')?.valueCode,
    setting: extensionOf(facts, 'setting')?.valueCode,
    deliveryMode: extensionOf(facts, 'delivery-mode')?.valueCode,
    value: valueOf(facts, item.text),
  }
  return {
    reference,
    what: resource.resourceType,
    title,
    receivedAt,
    checked: checkedLevelOf(resource),
    notes: (Array.isArray(facts.note) ? facts.note : []).flatMap(({ text }) => (text === undefined ? [] : [text])),
    problems: [...(facts.reasonReference ?? []), ...(facts.addresses ?? [])].flatMap((one) =>
      one.reference?.startsWith('Condition/') === true ? [one.reference] : [],
    ),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<typeof optional> as Pick<
      TimelineEntry,
      never
    >),
  }
}

/** A message of somebody who was not asked, kept until somebody decides about it: nobody received anything by it. HAZ-R87 */
const isKeptMessage = (resource: Resource): boolean =>
  resource.resourceType === 'Communication' && resource.identifier?.some(({ system }) => system === KEPT_ANSWER_KEY) === true
const KEPT_ANSWER_KEY = 'https://handrail.example/fhir/Id/kept-answer'

/** Whom the entry names beside the provider: the one who did it, before the one who wrote it down. */
function authorOf(
  sayers: readonly Reference[],
  provider: Reference | undefined,
  material: Pick<Material, 'directory' | 'patient'>,
): Reference | undefined {
  const author = sayers.find((one) => one !== provider && one.reference?.startsWith('Organization/') !== true)
  if (author === undefined) return undefined
  const display = nameOf(author, material)
  return { ...(author.reference === undefined ? {} : { reference: author.reference }), ...(display === undefined ? {} : { display }) }
}

/** The elements of the timeline's types that are read, each as every type that has it gives it. */
interface Facts {
  readonly extension?: Parameters<typeof extensionOf>[0]['extension'] & {}
  readonly status?: string
  readonly lifecycleStatus?: string
  readonly clinicalStatus?: CodeableConcept
  readonly statusReason?: CodeableConcept | readonly CodeableConcept[]
  readonly code?: CodeableConcept
  readonly topic?: CodeableConcept
  readonly type?: readonly CodeableConcept[]
  readonly category?: readonly CodeableConcept[]
  readonly vaccineCode?: CodeableConcept
  readonly medicationCodeableConcept?: CodeableConcept
  readonly medicationReference?: Reference
  readonly device?: Reference
  readonly title?: string
  readonly description?: CodeableConcept | string
  readonly note?: readonly { readonly text?: string }[] | string
  readonly reasonReference?: readonly Reference[]
  readonly addresses?: readonly Reference[]
  readonly performedDateTime?: string
  readonly performedPeriod?: Period
  readonly effectiveDateTime?: string
  readonly effectiveInstant?: string
  readonly effectivePeriod?: Period
  readonly period?: Period
  readonly onsetDateTime?: string
  readonly recordedDate?: string
  readonly authored?: string
  readonly authoredOn?: string
  readonly sent?: string
  readonly received?: string
  readonly startDate?: string
  readonly created?: string
  readonly date?: string
  readonly dateAsserted?: string
  readonly recordedOn?: string
  readonly timingDateTime?: string
  readonly timingPeriod?: Period
  readonly occurrenceDateTime?: string
  readonly valueQuantity?: { readonly value?: number; readonly unit?: string; readonly comparator?: string }
  readonly valueInteger?: number
  readonly valueString?: string
  readonly valueCodeableConcept?: CodeableConcept
  readonly outcome?: CodeableConcept
}

interface Period {
  readonly start?: string
  readonly end?: string
}

function whenOf(facts: Facts): [at: string | undefined, until: string | undefined] {
  const period = facts.performedPeriod ?? facts.effectivePeriod ?? facts.period ?? facts.timingPeriod
  const at =
    facts.performedDateTime ??
    facts.effectiveDateTime ??
    facts.effectiveInstant ??
    facts.occurrenceDateTime ??
    facts.timingDateTime ??
    period?.start ??
    facts.onsetDateTime ??
    facts.authoredOn ??
    facts.authored ??
    facts.sent ??
    facts.received ??
    facts.startDate ??
    facts.created ??
    facts.date ??
    facts.dateAsserted ??
    facts.recordedDate ??
    facts.recordedOn
  return [at, period?.end]
}

const statusOf = ({ status, lifecycleStatus, clinicalStatus }: Facts): string | undefined =>
  status ?? lifecycleStatus ?? clinicalStatus?.coding?.[0]?.code

const singleOf = (concept: Facts['statusReason']): CodeableConcept | undefined =>
  Array.isArray(concept) ? (concept as readonly CodeableConcept[])[0] : (concept as CodeableConcept | undefined)

const descriptionOf = ({ description }: Facts): CodeableConcept | undefined =>
  typeof description === 'string' ? { text: description } : description

/** As the entry says; else the sector of the organisation that it names. */
function sectorOf(facts: Facts, said: Reference | undefined, { directory }: Pick<Material, 'directory'>): string | undefined {
  const own = extensionOf(facts, 'sector')?.valueCode
  if (own !== undefined) return own
  const provider = directory.get(said?.reference ?? '')?.resource
  return provider?.resourceType === 'Organization' ? extensionOf(provider, 'sector')?.valueCode : undefined
}

function valueOf(facts: Facts, text: string): string | undefined {
  const { valueQuantity, valueInteger, valueString, valueCodeableConcept, outcome } = facts
  if (valueQuantity?.value !== undefined) {
    // 1.50 stays 1.50: the digits as they were written.
    const written = /"valueQuantity":\{[^{}]*?"value":(-?[\d.eE+-]+)/.exec(text)?.[1] ?? String(valueQuantity.value)
    return `${valueQuantity.comparator ?? ''}${written} ${valueQuantity.unit ?? ''}`.trim()
  }
  return valueInteger?.toString() ?? valueString ?? wordsOf(valueCodeableConcept) ?? wordsOf(outcome)
}
