/**
 * The catalogue of treatments: every kind of intervention a record may hold, where it is listed, its codes in other terminologies with how
 * far each is confirmed, and what is known of it, each statement with its source.
 *
 * Kinds are the CodeSystem `intervention-kind`, statements the ActivityDefinition of the same id; both are compiled from `input/fsh`. A kind
 * of which no source says anything has no statement, and a concept without a confirmed code has none: then there is only the user's words. HAZ-K03.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActivityDefinition, CodeSystem, CodeSystemConcept, Coding, Quantity } from '@medplum/fhirtypes'
import { packageFolder, terminologyFolder } from './package.ts'
import { MalformedDataFile } from './reading.ts'

/** Everything that can be given, done or decided. */
export interface Catalogue {
  /** In the order of the CodeSystem, which is that of the groups. */
  readonly kinds: readonly InterventionKind[]
  readonly groups: readonly InterventionGroup[]
  /** The kind with this code of `intervention-kind`; undefined for a code that is none. */
  kind(code: string): InterventionKind | undefined
}

export interface InterventionGroup {
  /** Code of the CodeSystem `intervention-group`. */
  readonly code: string
  readonly title: string
}

export interface InterventionKind {
  /** Code of the CodeSystem `intervention-kind`: what a record holds, with the user's own words. */
  readonly code: string
  readonly title: string
  readonly description: string
  readonly group: InterventionGroup
  readonly codings: readonly MappedCoding[]
  /** It stands at the top of the passport for good: implanted, or not to be undone. */
  readonly pinned: boolean
  readonly statements: readonly TherapyStatement[]
  /** Of the statements: `draft` until a clinical lead has signed. Absent when nothing is stated. */
  readonly approval?: 'draft' | 'active'
  /** Ids of the review rules that follow it up: `review-botulinum-toxin`. */
  readonly reviewRules: readonly string[]
}

/** A code of SNOMED CT or dm+d with the same meaning. */
export interface MappedCoding {
  readonly means: 'procedure' | 'device' | 'medicine'
  readonly system: string
  readonly code: string
  readonly display: string
  /** A: official; B: official of another body or an older edition; dated: dm+d of 2019, to be looked up before it is used to match. */
  readonly grade: 'A' | 'B' | 'dated'
}

/** One thing that is known, in words. */
export interface TherapyStatement {
  readonly about: StatementKind
  readonly text: string
  readonly source: string
  /** Shortest and longest time, where the statement is one of time. */
  readonly from?: StatedTime
  readonly until?: StatedTime
}

/** Code of the CodeSystem `therapy-statement`. */
export type StatementKind = (typeof STATEMENT_KINDS)[number]

export interface StatedTime {
  readonly value: number
  readonly unit: 'hours' | 'days' | 'weeks' | 'months'
}

const STATEMENT_KINDS = ['effect', 'onset', 'duration', 'repeat', 'trial', 'monitoring', 'precaution', 'access', 'evidence'] as const
/** UCUM's codes of the units a stated time may have. */
const UNITS: Readonly<Record<string, StatedTime['unit']>> = { h: 'hours', d: 'days', wk: 'weeks', mo: 'months' }
/** Property of a kind → what its code means. */
const MEANINGS = { snomed: 'procedure', device: 'device', medicine: 'medicine' } as const
const REVIEW_RULE = 'https://handrail.example/fhir/PlanDefinition/'

/**
 * Reads the catalogue, at start.
 *
 * @param folders default: `fhir-profiles/package` and `fhir-profiles/terminology`
 * @throws MalformedDataFile one sentence naming file and place
 */
export async function loadCatalogue({
  compiled = packageFolder,
  terminology = terminologyFolder,
}: { readonly compiled?: string; readonly terminology?: string } = {}): Promise<Catalogue> {
  const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8'))
  const names = (await readdir(compiled)).filter((name) => name.startsWith('ActivityDefinition-')).toSorted()
  const [kinds, groups, confirmed, ...known] = await Promise.all([
    read<CodeSystem>(join(compiled, 'CodeSystem-intervention-kind.json')),
    read<CodeSystem>(join(compiled, 'CodeSystem-intervention-group.json')),
    read<{ codes: Confirmed[] }>(join(terminology, 'confirmed-codes.json')),
    ...names.map((name) => read<ActivityDefinition>(join(compiled, name))),
  ])
  return toCatalogue({ kinds, groups, confirmed: confirmed.codes, known })
}

interface Confirmed {
  readonly system: string
  readonly code: string
  readonly display: string
  readonly grade: string
}

interface Read {
  readonly kinds: CodeSystem
  readonly groups: CodeSystem
  readonly confirmed: readonly Confirmed[]
  readonly known: readonly ActivityDefinition[]
}

/** The catalogue out of what was read; refuses a kind in no group, a code that is not confirmed, a statement without a source. */
export function toCatalogue({ kinds, groups, confirmed, known }: Read): Catalogue {
  const grouped = (groups.concept ?? []).map(({ code, display }) => ({ code: code ?? '', title: display ?? '' }))
  const read = (kinds.concept ?? []).map((concept) => {
    const code = concept.code ?? ''
    const group = grouped.find((each) => each.code === property(concept, 'group')?.valueCode)
    if (group === undefined) throw new MalformedDataFile(`The kind of intervention ${code} is in no group of intervention-group.`)
    const definition = known.find(({ id }) => id === code)
    return {
      code,
      title: concept.display ?? '',
      description: concept.definition ?? '',
      group,
      codings: codingsOf(concept, confirmed),
      pinned: property(concept, 'pinned')?.valueBoolean === true,
      statements: definition === undefined ? [] : statementsOf(definition),
      ...(definition === undefined ? {} : { approval: definition.status === 'active' ? ('active' as const) : ('draft' as const) }),
      reviewRules: (definition?.relatedArtifact ?? []).flatMap(({ resource }) =>
        resource?.startsWith(REVIEW_RULE) ? [resource.slice(REVIEW_RULE.length)] : [],
      ),
    }
  })
  const stranger = known.find(({ id }) => !read.some(({ code }) => code === id))
  if (stranger !== undefined) throw new MalformedDataFile(`ActivityDefinition/${stranger.id ?? ''} is about no kind of intervention.`)
  const byCode = new Map(read.map((kind) => [kind.code, kind]))
  return { kinds: read, groups: grouped, kind: (code) => byCode.get(code) }
}

const property = (concept: CodeSystemConcept, code: string) => concept.property?.find((each) => each.code === code)

function codingsOf(concept: CodeSystemConcept, confirmed: readonly Confirmed[]): MappedCoding[] {
  return Object.entries(MEANINGS).flatMap(([name, means]) => {
    const coding = property(concept, name)?.valueCoding
    return coding === undefined ? [] : [{ means, ...confirmedAs(coding, confirmed, concept.code ?? '') }]
  })
}

function confirmedAs({ system, code }: Coding, confirmed: readonly Confirmed[], kind: string): Omit<MappedCoding, 'means'> {
  const row = confirmed.find((each) => each.system === system && each.code === code)
  const grade = (['A', 'B', 'dated'] as const).find((each) => each === row?.grade)
  if (row === undefined || grade === undefined)
    throw new MalformedDataFile(`The kind of intervention ${kind} has the code ${code ?? ''}, which is not confirmed.`)
  return { system: row.system, code: row.code, display: row.display, grade }
}

function statementsOf({ id = '', extension = [] }: ActivityDefinition): TherapyStatement[] {
  return extension
    .filter(({ url }) => url === 'https://handrail.example/fhir/StructureDefinition/therapy-statement')
    .map(({ extension: parts = [] }, index) => {
      const place = `ActivityDefinition/${id}, statement ${String(index)}`
      const part = (url: string) => parts.find((each) => each.url === url)
      const about = STATEMENT_KINDS.find((kind) => kind === part('about')?.valueCode)
      const [text, source] = [part('text')?.valueString, part('source')?.valueString]
      if (about === undefined || text === undefined) throw new MalformedDataFile(`${place} does not say what it is about, or says nothing.`)
      if (source === undefined) throw new MalformedDataFile(`${place} names no source.`)
      const [from, until] = [stated(part('from')?.valueQuantity, place), stated(part('until')?.valueQuantity, place)]
      return { about, text, source, ...(from && { from }), ...(until && { until }) }
    })
}

function stated(time: Quantity | undefined, place: string): StatedTime | undefined {
  if (time === undefined) return undefined
  const unit = time.system === 'http://unitsofmeasure.org' ? UNITS[time.code ?? ''] : undefined
  if (unit === undefined || time.value === undefined) throw new MalformedDataFile(`${place} has a time that is not in h, d, wk or mo.`)
  return { value: time.value, unit }
}
