/** An organisation as the NHS Organisation Data Service says it, in the words of a listing. */
import { listOf, saidOf, some, textOf, has, type ListingFacts, type Said } from './facts.ts'

/** Reads one; nothing when it has no name. */
export function fromOds(resource: Said): ListingFacts | undefined {
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
    ...some(
      'places',
      address === undefined
        ? []
        : [{ ...some('lines', lines), ...has('city', textOf(saidOf(address)['city'])), ...has('postcode', postcode) }],
    ),
  }
}
