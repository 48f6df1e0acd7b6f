/**
 * Who should know something of a person, and when anything last came from them (row A10: the record says what it does not know). Expected
 * are the practice, the organisation that entered the person, the care teams, and who answers for a device. "Last" counts what the reader
 * may see, and nothing else.
 */
import { asOfDate, sayersOf } from './provenance.ts'
import { itemsOf, nameOf, type Item, type Material } from './material.ts'

export interface ExpectedSource {
  /** 'Organization/…' */
  readonly reference: string
  readonly name?: string
  /** Since when it stands to the person, where that is recorded: a FHIR date. */
  readonly since?: string
  /** When something of it was last stored, an instant; absent = never, as far as the reader may see. */
  readonly lastReceivedAt?: string
  /** The latest date that anything of it is about. */
  readonly lastAbout?: string
}

/** In a fixed order: by name, then by reference. */
export function expectedSources(material: Material): ExpectedSource[] {
  const since = new Map<string, string | undefined>()
  const expect = (reference: string | undefined, from?: string) => {
    if (reference?.startsWith('Organization/') !== true) return
    const known = since.get(reference)
    since.set(reference, known === undefined ? from : from !== undefined && from < known ? from : known)
  }
  const { resource: patient } = material.patient
  for (const { reference } of patient.generalPractitioner ?? []) expect(reference)
  expect(patient.managingOrganization?.reference)
  for (const { resource: team } of itemsOf(material, 'CareTeam')) {
    if (team.status === 'inactive') continue
    for (const { reference } of team.managingOrganization ?? []) expect(reference, team.period?.start)
    for (const { member, onBehalfOf, period } of team.participant ?? [])
      for (const one of [member, onBehalfOf]) expect(one?.reference, period?.start ?? team.period?.start)
  }
  for (const { resource: device } of itemsOf(material, 'Device')) expect(device.owner?.reference)

  const last = lastFrom(material.items)
  return [...since]
    .map(([reference, from]): ExpectedSource => {
      const name = nameOf({ reference }, material)
      const latest = last.get(reference)
      return {
        reference,
        ...(name === undefined ? {} : { name }),
        ...(from === undefined ? {} : { since: from }),
        ...(latest === undefined ? {} : { lastReceivedAt: latest.receivedAt }),
        ...(latest?.about === undefined ? {} : { lastAbout: latest.about }),
      }
    })
    .toSorted((one, other) => compare(one.name ?? '~', other.name ?? '~') || compare(one.reference, other.reference))
}

interface Latest {
  readonly receivedAt: string
  readonly about?: string | undefined
}

/** The latest that came from each organisation: what it wrote, and what names it as who says so. */
export function lastFrom(items: readonly Item[]): ReadonlyMap<string, Latest> {
  const last = new Map<string, Latest>()
  const take = (reference: string | undefined, receivedAt: string, about: string | undefined): void => {
    if (reference?.startsWith('Organization/') !== true) return
    const known = last.get(reference)
    last.set(reference, {
      receivedAt: known === undefined || known.receivedAt < receivedAt ? receivedAt : known.receivedAt,
      about: known?.about === undefined || (about !== undefined && known.about < about) ? about : known.about,
    })
  }
  for (const { resource, author, receivedAt } of items) {
    const about = asOfDate(resource)
    take(author, receivedAt, about)
    for (const { reference } of sayersOf(resource)) if (reference !== author) take(reference, receivedAt, about)
  }
  return last
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
