/** A service as Open Referral UK says it, versions 3.0 and 1.0, in the words of a listing. https://docs.openreferraluk.org */
import { dateOf, has, listOf, numberIn, organizationOf, placeOf, poundsOf, saidOf, some, textOf, weeklyTimeOf, yearsOf } from './facts.ts'
import type { ListingFacts, NamedOrganization, Place, Said, Term } from './facts.ts'

/** Reads one; nothing when it has no name. */
export function fromOpenReferral(data: Said): ListingFacts | undefined {
  const name = textOf(data['name'])
  if (name === undefined) return undefined
  const at = listOf(data['service_at_locations'])
  const locations = at.map(({ location }) => saidOf(location))
  const eligibility = listOf(data['eligibilitys'])[0]
  const schedules = [
    ...listOf(data['schedules']),
    ...listOf(data['regular_schedules']),
    ...at.flatMap((one) => [...listOf(one['schedules']), ...listOf(one['regular_schedule'])]),
  ]
  const costs = listOf(data['cost_options']).filter(({ currency }) => (textOf(currency) ?? 'GBP').toUpperCase() === 'GBP')
  const isConcession = ({ option, cost_description: words }: Said) => /concession/i.test(`${textOf(option) ?? ''} ${textOf(words) ?? ''}`)
  const access = locations.flatMap((location) =>
    [...listOf(location['accessibility']), ...listOf(location['accessibility_for_disabilities'])].flatMap(
      (one) => textOf(one['description']) ?? textOf(one['accessibility']) ?? [],
    ),
  )
  const contact = listOf(data['contacts'])[0] ?? {}
  const phone = [...listOf(data['phones']), ...listOf(contact['phones'])]
    .map(({ number }) => textOf(number))
    .find((one) => one !== undefined)
  const organization = organizationIn(data['organization'])
  return {
    what: 'service',
    name,
    // Absent is not closed: the list of a publisher is what it says exists.
    open: textOf(data['status']) === undefined || textOf(data['status']) === 'active',
    ...has('description', textOf(data['description'])),
    ...has('url', textOf(data['url'])),
    ...has('organization', organization),
    ...some('places', locations.map(placeIn)),
    ...some('terms', [...listOf(data['attributes']), ...listOf(data['service_taxonomys'])].flatMap(termIn)),
    ...some(
      'times',
      schedules.flatMap((one) => weeklyTimeOf({ start: one['opens_at'], end: one['closes_at'], days: one['byday'] ?? one['weekday'] })),
    ),
    ...has(
      'price',
      costs
        .filter((cost) => !isConcession(cost))
        .map(({ amount }) => poundsOf(amount))
        .find((one) => one !== undefined),
    ),
    ...has(
      'concession',
      costs
        .filter(isConcession)
        .map(({ amount }) => poundsOf(amount))
        .find((one) => one !== undefined),
    ),
    ...has('ageFrom', yearsOf(data['minimum_age'] ?? eligibility?.['minimum_age'])),
    ...has('ageTo', yearsOf(data['maximum_age'] ?? eligibility?.['maximum_age'])),
    ...some(
      'languages',
      listOf(data['languages']).flatMap(({ code, language }) => languageOf(code ?? language)),
    ),
    ...has('phone', phone),
    ...has('email', textOf(data['email'])),
    ...has('access', access.length === 0 ? undefined : [...new Set(access)].join('; ')),
    ...has('assuredOn', dateOf(data['assured_date'])),
  }
}

function organizationIn(value: unknown): NamedOrganization | undefined {
  const said = saidOf(value)
  const numbers = listOf(said['organization_identifiers']).flatMap((one) => numberIn(one['identifier_scheme'], one['identifier']))
  return organizationOf({ name: said['name'], numbers, url: said['website'] ?? said['url'] })
}

function placeIn(location: Said): Place {
  const address = [...listOf(location['addresses']), ...listOf(location['physical_addresses'])][0] ?? {}
  return placeOf({
    name: location['name'],
    lines: [address['address_1'], address['address_2']],
    city: address['city'],
    postcode: address['postal_code'],
    latitude: location['latitude'],
    longitude: location['longitude'],
  })
}

function termIn(attribute: Said): readonly Term[] {
  const term = saidOf(attribute['taxonomy_term'] ?? attribute['taxonomy'])
  const [code, words] = [textOf(term['code'] ?? term['id']), textOf(term['name'])]
  if (code === undefined || words === undefined) return []
  const taxonomy = saidOf(term['taxonomy_detail'])
  const system = textOf(taxonomy['uri']) ?? textOf(term['taxonomy']) ?? textOf(term['vocabulary']) ?? ''
  return [{ system, code, words }]
}

/** BCP 47 codes alone: a name such as "Welsh" is no code, and is not guessed. */
const languageOf = (value: unknown): readonly string[] => {
  const code = textOf(value)
  return code !== undefined && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code) ? [code] : []
}
