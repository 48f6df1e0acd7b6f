/**
 * SMART App Launch v2 scopes: `system/Procedure.rs`. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
 *
 * v1 scopes are read as their v2 synonyms: `.read` is `.rs`, `.write` is `.cud`, `.*` is `.cruds`.
 */

/** What one scope permits on one type, or on every type (`*`). */
export interface Scope {
  readonly context: 'system' | 'user' | 'patient'
  /** A resource type, or `*`. */
  readonly type: string
  readonly c: boolean
  readonly r: boolean
  readonly u: boolean
  readonly d: boolean
  readonly s: boolean
}

/** Create, read (and vread and an instance's history), update (and patch), delete, search (and a type's history). */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's'

const PERMISSIONS: readonly Permission[] = ['c', 'r', 'u', 'd', 's']
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }
// The letters come in this order only: out of order, `.read` would be `r` and `d`.
const SCOPE = /^(system|user|patient)\/(\*|[A-Z][A-Za-z]{1,63})\.(read|write|\*|(?=[cruds])c?r?u?d?s?)$/

/**
 * One scope, or nothing when the text is not a scope on resources (`openid`, `fhirUser`, letters out of order).
 *
 * A scope that is limited by a query (`Observation.rs?category=…`) is not understood and therefore grants nothing: to read it
 * without its query would grant more than was meant.
 */
export function parseScope(text: string): Scope | undefined {
  const [, context, type, words] = SCOPE.exec(text) ?? []
  if (context === undefined || type === undefined || words === undefined) return undefined
  const letters = V1[words] ?? words
  const has = (letter: Permission) => letters.includes(letter)
  return { context: context as Scope['context'], type, c: has('c'), r: has('r'), u: has('u'), d: has('d'), s: has('s') }
}

/** The scopes on resources in a space-separated list; everything else in it is passed over. */
export function parseScopes(text: string): Scope[] {
  return text
    .split(' ')
    .map(parseScope)
    .filter((scope) => scope !== undefined)
}

/** A scope in its v2 spelling. */
export function formatScope(scope: Scope): string {
  return `${scope.context}/${scope.type}.${PERMISSIONS.filter((letter) => scope[letter]).join('')}`
}

/** Several scopes in their v2 spelling, separated by spaces. */
export function formatScopes(scopes: readonly Scope[]): string {
  return scopes.map(formatScope).join(' ')
}

/** Whether any of the scopes permits this on this resource type. Scopes add up. */
export function scopesAllow(scopes: readonly Scope[], type: string, permission: Permission): boolean {
  return scopes.some((scope) => scope[permission] && (scope.type === '*' || scope.type === type))
}

/**
 * What is both asked for and registered, one scope for each context and type, in the order asked.
 *
 * `system/*.cruds` asked of a client registered for `system/Task.rs` gives `system/Task.rs`; nothing in common gives an empty list.
 */
export function narrowScopes(asked: readonly Scope[], registered: readonly Scope[]): Scope[] {
  const granted = new Map<string, Scope>()
  for (const wanted of asked) {
    for (const held of registered) {
      if (wanted.context !== held.context) continue
      if (wanted.type !== '*' && held.type !== '*' && wanted.type !== held.type) continue
      const type = wanted.type === '*' ? held.type : wanted.type
      const key = `${wanted.context}/${type}`
      const before = granted.get(key)
      const both = (letter: Permission) => (before?.[letter] ?? false) || (wanted[letter] && held[letter])
      granted.set(key, { context: wanted.context, type, c: both('c'), r: both('r'), u: both('u'), d: both('d'), s: both('s') })
    }
  }
  return [...granted.values()].filter((scope) => PERMISSIONS.some((letter) => scope[letter]))
}
