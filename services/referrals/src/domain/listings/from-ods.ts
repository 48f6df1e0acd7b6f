/** An organisation as the NHS Organisation Data Service says it, in the words of a listing. */
import { listOf, saidOf, some, textOf, has, type ListingFacts, type Said } from './facts.ts'

/** The ODS code that a reference names, by its identifier or by its address. */
export const odsCodeIn = (reference: unknown): string | undefined => {
  const said = saidOf(reference)
  return textOf(saidOf(said['identifier'])['value']) ?? /^Organization\/([A-Za-z0-9]+)$/.exec(textOf(said['reference']) ?? '')?.[1]
}

// The relation in words: its code is in no source that we hold, and is not guessed.
const SUCCEEDED = /\bsucceeded by\b|\bsuccessor\b/i

/** The organisation that took over, by ODS code: of the affiliations that are in force, one that says so. */
const successorIn = (affiliations: readonly Said[]): string | undefined =>
  affiliations
    .map(({ resource }) => saidOf(resource))
    .filter(({ active }) => active !== false)
    .filter(({ code }) => listOf(code).some(({ coding }) => listOf(coding).some(({ display }) => SUCCEEDED.test(textOf(display) ?? ''))))
    .map(({ participatingOrganization: other }) => odsCodeIn(other))
    .find((code) => code !== undefined)

/** Reads one; nothing when it has no name. @param affiliations entries that came with it, where the feed asks for them */
export function fromOds(resource: Said, affiliations: readonly Said[] = []): ListingFacts | undefined {
  const [code, name] = [textOf(resource['id']), textOf(resource['name'])]
  if (code === undefined || name === undefined) return undefined
  const [address] = listOf(resource['address'])
  const postcode = textOf(address?.['postalCode'])?.toUpperCase()
  const lines = Array.isArray(address?.['line']) ? address['line'].flatMap((line: unknown) => textOf(line) ?? []) : []
  return {
    what: 'organization',
    name,
    open: resource['active'] !== false,
    organization: { name, numbers: [`ODS-${code}`] },
    ...has('successor', resource['active'] === false ? successorIn(affiliations) : undefined),
    ...some(
      'places',
      address === undefined
        ? []
        : [{ ...some('lines', lines), ...has('city', textOf(saidOf(address)['city'])), ...has('postcode', postcode) }],
    ),
  }
}
