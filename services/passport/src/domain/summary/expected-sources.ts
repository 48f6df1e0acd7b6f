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
  receivedAt: string
  about: string | undefined
}

interface Told {
  readonly by: readonly string[]
  readonly about: string | undefined
}

/** Asked of each entry of a long record at every summary, and an item that was read does not change. */
const known = new WeakMap<Item, Told>()

/** Which organisations an entry came from, what wrote it and what it names as who says so, and of when it is. */
function toldIn(item: Item): Told {
  const before = known.get(item)
  if (before !== undefined) return before
  const sources = [item.author, ...sayersOf(item.resource).map(({ reference = '' }) => reference)]
  const told = {
    by: [...new Set(sources.filter((reference) => reference.startsWith('Organization/')))],
    about: asOfDate(item.resource),
  }
  known.set(item, told)
  return told
}

/** The latest that came from each organisation. */
export function lastFrom(items: readonly Item[]): ReadonlyMap<string, Readonly<Latest>> {
  const last = new Map<string, Latest>()
  for (const item of items) {
    const { receivedAt } = item
    const { by, about } = toldIn(item)
    for (const organization of by) {
      const latest = last.get(organization)
      if (latest === undefined) last.set(organization, { receivedAt, about })
      else {
        if (latest.receivedAt < receivedAt) latest.receivedAt = receivedAt
        if (latest.about === undefined || (about !== undefined && latest.about < about)) latest.about = about
      }
    }
  }
  return last
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
