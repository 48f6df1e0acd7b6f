/** A series of sessions, a facility or an event as OpenActive says it, in the words of a listing. OpenActive Modelling Opportunity Data 2.0. */
import { has, listOf, numberIn, organizationOf, placeOf, poundsOf, saidOf, some, textOf, weeklyTimeOf, yearsOf } from './facts.ts'
import type { ListingFacts, Said, Term } from './facts.ts'

/** What is listed: what sessions belong to. Of anything else the original is kept and nothing is listed. */
export const LISTED_KINDS: ReadonlySet<string> = new Set([
  'SessionSeries',
  'EventSeries',
  'CourseInstance',
  'Course',
  'FacilityUse',
  'IndividualFacilityUse',
  'HeadlineEvent',
  'Event',
])

/** The vocabulary of activities. https://activity-list.openactive.io */
export const ACTIVITY_LIST = 'https://openactive.io/activity-list'

const KIND = 'https://handrail.example/fhir/CodeSystem/service-kind'
const EXERCISE_CLASS: Term = { system: KIND, code: 'exercise-class', words: 'Exercise class' }
const HYDROTHERAPY: Term = { system: KIND, code: 'hydrotherapy', words: 'Hydrotherapy' }

// Activities that a request may be meant for, and the kind of service that each is here. The list has no term for neuro-rehabilitation; an activity that is
// not in this table keeps its own code and is no kind of ours.
const KIND_OF: ReadonlyMap<string, Term> = new Map([
  ['ee3cf3ee-082e-4f53-9cb2-3ef0589497ed', EXERCISE_CLASS], // Chair Based Exercise
  ['35f999ac-8ed5-46fa-87d0-1c7721aca77e', EXERCISE_CLASS], // Falls and Exercise Management
  ['72871f24-fdcd-4a88-9400-9cb08b911e70', EXERCISE_CLASS], // Otago
  ['ced88c35-a39f-4b1c-9d94-093ee4fc0e7e', EXERCISE_CLASS], // Rehab Pilates
  ['c16df6ed-a4a0-4275-a8c3-1c8cff56856f', EXERCISE_CLASS], // Tai Chi
  ['5165000e-cd5b-4fd1-b6dc-630c4b989282', HYDROTHERAPY], // Hydro Therapy
])

/** Reads one; nothing when it has no name. */
export function fromOpenActive(data: Said): ListingFacts | undefined {
  const name = textOf(data['name'])
  if (name === undefined) return undefined
  const organizer = saidOf(data['organizer'] ?? data['provider'])
  const numbers = listOf(organizer['identifier']).flatMap((one) => numberIn(one['propertyID'] ?? one['name'], one['value']))
  const [location = {}] = listOf(data['location'])
  const [address, geo] = [saidOf(location['address']), saidOf(location['geo'])]
  const place = placeOf({
    name: location['name'],
    lines: [address['streetAddress']],
    city: address['addressLocality'],
    postcode: address['postalCode'],
    latitude: geo['latitude'],
    longitude: geo['longitude'],
  })
  const offers = listOf(data['offers'])
  const pounds = offers.filter(({ priceCurrency: currency }) => currency === undefined || currency === 'GBP')
  const isConcession = (offer: Said) => /concession/i.test(textOf(offer['name']) ?? '')
  const priceIn = (some: readonly Said[]) => some.map(({ price }) => poundsOf(price)).find((price) => price !== undefined)
  const age = saidOf(data['ageRange'])
  const schedules = [...listOf(data['eventSchedule']), ...listOf(data['hoursAvailable'])]
  const support = listOf(data['accessibilitySupport']).flatMap((one) => textOf(one['prefLabel']) ?? [])
  const access = [...support, ...[data['accessibilityInformation']].flatMap((one) => textOf(one) ?? [])]
  return {
    what: 'service',
    name,
    open: !/(?:EventCancelled|EventPostponed)$/.test(textOf(data['eventStatus']) ?? ''),
    ...has('description', textOf(data['description'])),
    ...has('url', textOf(data['url'])),
    ...has('organization', organizationOf({ name: organizer['name'], numbers, url: organizer['url'] })),
    ...some('places', Object.keys(place).length === 0 ? [] : [place]),
    ...some('terms', [...listOf(data['activity']), ...listOf(data['facilityType'])].flatMap(termsIn)),
    ...some(
      'times',
      schedules.flatMap((one) =>
        weeklyTimeOf({
          start: one['startTime'] ?? one['opens'],
          end: one['endTime'] ?? one['closes'],
          days: one['byDay'] ?? one['dayOfWeek'],
        }),
      ),
    ),
    ...has('price', priceIn(pounds.filter((offer) => !isConcession(offer)))),
    ...has('concession', priceIn(pounds.filter(isConcession))),
    ...has('ageFrom', yearsOf(age['minValue'])),
    ...has('ageTo', age['maxValue'] === 0 ? undefined : yearsOf(age['maxValue'])),
    ...has('access', access.length === 0 ? undefined : access.join('; ')),
  }
}

function termsIn(concept: Said): readonly Term[] {
  const id = textOf(concept['@id'] ?? concept['id'])
  const words = textOf(concept['prefLabel'])
  const code = id?.split(/[#/]/).at(-1)
  if (code === undefined || words === undefined) return []
  const kind = KIND_OF.get(code.toLowerCase())
  const system = textOf(concept['inScheme']) ?? ACTIVITY_LIST
  return [{ system, code, words }, ...(kind === undefined ? [] : [kind])]
}
