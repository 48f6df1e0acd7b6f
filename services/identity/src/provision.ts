/**
 * Clients and people that the hub itself needs: its own reactors and portal, and the demonstration's. Their private keys are made
 * at first start under HANDRAIL_HOME and never leave it.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose'
import type { Role } from '@platform/fhir/caller'
import { parseScopes } from '@platform/fhir/scopes'
import { DEMO_CLIENTS, DEMO_PEOPLE, type OrganizationKey } from './domain/demo-cast.ts'
import { DEMO_TOKEN_LIFETIME_SECONDS, TOKEN_LIFETIME_SECONDS, type PublicKeys } from './domain/registration.ts'
import type { ClientRegister } from './store/client-register.ts'
import type { People } from './store/people.ts'

/** A private key of a client: an EC P-384 JWK for ES384, with its kid. */
export type ClientKey = JWK & { readonly kid: string; readonly alg: 'ES384' }

/** The clients of the hub's own services. */
export type InternalClientId = 'handrail-referrals' | 'handrail-alerts' | 'handrail-portal'

const REACTORS: Readonly<Record<'handrail-referrals' | 'handrail-alerts', { name: string; role: Role }>> = {
  'handrail-referrals': { name: 'Handrail referrals', role: 'reactor-referrals' },
  'handrail-alerts': { name: 'Handrail alerts', role: 'reactor-alerts' },
}

export interface InternalClientOptions {
  readonly clients: ClientRegister
  /** HANDRAIL_HOME */
  readonly home: string
  readonly publicUrl: string
  /** Tokens of people who sign in live an hour in the demonstration, 300 s otherwise. */
  readonly demo: boolean
}

/** Where the portal is sent back to after sign-in, under PUBLIC_URL. */
const PORTAL_CALLBACK_PATH = '/signed-in'

/**
 * Registers the hub's own services as clients, with keys made at first start in `HANDRAIL_HOME/internal-clients/<id>.jwk.json`.
 *
 * @returns the private key of each, for its `tokenSource` or its sign-in
 */
export async function ensureInternalClients({
  clients,
  home,
  publicUrl,
  demo,
}: InternalClientOptions): Promise<Record<InternalClientId, ClientKey>> {
  const folder = join(home, 'internal-clients')
  const reactor = async (clientId: keyof typeof REACTORS) => {
    const key = await ensureClientKey(folder, clientId)
    // What a reactor may do with a type is in the access policy, by its role; nothing in it deletes.
    await clients.register({ clientId, ...REACTORS[clientId], jwks: publicKeysOf(key), grade: 'full', scopes: 'system/*.crus' })
    return key
  }
  const portal = await ensureClientKey(folder, 'handrail-portal')
  await clients.register({
    clientId: 'handrail-portal',
    name: 'Handrail',
    jwks: publicKeysOf(portal),
    role: 'professional',
    grade: 'link-only', // The portal itself gets no tokens; a signed-in person's token carries that person's role and grade.
    scopes: 'user/*.cruds patient/*.cruds',
    redirectUris: [`${publicUrl.replace(/\/+$/, '')}${PORTAL_CALLBACK_PATH}`],
    tokenLifetimeSeconds: demo ? DEMO_TOKEN_LIFETIME_SECONDS : TOKEN_LIFETIME_SECONDS,
  })
  return {
    'handrail-referrals': await reactor('handrail-referrals'),
    'handrail-alerts': await reactor('handrail-alerts'),
    'handrail-portal': portal,
  }
}

export interface DemoOptions {
  readonly clients: ClientRegister
  readonly people: People
  /** HANDRAIL_HOME */
  readonly home: string
  /** `Organization/<id>` of each demonstration organisation, by key. */
  readonly organizationIds: Readonly<Record<string, string>>
  /** Who each demonstration person is in the record: `Practitioner/<id>` by key, and `Patient/<id>` for `ada`. */
  readonly fhirUsers: Readonly<Record<string, string>>
  /** Names to show instead of the cast's, by person. */
  readonly names?: Readonly<Record<string, string>>
}

/**
 * Registers `demo-admin` alone, so that the demonstration's organisations and people can be written into an empty record through
 * its own door.
 *
 * @returns its private key, for a `tokenSource`
 */
export async function registerDemoAdmin({ clients, home }: Pick<DemoOptions, 'clients' | 'home'>): Promise<ClientKey> {
  const admin = DEMO_CLIENTS.find(({ clientId }) => clientId === 'demo-admin')
  if (admin === undefined) throw new Error('The demonstration has no administrator.')
  const { clientId, name, role, grade, scopes } = admin
  const key = await ensureClientKey(join(home, 'demo-clients'), clientId)
  await clients.register({
    clientId,
    name,
    role,
    grade,
    scopes,
    jwks: publicKeysOf(key),
    tokenLifetimeSeconds: DEMO_TOKEN_LIFETIME_SECONDS,
  })
  return key
}

/**
 * Registers the demonstration's clients and people. The clients' private keys are made at first start in
 * `HANDRAIL_HOME/demo-clients/<id>.jwk.json`, where `npm run -s token` reads them.
 */
export async function registerDemo({ clients, people, home, organizationIds, fhirUsers, names = {} }: DemoOptions): Promise<void> {
  const idOf = (organization: OrganizationKey): string => {
    const id = organizationIds[organization]
    if (id === undefined) throw new Error(`The demonstration has no organisation ${organization}.`)
    return id
  }
  const standing = (organization: OrganizationKey | undefined, fhirUser: string | undefined) => ({
    ...(organization === undefined ? {} : { organization: idOf(organization) }),
    ...(fhirUser === undefined ? {} : { fhirUser }),
    ...(fhirUser?.startsWith('Patient/') === true ? { patient: fhirUser.slice('Patient/'.length) } : {}),
  })
  for (const { organization, person, ...client } of DEMO_CLIENTS) {
    const key = await ensureClientKey(join(home, 'demo-clients'), client.clientId)
    await clients.register({
      ...client,
      jwks: publicKeysOf(key),
      tokenLifetimeSeconds: DEMO_TOKEN_LIFETIME_SECONDS,
      ...standing(organization, person === undefined ? undefined : fhirUsers[person]),
    })
  }
  for (const [position, { organization, scopes, name, ...person }] of DEMO_PEOPLE.entries()) {
    await people.register(
      { ...person, name: names[person.id] ?? name, scopes: parseScopes(scopes), ...standing(organization, fhirUsers[person.id]) },
      position,
    )
  }
}

/** The private key `<folder>/<clientId>.jwk.json`, readable by its owner only; made when it is not there. */
export async function ensureClientKey(folder: string, clientId: string): Promise<ClientKey> {
  const path = join(folder, `${clientId}.jwk.json`)
  const found = await readClientKey(path)
  if (found !== undefined) return found
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { privateKey } = await generateKeyPair('ES384', { extractable: true })
  const kid = randomBytes(9).toString('base64url')
  const draft = `${path}.${kid}`
  await writeFile(draft, `${JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'ES384' })}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  // A link appears whole or not at all, and never replaces the key of a process that was faster.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return JSON.parse(await readFile(path, 'utf8')) as ClientKey
}

/** A private key written by `ensureClientKey`, or nothing when there is no such file. */
export async function readClientKey(path: string): Promise<ClientKey | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ClientKey
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The key for signing assertions. */
export const toSigningKey = async (key: ClientKey): Promise<CryptoKey> => (await importJWK(key, key.alg)) as CryptoKey

/** The public part of a client's key, as it is registered. */
export function publicKeysOf({ kty, crv, x, y, kid }: ClientKey): PublicKeys {
  return { keys: [{ kty: kty ?? 'EC', crv, x, y, kid }] }
}
