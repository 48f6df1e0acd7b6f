/**
 * The record's own door, for the operator's command line: what an operator reads or writes is authorised, validated and audited like
 * anybody's. Whoever may use the hub's database may register a client, so each command registers one for itself and removes it.
 */
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { defineConfig, url } from '@platform/service/config'
import { tokenSource } from '@platform/service/token-source'
import { publicKeysOf, type ClientKey } from '@services/identity/provision'
import { clientRegister } from '@services/identity/store/client-register'
import { CannotStart } from '../cannot-start.ts'
import { openHubDatabase } from '../hub-database.ts'
import { urlOfRunningHub } from '../running-hub.ts'

const readAddresses = defineConfig({
  PUBLIC_URL: url('How others reach the hub. Absent: as the hub that runs here says.', { optional: true }),
  PASSPORT_URL: url('Where the record is reached from here, when not under PUBLIC_URL.', { optional: true }),
  IDENTITY_URL: url('Where the issuer is reached from here, when not under PUBLIC_URL.', { optional: true }),
})

/** The door, open for one command. Disposing of it removes the client it was opened with. */
export interface OperatorDoor extends AsyncDisposable {
  /**
   * Asks the record.
   *
   * @param path under the base, or a whole address that the record itself has given
   * @returns the text of the answer
   * @throws CannotStart with the record's own words when it says no
   */
  ask(method: 'GET' | 'POST', path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<string>
  /** The same for what is no text: an archive, there or back. @param type media type of the body, or of the answer that is wanted */
  exchange(method: 'GET' | 'POST', path: string, type: string, body?: Uint8Array<ArrayBuffer>): Promise<Buffer>
  /**
   * Asks the issuer for an invitation.
   *
   * @returns its link, and the instant at which it ends
   * @throws CannotStart with the issuer's own words when it says no
   */
  invite(invited: Invited): Promise<Invitation>
  /** Takes back whoever signs in as a subject of another issuer. @throws CannotStart with the issuer's own words when it says no */
  endSignIn(of: { readonly issuer: string; readonly subject: string }): Promise<void>
}

/** A link, or the id of a person who is registered without one. */
export type Invitation = { readonly link: string; readonly expires: string } | { readonly registered: string }

/** Who is invited, and into what. */
export interface Invited {
  readonly name: string
  /** What they do, in words. */
  readonly title: string
  /** `worker` or `professional` */
  readonly role: string
  /** `Organization/<id>` */
  readonly organization: string
  readonly grade: string
  /** Whether they invite others into the organisation. */
  readonly administers: boolean
  /** E-mail address or mobile number that one-time codes go to. */
  readonly contact?: string
  /** Instead of a link: who they are at an issuer of SIGN_IN_ISSUERS. */
  readonly issuer?: string
  readonly subject?: string
}

/**
 * Opens the door of the hub that runs here, or of the one that PUBLIC_URL names.
 *
 * @param scopes the SMART scopes the command needs, and no more
 * @throws CannotStart when no hub runs
 */
export async function openOperatorDoor(scopes: string): Promise<OperatorDoor> {
  await using opening = new AsyncDisposableStack()
  const { database, home } = opening.use(await openHubDatabase('admin'))
  const { PUBLIC_URL: publicUrl = urlOfRunningHub(home), ...reached } = readAddresses(process.env)
  const { PASSPORT_URL: passportUrl = publicUrl, IDENTITY_URL: identityUrl = publicUrl } = reached
  const clients = clientRegister(database)
  const key = await passingKey()
  const clientId = `handrail-operator-${randomBytes(4).toString('hex')}`
  await clients.register({ clientId, name: 'Handrail operator', role: 'admin', grade: 'full', scopes, jwks: publicKeysOf(key) })
  opening.defer(() => clients.remove(clientId))
  const tokens = tokenSource({ tokenUrl: `${identityUrl}/identity/token`, audience: `${publicUrl}/identity/token`, clientId, key })
  const given = `${publicUrl}/fhir/`
  const open = opening.move()
  return {
    ask: async (method, path, body, headers) =>
      (await sent(method, path, { ...(body !== undefined && { 'content-type': 'application/fhir+json' }), ...headers }, body)).text(),
    exchange: async (method, path, type, body) =>
      Buffer.from(await (await sent(method, path, body === undefined ? { accept: type } : { 'content-type': type }, body)).arrayBuffer()),
    invite: (invited) => askIssuer<Invitation>('invitations', invited),
    async endSignIn(of) {
      await askIssuer('subjects/end', of)
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }

  async function askIssuer<T>(path: string, body: object): Promise<T> {
    const response = await fetch(`${identityUrl}/identity/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokens.get()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as T & { readonly says?: string }
    if (!response.ok) throw new CannotStart(`The issuer said no (HTTP ${response.status}): ${answer.says ?? 'it gave no reason.'}`)
    return answer
  }

  async function sent(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Response> {
    const address = `${passportUrl}/fhir/${path.startsWith(given) ? path.slice(given.length) : path}`
    const response = await fetch(address, {
      method,
      headers: { authorization: `Bearer ${await tokens.get()}`, accept: 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body }),
    })
    if (!response.ok) throw new CannotStart(`The record said no (HTTP ${response.status}): ${wordsOf(await response.text())}`)
    return response
  }
}

/** A key that is never written down. */
async function passingKey(): Promise<ClientKey> {
  const { privateKey } = await generateKeyPair('ES384', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: randomBytes(9).toString('base64url'), alg: 'ES384' }
}

interface Outcome {
  readonly issue?: readonly { readonly details?: { readonly text?: string }; readonly diagnostics?: string }[]
}

function wordsOf(text: string): string {
  try {
    const { issue = [] } = JSON.parse(text) as Outcome
    const words = issue.map(({ details, diagnostics }) => [details?.text, diagnostics].filter((part) => part !== undefined).join(' '))
    return words.join(' ') || 'it gave no reason.'
  } catch {
    return 'it gave no reason.'
  }
}
