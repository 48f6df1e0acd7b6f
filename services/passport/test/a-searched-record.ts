/** A small record that is searched in tests: two people with what belongs to them, on two connections with the plans that the hub uses. */
import { randomUUID } from 'node:crypto'
import { testDatabase } from '@platform/testing/database'
import type { Test } from 'tap'
import { bucketFrom, bucketIn, bucketOfPatient, mintId } from '../src/domain/bucket.ts'
import { patientOf } from '../src/domain/compartment.ts'
import { prepareWrite } from '../src/domain/prepare-write.ts'
import type { FhirResource } from '../src/domain/references.ts'
import { TYPES } from '../src/domain/resource-types.ts'
import { compileExtractor } from '../src/domain/search/extract.ts'
import { parseQuery } from '../src/domain/search/parse-query.ts'
import type { Predicate } from '../src/store/access-sql.ts'
import { commit } from '../src/store/record-store.ts'
import { loadSearchDefinitions } from '../src/store/search-definitions.ts'
import { search, type Position, type SearchResult } from '../src/store/search-store.ts'

/** When everything here was stored and is searched. */
export const at = new Date('2026-11-21T09:00:00Z')

/** What the trail says of these writes. */
export const audit = {
  at,
  client: 'test',
  subject: 'test',
  organization: undefined,
  interaction: 'create',
  status: 201,
  entity: undefined,
  people: [],
  purpose: undefined,
  request: 'r',
}

const everybody = (first: number): Predicate => ({ shape: 'anybody', standing: '', sql: `$${first}::boolean`, values: [true] })

/** A caller who may see everything but the classes of these bits. */
export const withoutClass =
  (bit: number) =>
  (first: number): Predicate => ({ shape: 'own', standing: '', sql: `(r.classes & $${first}::integer) = 0`, values: [bit] })

/** The ids of what was found, in its order. */
export const idsOf = ({ rows }: SearchResult) => rows.map(({ id }) => id)

const quantity = (value: number, code: string, unit = code) => ({ value, unit, system: 'http://unitsofmeasure.org', code })

/** Stores them; the connections close with the test. `run` answers a search by its address, `find` gives the ids in it, sorted. */
export async function searchedRecord(t: Test) {
  const { open } = await testDatabase(t)
  const planned = await open({ planCacheMode: 'force_generic_plan' })
  const adHoc = await open()
  const definitions = loadSearchDefinitions({ types: TYPES, own: [], baseUrl: 'http://hub.example/fhir' })

  /** Stores resources as a write does, one second apart, and gives their ids. */
  async function stored(...resources: Readonly<Record<string, unknown>>[]): Promise<string[]> {
    const ids: string[] = []
    for (const given of resources) {
      const resource = given as unknown as FhirResource
      const patient = patientOf(resource, 'new')
      const bucket = patient === undefined || patient === 'new' ? bucketFrom(randomUUID()) : (bucketIn(patient) ?? bucketOfPatient(patient))
      const id = mintId(bucket, { at, uuid: randomUUID() })
      const time = new Date(at.getTime() + seconds++ * 1000)
      const write = prepareWrite(
        { exact: { ...resource, id }, resource: { ...resource, id }, id, version: 1, bucket, at: time, author: 'Organization/o' },
        (one) => extract(one),
      )
      await commit(planned, { writes: [write], at: time, audit })
      ids.push(id)
    }
    return ids
  }

  let seconds = 0
  const extractors = new Map<string, ReturnType<typeof compileExtractor>>()

  function extract(resource: FhirResource) {
    const known = extractors.get(resource.resourceType) ?? compileExtractor(definitions, resource.resourceType)
    extractors.set(resource.resourceType, known)
    return known(resource as never)
  }

  async function run(
    url: string,
    {
      access = everybody,
      mayRead = () => true,
      after,
      own,
    }: {
      access?: (first: number) => Predicate
      mayRead?: (type: string) => boolean
      after?: Position | undefined
      own?: readonly string[]
    } = {},
  ): Promise<SearchResult> {
    const [type = '', parameters = ''] = url.split(/\?(.*)/s)
    const query = parseQuery(type, new URLSearchParams(parameters), { definitions, now: at })
    t.same(query.ignored, [], `everything in ${url} is known`)
    const ownPeople = own === undefined ? {} : { ownPeople: async () => own }
    return search(query, { access, mayRead, ...ownPeople }, { planned, adHoc, definitions }, after)
  }

  const find = async (url: string) => idsOf(await run(url)).toSorted()

  const [ada = '', bryn = ''] = await stored(
    {
      resourceType: 'Patient',
      identifier: [
        {
          system: 'https://fhir.nhs.uk/Id/nhs-number',
          value: '9990123454',
          type: { coding: [{ system: 'https://t.example', code: 'NH' }] },
        },
      ],
      name: [{ family: 'Llŷwd', given: ['Ada', 'Mary'] }],
      gender: 'female',
      birthDate: '1974-03-02',
      telecom: [{ system: 'phone', value: '01632 960 123' }],
    },
    {
      resourceType: 'Patient',
      identifier: [{ value: 'X-17' }],
      name: [{ family: 'Llwydson', given: ['Bryn'] }],
      gender: 'male',
      birthDate: '1981',
      deceasedBoolean: true,
    },
  )

  const [pool = '', gym = ''] = await stored(
    { resourceType: 'Organization', name: 'Deeside Pool' },
    { resourceType: 'Organization', name: 'Quay Gym', partOf: undefined },
  )

  const [hydro = '', physio = '', walk = ''] = await stored(
    {
      resourceType: 'Procedure',
      status: 'completed',
      subject: { reference: `Patient/${ada}` },
      code: { text: 'Hydrotherapy', coding: [{ system: 'http://snomed.info/sct', code: '229070002' }] },
      performedPeriod: { start: '2026-11-02T14:00:00Z', end: '2026-11-02T14:45:00Z' },
      performer: [{ actor: { reference: `Organization/${pool}` } }],
      meta: { profile: ['https://a.example/StructureDefinition/session'], tag: [{ system: 'https://a.example/tags', code: 'pilot' }] },
    },
    {
      resourceType: 'Procedure',
      status: 'in-progress',
      subject: { reference: `Patient/${ada}` },
      code: { text: 'Physiotherapy', coding: [{ code: 'PT' }] },
      performedDateTime: '2026-10',
      performer: [{ actor: { reference: `Organization/${gym}` } }],
    },
    {
      resourceType: 'Procedure',
      status: 'completed',
      subject: { reference: `Patient/${bryn}` },
      code: { text: 'Walking group' },
      encounter: { reference: 'Encounter/none' },
      performer: [{ actor: { identifier: { system: 'https://ods.example', value: 'RX1' } } }],
    },
  )

  const [pressure = '', timed = ''] = await stored(
    {
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: `Patient/${ada}` },
      code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
      effectiveDateTime: '2026-11-02T14:50:00Z',
      component: [
        { code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] }, valueQuantity: quantity(128, 'mm[Hg]', 'mmHg') },
        { code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] }, valueQuantity: quantity(82, 'mm[Hg]', 'mmHg') },
      ],
    },
    {
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: `Patient/${bryn}` },
      code: { coding: [{ system: 'http://loinc.org', code: '41957-7' }] },
      effectiveInstant: '2026-11-03T10:00:00Z',
      valueQuantity: quantity(12.5, 's'),
    },
  )

  const [set = '', setBelow = ''] = await stored(
    { resourceType: 'ValueSet', status: 'active', url: 'https://a.example/fhir/ValueSet/x' },
    { resourceType: 'ValueSet', status: 'active', url: 'https://a.example/fhir/ValueSet/x/deep' },
  )

  const [risk = '', wide = ''] = await stored(
    {
      resourceType: 'RiskAssessment',
      status: 'final',
      subject: { reference: `Patient/${ada}` },
      prediction: [{ probabilityDecimal: 0.35 }],
    },
    {
      resourceType: 'RiskAssessment',
      status: 'final',
      subject: { reference: `Patient/${ada}` },
      prediction: [{ probabilityDecimal: 0.9 }],
    },
  )

  const [need = ''] = await stored({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/${ada}` },
    requester: { reference: `Organization/${gym}` },
    performer: [{ reference: `Organization/${pool}` }],
    authoredOn: '2026-10-01',
  })

  const [ask = ''] = await stored({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: `Patient/${ada}` },
    focus: { reference: `ServiceRequest/${need}` },
    basedOn: [{ reference: `ServiceRequest/${need}` }],
    owner: { reference: `Organization/${pool}` },
    authoredOn: '2026-10-01T09:00:00Z',
  })

  return {
    planned,
    adHoc,
    open,
    definitions,
    stored,
    extract,
    run,
    find,
    ada,
    bryn,
    pool,
    gym,
    hydro,
    physio,
    walk,
    pressure,
    timed,
    set,
    setBelow,
    risk,
    wide,
    need,
    ask,
  }
}
