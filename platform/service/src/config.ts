/**
 * Settings: typed, documented, and complete at start.
 *
 * A service's `config.ts` says what it needs with `defineConfig`; the reader it gets back is the only code that looks at the
 * environment. Everything wrong is said at once, and a secret is never part of what is said.
 */
import { inspect } from 'node:util'

/** What a setting is, how it is read, and what stands in for it when it is absent. */
export interface Setting<T> {
  readonly kind: string
  readonly doc: string
  readonly secret: boolean
  readonly optional: boolean
  readonly default?: T
  /** @throws Error whose message completes the sentence "NAME must …". */
  readonly parse: (text: string) => T
}

/** The setting may be absent: then the configuration has no value for it. */
export interface Optional {
  readonly optional: true
}

/** The setting may be absent: then this stands in for it. */
export interface Default<T> {
  readonly default: T
}

type Absence<T> = Partial<Optional> & Partial<Default<T>>
type OptionalSetting<T> = Setting<T> & { readonly optional: true }
type GivenSetting<T> = Setting<T> & { readonly optional: false }

interface Kind<T, Extra = unknown> {
  (doc: string, options: Optional & Extra): OptionalSetting<T>
  (doc: string, options?: Partial<Default<T>> & Extra): GivenSetting<T>
}

type Settings = Readonly<Record<string, Setting<unknown>>>
type ValueOf<S> = S extends Setting<infer T> ? T : never
type OptionalKeys<S> = { [K in keyof S]: S[K] extends { readonly optional: true } ? K : never }[keyof S]

/** What a reader of these settings gives: every required name with its value, every optional one perhaps. */
export type ConfigOf<S> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: ValueOf<S[K]> | undefined
}

/** One line of a settings page or of `.env.example`. A secret's default is not told. */
export interface SettingDescription {
  readonly name: string
  readonly kind: string
  readonly doc: string
  readonly secret: boolean
  readonly required: boolean
  readonly default?: string
}

/** Reads the environment into a configuration; `settings` describes each name, in the order of definition. */
export interface ConfigReader<S extends Settings> {
  (environment: Readonly<Record<string, string | undefined>>): ConfigOf<S>
  readonly settings: readonly SettingDescription[]
}

/** The configuration a reader gives: `type Config = ConfigFrom<typeof readConfig>`. */
export type ConfigFrom<R> = R extends ConfigReader<infer S> ? ConfigOf<S> : never

/** Everything that is wrong with the environment, one problem a line. It never holds the value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'SETTINGS_WRONG'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/**
 * Defines the settings of a service.
 *
 * @returns a reader that refuses with ConfigError, all problems at once. What it gives prints its secrets as `[secret]`,
 *   both in JSON and to `util.inspect`.
 */
export function defineConfig<const S extends Settings>(settings: S): ConfigReader<S> {
  const read = (environment: Readonly<Record<string, string | undefined>>): ConfigOf<S> => {
    const values: Record<string, unknown> = {}
    const problems: string[] = []
    for (const [name, setting] of Object.entries(settings)) {
      const text = environment[name]?.trim() ?? ''
      if (text !== '') {
        try {
          values[name] = setting.parse(text)
        } catch (error) {
          const shown = setting.secret || mayHoldPassword(text) ? '' : `, not ${JSON.stringify(text)}`
          problems.push(`${name} must ${(error as Error).message}${shown}.`)
        }
      } else if (setting.default !== undefined) values[name] = setting.default
      else if (!setting.optional) problems.push(`${name} is not set. ${setting.doc}`)
    }
    if (problems.length > 0) throw new ConfigError(problems)
    return withoutPrintedSecrets(values, settings) as ConfigOf<S>
  }
  return Object.assign(read, { settings: Object.entries(settings).map(describe) })
}

function describe([name, setting]: [string, Setting<unknown>]): SettingDescription {
  const { kind, doc, secret } = setting
  const known = setting.default !== undefined && !secret
  return {
    name,
    kind,
    doc,
    secret,
    required: !setting.optional && setting.default === undefined,
    ...(known && { default: inWords(setting.default) }),
  }
}

const inWords = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join(',') : JSON.stringify(value)

const mayHoldPassword = (text: string): boolean => /:\/\/[^/]*@/.test(text)

function withoutPrintedSecrets(values: Record<string, unknown>, settings: Settings): Record<string, unknown> {
  const printed = () =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, settings[name]?.secret ? '[secret]' : value]))
  Object.defineProperty(values, 'toJSON', { value: printed, enumerable: false })
  Object.defineProperty(values, inspect.custom, { value: printed, enumerable: false })
  return Object.freeze(values)
}

function kind<T, Extra = unknown>(
  name: string,
  parse: (text: string, options: Extra) => T,
  { secret: isSecret = false }: { secret?: boolean } = {},
): Kind<T, Extra> {
  const define = (doc: string, options: Absence<T> & Extra = {} as Absence<T> & Extra): Setting<T> => ({
    kind: name,
    doc,
    secret: isSecret,
    optional: options.optional ?? false,
    ...(options.default !== undefined && { default: options.default }),
    parse: (text) => parse(text, options),
  })
  return define as Kind<T, Extra>
}

const wrong = (sentence: string): never => {
  throw new Error(sentence)
}

/** Any text that is not empty; white space around it is not part of it. */
export const text = kind('text', (given: string): string => given)

/** Text that is never printed: a password, a key, or a URL that may carry one. */
export const secret = kind('secret', (given: string): string => given, { secret: true })

/** A URL that may carry a password, and so is never printed. */
const connection = (...schemes: readonly string[]) =>
  kind(
    'secret',
    (given: string): string => {
      if (schemes.some((scheme) => given.toLowerCase().startsWith(`${scheme}://`))) return given
      return wrong(`begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`)
    },
    { secret: true },
  )

/** A connection string of PostgreSQL. */
export const postgresql = connection('postgresql', 'postgres')

/** A connection string of Redis or Valkey, with TLS or without. */
export const redis = connection('redis', 'rediss')

/** An e-mail server, with TLS from the start or not. */
export const smtp = connection('smtps', 'smtp')

/** An http or https URL, given without a trailing slash. A URL with a user name or password is refused: that is a `secret`. */
export const url = kind('url', (given: string): string => {
  const parsed = URL.parse(given)
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return wrong('be an http or https URL')
  if (parsed.username !== '' || parsed.password !== '') return wrong('be a URL without user name or password')
  return given.replace(/\/+$/, '')
})

/** A whole number, by default any that JavaScript holds exactly. */
export const integer = kind<number, { readonly min?: number; readonly max?: number }>(
  'integer',
  (given, { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }) => wholeNumber(given, min, max, 'be a whole number'),
)

/** A TCP port; 0 asks the system for any free one. */
export const port = kind('port', (given: string): number => wholeNumber(given, 0, 65_535, 'be a port number'))

/** A duration in whole milliseconds, not negative. */
export const milliseconds = kind<number, { readonly min?: number; readonly max?: number }>(
  'milliseconds',
  (given, { min = 0, max = Number.MAX_SAFE_INTEGER }) => wholeNumber(given, min, max, 'be a number of milliseconds'),
)

function wholeNumber(given: string, min: number, max: number, sentence: string): number {
  const number = /^-?\d{1,16}$/.test(given) ? Number(given) : Number.NaN
  if (number >= min && number <= max) return number
  const [low, high] = [min > Number.MIN_SAFE_INTEGER ? min : undefined, max < Number.MAX_SAFE_INTEGER ? max : undefined]
  if (low !== undefined && high !== undefined) return wrong(`${sentence} from ${low} to ${high}`)
  if (low !== undefined) return wrong(`${sentence}, ${low} or more`)
  return wrong(high === undefined ? sentence : `${sentence}, ${high} or less`)
}

/** `true` or `false`, spelled so. */
export const flag = kind('flag', (given: string): boolean =>
  given === 'true' || given === 'false' ? given === 'true' : wrong('be true or false'),
)

/** Texts separated by commas; white space around each is not part of it, and empty ones are left out. */
export const list = kind('list', (given: string): readonly string[] =>
  given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

/** One of the given words, spelled so. */
export function oneOf<const T extends string>(doc: string, words: readonly T[], options: Optional): OptionalSetting<T>
export function oneOf<const T extends string>(doc: string, words: readonly T[], options?: Partial<Default<NoInfer<T>>>): GivenSetting<T>
export function oneOf<const T extends string>(doc: string, words: readonly T[], options: Absence<T> = {}): Setting<T> {
  const parse = (given: string): T => words.find((word) => word === given) ?? wrong(`be one of ${words.join(', ')}`)
  return kind<T, Absence<T>>(`one of ${words.join(', ')}`, parse)(doc, options as Default<T>)
}

/**
 * A JSON list, each entry as `entry` reads it, which throws what completes "NAME must …". Absent: the empty list. Never printed, for
 * an entry may hold a secret.
 */
export const jsonList = <T>(doc: string, entry: (value: unknown) => T): GivenSetting<readonly T[]> => ({
  kind: 'JSON list',
  doc,
  secret: true,
  optional: false,
  default: [],
  parse(given) {
    let parsed: unknown
    try {
      parsed = JSON.parse(given)
    } catch {
      return wrong('be a JSON list')
    }
    return Array.isArray(parsed) ? parsed.map((one) => entry(one)) : wrong('be a JSON list')
  },
})
