/** What an operator says of an issuer that is not ours: the members that every setting of such issuers has. */

/** The algorithms by which an ID token may be signed: the operator agrees one of them with each issuer, and no other is believed. */
const ID_TOKEN_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384'] as const
export type IdTokenAlgorithm = (typeof ID_TOKEN_ALGORITHMS)[number]

/** As it is written in the settings. */
export interface ForeignIssuerSetting {
  /** What people read: a proper name, the same in every language. */
  readonly name: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly algorithm?: IdTokenAlgorithm
  readonly alsoAt?: readonly string[]
}

/** Members of one entry, each read once; what is left over in the end is a mistake in writing. */
export interface Members {
  text(name: string): string
  optionalText(name: string): string | undefined
  /** https, or http where the host is this machine; without a slash at its end. */
  address(name: string): string
  texts(name: string): readonly string[]
  /** @throws Error naming members that nobody read */
  end(): void
}

const wrong = (sentence: string): never => {
  throw new Error(sentence)
}

/** @throws Error whose message completes the sentence "NAME must …" */
export function membersOf(entry: unknown): Members {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return wrong('be a JSON list of objects')
  const given = new Map(Object.entries(entry as Record<string, unknown>))
  const take = (name: string): unknown => {
    const value = given.get(name)
    given.delete(name)
    return value
  }
  const optionalText = (name: string): string | undefined => {
    const value = take(name)
    if (value === undefined) return undefined
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : wrong(`have a text as "${name}" of each entry`)
  }
  const text = (name: string): string => optionalText(name) ?? wrong(`have "${name}" in each entry`)
  return {
    text,
    optionalText,
    address: (name) => parseAddress(text(name), name),
    texts(name) {
      const value = take(name) ?? []
      return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : wrong(`have a list of texts as "${name}"`)
    },
    end: () => (given.size > 0 ? wrong(`have nothing called ${[...given.keys()].map((name) => `"${name}"`).join(', ')}`) : undefined),
  }
}

/** The members that every foreign issuer has. @throws as `membersOf` */
export function readForeignIssuer(members: Members): ForeignIssuerSetting {
  const [clientSecret, written] = [members.optionalText('clientSecret'), members.optionalText('algorithm')]
  const algorithm = ID_TOKEN_ALGORITHMS.find((one) => one === written)
  if (written !== undefined && algorithm === undefined) wrong(`have one of ${ID_TOKEN_ALGORITHMS.join(', ')} as "algorithm"`)
  return {
    name: members.text('name'),
    clientId: members.text('clientId'),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(algorithm === undefined ? {} : { algorithm }),
    alsoAt: members.texts('alsoAt').map((origin) => new URL(parseAddress(origin, 'alsoAt')).origin),
  }
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

function parseAddress(text: string, name: string): string {
  const parsed = URL.parse(text)
  const secure = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && LOOPBACK.test(parsed.hostname))
  if (parsed === null || !secure || parsed.username !== '' || parsed.hash !== '') return wrong(`have an https address as "${name}"`)
  return text.replace(/\/+$/, '')
}
