/** What oidc-provider asks its storage for, answered by our stores. */
import { errors, type Adapter } from 'oidc-provider'
import { formatScopes } from '@platform/fhir/scopes'
import type { Client } from '../../domain/registration.ts'
import { isUsable } from '../../domain/session-times.ts'
import type { ClientRegister } from '../../store/client-register.ts'
import type { Issued } from '../../store/issued.ts'

/** A factory of adapters, one for each kind of thing that oidc-provider keeps. */
export function adapters({ clients, issued }: { clients: ClientRegister; issued: Issued }): (model: string) => Adapter {
  return (model) => {
    if (model === 'Client') return { ...nothing, find: async (id) => metadataOf(await clients.find(id)) }
    if (model === 'ReplayDetection') {
      return {
        ...nothing,
        find: async (id) => ((await issued.wasUsed(id)) ? { kind: model, jti: id } : undefined),
        // Two that arrive together both find nothing; only one of them inserts.
        upsert: async (id, _payload, expiresIn) => {
          if (!(await issued.useAssertion(id, expiresIn ?? 0))) throw new errors.InvalidClientAuth('the assertion was used before')
        },
      }
    }
    if (model === 'RefreshToken') return refreshTokens(issued)
    return {
      upsert: (id, payload, expiresIn) => issued.save(model, id, payload, expiresIn),
      find: (id) => issued.find(model, id),
      findByUid: (uid) => issued.findByUid(model, uid),
      findByUserCode: async () => undefined,
      consume: async (id) => {
        if (!(await issued.consume(model, id))) throw new errors.InvalidGrant('it was used before')
      },
      destroy: (id) => issued.remove(model, id),
      revokeByGrantId: (grantId) => issued.removeGrant(model, grantId),
    }
  }
}

/** A refresh token is used once, with a leeway for two tabs of one browser; whoever finds it used after that ends the grant. */
function refreshTokens(issued: Issued): Adapter {
  const model = 'RefreshToken'
  return {
    ...nothing,
    upsert: (id, payload, expiresIn) => issued.save(model, id, payload, expiresIn),
    find: async (id) => {
      const { consumed, ...token } = (await issued.find(model, id)) ?? {}
      if (Object.keys(token).length === 0) return undefined
      const now = Math.floor(Date.now() / 1000)
      return isUsable(consumed === undefined ? undefined : Number(consumed), now) ? token : { ...token, consumed }
    },
    consume: async (id) => void (await issued.consume(model, id)),
    destroy: (id) => issued.remove(model, id),
    revokeByGrantId: (grantId) => issued.removeGrant(model, grantId),
  }
}

const nothing: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
}

/** Name of the member of a client's metadata that holds our registration. */
export const REGISTRATION = 'handrail_registration'

/** A registration as OAuth client metadata. RFC 7591 section 2. */
function metadataOf(client: Client | undefined): Record<string, unknown> | undefined {
  if (client === undefined) return undefined
  const signsPeopleIn = client.redirectUris.length > 0
  return {
    client_id: client.clientId,
    client_name: client.name,
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    grant_types: signsPeopleIn ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
    response_types: signsPeopleIn ? ['code'] : [],
    redirect_uris: client.redirectUris,
    ...(signsPeopleIn ? { post_logout_redirect_uris: [`${new URL(client.redirectUris[0] ?? '').origin}/`] } : {}),
    jwks: client.jwks,
    [REGISTRATION]: { ...client, scopes: formatScopes(client.scopes) },
  }
}
