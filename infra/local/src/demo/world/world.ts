/** Everything a story can touch: the public doors of one running hub, and nothing behind them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Resource } from '@medplum/fhirtypes'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import type { OrganizationKey, PersonKey } from '@platform/testing/cast'
import type { JWK } from 'jose'
import { NotSo } from '../story.ts'
import { listen, type Board } from './board.ts'
import { fhirClient, reasonIn, type FhirClient } from './fhir-client.ts'
import { connectHospital, type Hospital } from './hospital.ts'
import { operatorOf } from './operator.ts'
import { openTimetable, type Timetable } from './timetable.ts'
import { anybody, signIn, type Visitor } from './visitor.ts'

/** A reference: `Organization/<id>`. */
export type Place = `${string}/${string}`

/** Demo clients of the interfaces. */
export type System =
  | 'demo-admin'
  | 'demo-community-team'
  | 'demo-neurorehab'
  | 'demo-neuropsychology'
  | 'demo-therapy-centre'
  | 'demo-leisure'
  | 'demo-hospital'
  | 'demo-commissioner'
  | 'demo-patient'

/** The business clock of the hub. */
export interface DemoClock {
  /** Sets it, and lets the hub do what is due by then. @param to ISO 8601 with a time zone */
  set(to: string): Promise<void>
  /** @param by ISO 8601 duration, such as PT30M */
  advance(by: string): Promise<void>
  now(): Promise<Date>
}

/** One running hub that is a demonstration. Disposing of it ends every connection; signed-in people and clients need no ending. */
export interface World extends AsyncDisposable {
  readonly url: string
  /** A system with tokens of its own. */
  readonly system: (name: System) => FhirClient
  /** A person at the portal; signs in the first time. */
  readonly person: (key: string) => Promise<Visitor>
  /** Somebody new who has no account. */
  readonly anybody: () => Visitor
  /** The leisure centre's booking system, known to the hub by its operator since it was first asked for. */
  readonly timetable: () => Promise<Timetable>
  readonly hospital: () => Promise<Hospital>
  /** A board that listens with the token of a system. */
  readonly board: (name: System) => Promise<Board>
  readonly clock: DemoClock
  /** Where somebody or something of the cast is in this hub's record: `Organization/<id>`. */
  readonly where: {
    readonly organization: (key: OrganizationKey) => Promise<Place>
    readonly patient: (key: PersonKey) => Promise<Place>
    readonly resource: (type: Resource['resourceType'], key: string) => Promise<Place>
  }
}

/** Which hub. */
export interface HubOfWorld {
  readonly url: string
  readonly home: string
  /** Where its database is, when neither its home folder nor the environment says so. */
  readonly databaseUrl?: string
}

/** Opens the world of a hub. @throws NotSo when it is no demonstration */
export async function openWorld({ url, home, databaseUrl }: HubOfWorld): Promise<World> {
  const open = new AsyncDisposableStack()
  const systems = new Map<System, FhirClient>()
  const people = new Map<string, Promise<Visitor>>()
  const places = new Map<string, Promise<Place>>()
  let line: Promise<Hospital> | undefined
  let classes: Promise<Timetable> | undefined

  const keys = new Map<System, JWK>()
  for (const name of SYSTEMS) keys.set(name, await keyOf(home, name))

  const system = (name: System): FhirClient => {
    const found = systems.get(name) ?? fhirClient(url, name, keys.get(name) ?? {})
    systems.set(name, found)
    return found
  }
  const resource = (type: Resource['resourceType'], key: string): Promise<Place> => {
    const found = places.get(`${type}/${key}`) ?? place(system('demo-admin'), type, key)
    places.set(`${type}/${key}`, found)
    return found
  }
  const move = async (to: { advance: string } | { set: string }): Promise<Date> => {
    const { status, body } = await system('demo-admin').ask<{ now: string }>('POST', '/demo/clock', to, {
      'content-type': 'application/json',
    })
    if (status !== 200) throw new NotSo(`The clock of the hub cannot be moved (${String(status)}): ${reasonIn(body)}`)
    return new Date(body.now)
  }

  return {
    url,
    system,
    person(key) {
      const found = people.get(key) ?? signIn(url, key)
      people.set(key, found)
      return found
    },
    anybody: () => anybody(url),
    timetable() {
      classes ??= resource('Organization', 'leisure')
        .then((leisure) => openTimetable(operatorOf({ home, databaseUrl }), leisure))
        .then((opened) => open.use(opened))
      return classes
    },
    hospital() {
      line ??= connectHospital(home).then((connected) => open.use(connected))
      return line
    },
    board: async (name) => open.use(await listen(url, await system(name).token())),
    clock: {
      set: async (to) => void (await move({ set: new Date(to).toISOString() })),
      advance: async (by) => void (await move({ advance: by })),
      now: () => move({ advance: 'PT0S' }),
    },
    where: { organization: (key) => resource('Organization', key), patient: (key) => resource('Patient', key), resource },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const SYSTEMS: readonly System[] = [
  'demo-admin',
  'demo-community-team',
  'demo-neurorehab',
  'demo-neuropsychology',
  'demo-therapy-centre',
  'demo-leisure',
  'demo-hospital',
  'demo-commissioner',
  'demo-patient',
]

async function keyOf(home: string, name: System): Promise<JWK> {
  const text = await readFile(join(home, 'demo-clients', `${name}.jwk.json`), 'utf8').catch(() => undefined)
  if (text === undefined) throw new NotSo('This hub is no demonstration: it has no demonstration clients.')
  return JSON.parse(text) as JWK
}

async function place(admin: FhirClient, type: Resource['resourceType'], key: string): Promise<Place> {
  const [found] = await admin.find(type, { identifier: `${DEMO_ID}|${key}` })
  if (found?.id === undefined) throw new NotSo(`The demonstration has no ${type} called ${key}.`)
  return `${type}/${found.id}`
}
