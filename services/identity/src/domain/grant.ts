/** What a token grants and says. */
import { formatScopes, narrowScopes, parseScope, parseScopes, type Scope } from '@platform/fhir/scopes'
import type { Client, Person, Standing } from './registration.ts'

/**
 * The scopes a system is granted: what it asks for and is registered for. Asking for nothing in particular asks for all.
 *
 * @returns SMART v2 scopes, separated by spaces; empty when nothing asked for is registered.
 */
export function grantToSystem(asked: string | undefined, client: Client): string {
  if (asked === undefined) return formatScopes(client.scopes)
  return formatScopes(narrowScopes(parseScopes(asked), client.scopes))
}

/** The scopes a signed-in person is granted: asked for by the application, registered for it, and within the person's own. */
export function grantToPerson(asked: string, client: Client, person: Person): string {
  return formatScopes(narrowScopes(narrowScopes(parseScopes(asked), client.scopes), person.scopes))
}

/** The words of a scope parameter that mean something for resources and are registered for the client at least in part. */
export function resourceScopes(asked: string, registered: readonly Scope[]): string[] {
  return asked.split(' ').filter((word) => {
    const scope = parseScope(word)
    return scope !== undefined && narrowScopes([scope], registered).length > 0
  })
}

/** The claims of ours in an access token; `platform/fhir/token-verifier.ts` reads them. */
export function standingClaims({ role, grade, organization, fhirUser, patient }: Standing): Readonly<Record<string, string>> {
  return {
    role,
    grade,
    ...(organization === undefined ? {} : { organization }),
    ...(fhirUser === undefined ? {} : { fhirUser }),
    ...(patient === undefined ? {} : { patient }),
  }
}
