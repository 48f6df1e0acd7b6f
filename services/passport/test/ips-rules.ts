/**
 * What a document must keep to be an International Patient Summary that others can open: the rules of IPS 2.0.0 and of FHIR documents as
 * code, since no validator that runs here knows the profiles. Beside it stand the validators of base R4.
 *
 * @see https://hl7.org/fhir/uv/ips/  https://hl7.org/fhir/R4/documents.html
 */

/** A resource as it came, of which nothing is known yet. */
type Json = Readonly<Record<string, unknown>>
interface Entry {
  readonly fullUrl: string
  readonly resource: Json
}

/** Entry types that a section may point at, by LOINC code. */
const MAY_POINT_AT: Readonly<Record<string, readonly string[]>> = {
  '11450-4': ['Condition'],
  '48765-2': ['AllergyIntolerance'],
  '10160-0': ['MedicationStatement', 'MedicationRequest', 'MedicationAdministration', 'MedicationDispense'],
  '11369-6': ['Immunization'],
  '30954-2': ['Observation', 'DiagnosticReport'],
  '47519-4': ['Procedure'],
  '46264-8': ['DeviceUseStatement'],
  '42348-3': ['Consent'],
  '104605-1': ['Flag'],
  '47420-5': ['Condition', 'ClinicalImpression'],
  '11348-0': ['Condition'],
  '18776-5': ['CarePlan', 'ImmunizationRecommendation'],
}
const REQUIRED = ['11450-4', '48765-2', '10160-0']

/** What each type must have, any of these elements with or without a value; `_x` is the sibling of a primitive. */
const MUST_HAVE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Patient: [['name'], ['birthDate', '_birthDate']],
  Condition: [['code'], ['subject']],
  AllergyIntolerance: [['code'], ['patient']],
  MedicationStatement: [
    ['status'],
    ['medicationCodeableConcept', 'medicationReference'],
    ['effectiveDateTime', '_effectiveDateTime', 'effectivePeriod'],
  ],
  Procedure: [
    ['status'],
    ['code'],
    ['performedDateTime', '_performedDateTime', 'performedPeriod', 'performedString', 'performedAge', 'performedRange'],
  ],
  DeviceUseStatement: [['timingDateTime', '_timingDateTime', 'timingPeriod', 'timingTiming'], ['device']],
  Observation: [['code'], ['status']],
  Flag: [['code'], ['status']],
  Immunization: [['vaccineCode'], ['occurrenceDateTime', '_occurrenceDateTime', 'occurrenceString']],
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
const codes = (concept: unknown): string[] => (isJson(concept) ? list(concept['coding']).map(({ code }) => String(code)) : [])

/** Every fault, in words; none = it keeps them all. */
export function faultsOfIps(bundle: Json): string[] {
  const entries = list(bundle['entry']).map(({ fullUrl, resource }): Entry => ({
    fullUrl: String(fullUrl),
    resource: isJson(resource) ? resource : {},
  }))
  const [composition] = entries
  if (composition === undefined) return ['no entries']
  return [
    ...faultsOfBundle(bundle, entries),
    ...faultsOfReferences(entries),
    ...faultsOfComposition(composition.resource, entries),
    ...entries.flatMap(({ resource }) => faultsOfEntry(resource)),
  ]
}

function faultsOfBundle(bundle: Json, entries: readonly Entry[]): string[] {
  const faults: string[] = []
  const say = (holds: boolean, fault: string) => void (holds || faults.push(fault))
  const identifier = isJson(bundle['identifier']) ? bundle['identifier'] : {}
  say(bundle['type'] === 'document', 'the Bundle is no document')
  say(typeof identifier['system'] === 'string' && typeof identifier['value'] === 'string', 'no identifier with system and value')
  say(INSTANT.test(String(bundle['timestamp'])), 'no timestamp that is an instant')
  const { profile } = isJson(bundle['meta']) ? bundle['meta'] : {}
  say(Array.isArray(profile) && profile.includes('http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips'), 'no IPS profile')
  say(new Set(entries.map(({ fullUrl }) => fullUrl)).size === entries.length, 'a fullUrl twice')
  for (const { fullUrl, resource } of entries) {
    const type = String(resource['resourceType'])
    const { id } = resource
    say(UUID.test(fullUrl) || /^https?:\/\/[^ ]+$/.test(fullUrl), `fullUrl is not absolute: ${fullUrl}`)
    say(!fullUrl.includes('/_history/'), `fullUrl has a version: ${fullUrl}`)
    if (fullUrl.startsWith('http'))
      say(fullUrl.endsWith(`/${type}/${typeof id === 'string' ? id : ''}`), `fullUrl and id disagree: ${fullUrl}`)
    if (id !== undefined) say(typeof id === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(id), `id of ${type}`)
  }
  for (const raw of list(bundle['entry']))
    for (const name of ['search', 'request', 'response']) say(!(name in raw), `an entry with ${name}`)
  const count = (type: string) => entries.filter(({ resource }) => resource['resourceType'] === type).length
  say(entries[0]?.resource['resourceType'] === 'Composition', 'the first entry is no Composition')
  say(count('Composition') === 1, 'not one Composition')
  say(count('Patient') === 1, 'not one Patient')
  return faults
}

/** Each reference of a value, with `#` ones left out. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isJson(value)) return []
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'reference' && typeof child === 'string' ? (child.startsWith('#') ? [] : [child]) : referencesIn(child),
  )
}

/** Resolution goes by fullUrl; a relative reference has the base of the entry it stands in. FHIR R4 bundle.html#references */
function faultsOfReferences(entries: readonly Entry[]): string[] {
  const urls = new Map(entries.map((entry) => [entry.fullUrl, entry]))
  const faults: string[] = []
  const to = (from: Entry): Entry[] =>
    referencesIn(from.resource).flatMap((reference) => {
      const base = /^(https?:\/\/.*\/)[A-Z][A-Za-z]+\/[^/]+$/.exec(from.fullUrl)?.[1]
      const target = urls.get(reference) ?? (base === undefined ? undefined : urls.get(`${base}${reference}`))
      if (target === undefined) faults.push(`${String(from.resource['resourceType'])} points outside: ${reference}`)
      return target ?? []
    })
  const links = new Map(entries.map((entry) => [entry, to(entry)]))
  const reached = new Set<Entry>(entries.slice(0, 1))
  for (const entry of reached) for (const target of links.get(entry) ?? []) reached.add(target)
  for (const entry of entries) if (!reached.has(entry)) faults.push(`nothing leads to ${entry.fullUrl}`)
  return faults
}

function faultsOfComposition(composition: Json, entries: readonly Entry[]): string[] {
  const faults: string[] = []
  const say = (holds: boolean, fault: string) => void (holds || faults.push(fault))
  const find = (reference: unknown) => entries.find(({ fullUrl }) => fullUrl === (isJson(reference) ? reference['reference'] : undefined))
  say(composition['status'] === 'final', 'Composition.status')
  say(codes(composition['type']).includes('60591-5'), 'Composition.type')
  say(find(composition['subject'])?.resource['resourceType'] === 'Patient', 'Composition.subject is not the Patient')
  say(/^\d{4}-\d{2}-\d{2}T/.test(String(composition['date'])), 'Composition.date')
  say(list(composition['author']).length > 0, 'Composition.author')
  say(typeof composition['title'] === 'string', 'Composition.title')
  const sections = list(composition['section'])
  const loinc = sections.flatMap(({ code }) => codes(code))
  for (const code of REQUIRED) say(loinc.includes(code), `no section ${code}`)
  say(new Set(loinc).size === loinc.length, 'a section twice')
  for (const section of sections) {
    const [code = ''] = codes(section['code'])
    const entry = list(section['entry'])
    const reasons = codes(section['emptyReason'])
    const { div, status } = isJson(section['text']) ? section['text'] : {}
    say(typeof section['title'] === 'string' && code !== '', `section ${code} without title or code`)
    say(status === 'generated' && typeof div === 'string', `section ${code} without text`)
    say(String(div).includes(`lang="${String(composition['language'])}"`), `section ${code} in another language than the document`)
    say(!('section' in section), `section ${code} has sections`)
    say(entry.length === 0 || reasons.length === 0, `section ${code} has entries and a reason for having none`)
    if (REQUIRED.includes(code)) say(entry.length > 0 || reasons.length > 0, `section ${code} has neither entries nor a reason`)
    say(!reasons.includes('nilknown'), `section ${code} says that there is none`)
    if (reasons.length > 0)
      say(
        /\bnot\b|nid\b|ni\b|dim\b|nothing/i.test(String(div).replace(/<[^>]+>/g, ' ')),
        `the text of section ${code} does not say what its code says`,
      )
    for (const one of entry) {
      const type = String(find(one)?.resource['resourceType'])
      say(MAY_POINT_AT[code] === undefined || MAY_POINT_AT[code].includes(type), `section ${code} points at ${type}`)
    }
  }
  return faults
}

function faultsOfEntry(resource: Json): string[] {
  const type = String(resource['resourceType'])
  const faults = (MUST_HAVE[type] ?? [])
    .filter((names) => !names.some((name) => name in resource))
    .map((names) => `${type} without ${names[0]}`)
  if (resource['status'] === 'entered-in-error') faults.push(`${type} entered in error`)
  if (codes(resource['verificationStatus']).includes('entered-in-error')) faults.push(`${type} entered in error`)
  if (resource['doNotPerform'] === true) faults.push(`${type} that is not to be performed`)
  if (type === 'Flag' && resource['status'] !== 'active') faults.push('a Flag that is not active')
  const names = list(resource['name'])
  if (type === 'Patient' && !names.some((name) => ['family', 'given', 'text', '_text'].some((part) => part in name)))
    faults.push('Patient without a name')
  return faults
}
