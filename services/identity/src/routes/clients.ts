/** `GET /identity/clients`: which systems may ask for tokens, for whoever operates the hub. Nothing here is about a person. */
import type { FastifyPluginAsync } from 'fastify'
import { writtenScopes } from '../domain/registration.ts'
import type { ClientRegister } from '../store/client-register.ts'
import { bearerOf } from './bearer.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'

export interface ClientsOptions {
  readonly publicUrl: string
  readonly provider: CurrentProvider
  readonly clients: ClientRegister
}

/** Clients of these roles stand for one person each: their names are not told. */
const OF_ONE_PERSON: ReadonlySet<string> = new Set(['patient', 'carer'])

export const registeredClients: FastifyPluginAsync<ClientsOptions> = async (app, { clients, ...issuer }) => {
  app.get('/clients', async ({ headers }, reply) => {
    const caller = await bearerOf(headers.authorization, issuer)
    if (caller === undefined) return reply.code(401).send({ says: 'Sign in again.' })
    if (caller['role'] !== 'admin') return reply.code(403).send({ says: 'Clients are shown to the operator of the hub.' })
    const all = (await clients.list()).map((client) => {
      const { clientId, name, role, grade, organization } = client
      if (OF_ONE_PERSON.has(role)) return { role }
      return { clientId, name, role, grade, scopes: writtenScopes(client), ...(organization === undefined ? {} : { organization }) }
    })
    return reply.header('cache-control', 'no-store').send({ clients: all })
  })
}
