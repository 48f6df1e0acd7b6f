/** A person who gives out links, and whoever opens them, for tests. */
import { decodeLink } from '../src/domain/share/link.ts'
import { compactDecrypt } from 'jose'
import type { Test } from 'tap'
import { aRecord } from './a-record.ts'

/** When these tests begin, by the clock of the record. */
export const START = new Date('2026-11-21T09:00:00Z')

interface Made {
  readonly link: string
  readonly id: string
  readonly path: string
  readonly key: Uint8Array
  readonly flag: string | undefined
  readonly exp: number | undefined
}

/** A Parameters resource. */
export const parameters = (parameter: readonly object[]) => ({ resourceType: 'Parameters', parameter })

const valueOf = (name: string, value: unknown): object =>
  typeof value === 'boolean'
    ? { name, valueBoolean: value }
    : name === 'expires'
      ? { name, valueInstant: value }
      : { name, valueString: value }

interface File {
  readonly contentType: string
  readonly embedded?: string
  readonly location?: string
  readonly status: string
}

/** The files that a manifest names. */
export const filesOf = (answer: { json<T>(): T }) => answer.json<{ files: File[] }>().files

/** What a file says to whoever holds the key. */
export const textOf = async (jwe: string, { key }: Made) =>
  new TextDecoder().decode((await compactDecrypt(jwe, key, { maxDecompressedLength: 5_000_000 })).plaintext)

/** A record of Ada with an allergy, a session and something labelled mental health. `share` gives out a link of hers, `open` opens one as a reader does. */
export async function sharedLinks(t: Test) {
  const hub = await aRecord(t)
  const team = await hub.store({ resourceType: 'Organization', name: 'Home team' })

  const ada = await hub.store({
    resourceType: 'Patient',
    name: [{ family: 'Probert', given: ['Ada'] }],
    birthDate: '1974-03-18',
    managingOrganization: { reference: `Organization/${team.id}` },
  })

  const about = { reference: `Patient/${ada.id}` }

  await hub.store({
    resourceType: 'AllergyIntolerance',
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    code: { text: 'Sticking plaster' },
    patient: about,
  })

  await hub.store({ resourceType: 'Procedure', status: 'completed', code: { text: 'Session in the pool' }, subject: about })

  await hub.store({
    resourceType: 'Procedure',
    meta: { security: [{ system: 'https://handrail.example/fhir/CodeSystem/data-class', code: 'mental-health' }] },
    status: 'completed',
    code: { text: 'Talking about low mood' },
    subject: about,
  })

  hub.caller('ada', { role: 'patient', patient: ada.id, fhirUser: `Patient/${ada.id}`, scope: 'patient/*.crus' })
  hub.caller('home', { role: 'professional', organization: `Organization/${team.id}` })
  hub.caller('stranger', { role: 'professional', organization: 'Organization/elsewhere' })

  async function share(given: Record<string, unknown> = {}, sections: readonly string[] = [], who = 'ada'): Promise<Made> {
    const asked = [
      ...sections.map((section) => ({ name: 'section', valueCode: section })),
      ...Object.entries(given).map(([name, value]) => valueOf(name, value)),
    ]
    const answer = await hub.send(who, 'POST', `/Patient/${ada.id}/$share-link`, parameters(asked))
    t.equal(answer.statusCode, 200, answer.body)
    const { parameter } = answer.json<{ parameter: { name: string; valueUri?: string; valueId?: string }[] }>()
    const link = parameter.find(({ name }) => name === 'link')?.valueUri ?? ''
    const payload = decodeLink(link)
    return {
      link,
      id: parameter.find(({ name }) => name === 'id')?.valueId ?? '',
      path: new URL(payload?.url ?? 'http://none').pathname,
      key: Buffer.from(payload?.key ?? '', 'base64url'),
      flag: payload?.flag,
      exp: payload?.exp,
    }
  }

  const shareRefused = async (given: Record<string, unknown>, who = 'ada') =>
    hub.send(who, 'POST', `/Patient/${ada.id}/$share-link`, parameters(Object.entries(given).map(([name, value]) => valueOf(name, value))))

  const open = ({ path }: Pick<Made, 'path'>, body: unknown = { recipient: 'Dr Jones, emergency department' }) =>
    hub.app.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) })

  const withdraw = (id: string, who = 'ada') =>
    hub.send(who, 'POST', `/Patient/${ada.id}/$withdraw-link`, parameters([{ name: 'id', valueString: id }]))

  const listed = async (id: string) => {
    const answer = await hub.send('ada', 'GET', `/Patient/${ada.id}/$share-links`)
    const { parameter } = answer.json<{
      parameter: { part: { name: string; valueId?: string; valueCode?: string; part?: object[] }[] }[]
    }>()
    const { part } = parameter.find((one) => one.part.some(({ valueId }) => valueId === id)) ?? { part: [] }
    return { status: part.find(({ name }) => name === 'status')?.valueCode, openings: part.filter(({ name }) => name === 'opening'), part }
  }

  return { hub, team, ada, about, share, shareRefused, open, withdraw, listed }
}
