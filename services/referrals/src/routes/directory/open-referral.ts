/** `/directory`: our listings for anybody, as Open Referral UK 3.0. Nine read-only addresses, open, without key, from any origin. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { API_DETAILS, locationsOf, ownServices, pageOf, taxonomiesOf, termsOf, toService } from '../../domain/open-referral.ts'

interface List {
  readonly Querystring: {
    readonly page?: string
    readonly per_page?: string
    readonly text?: string
    readonly taxonomy_term_id?: string
    readonly modified_after?: string
  }
}

interface One {
  readonly Params: { readonly id: string }
}

const SIZE = 50
const LARGEST = 500

export const openReferral: FastifyPluginAsync<Dependencies> = async (app, { directory }) => {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('access-control-allow-origin', '*').header('content-type', 'application/json; charset=utf-8')
  })
  const services = () => ownServices(directory)
  const places = () =>
    services().flatMap((listing) =>
      locationsOf(listing).map(({ at }) => ({
        ...at,
        service: { id: listing.reference.split('/')[1], name: listing.name, status: 'active' },
      })),
    )

  app.get('/', async (_request, reply) => reply.send(JSON.stringify(API_DETAILS)))

  app.get<List>('/services', async ({ query }, reply) => {
    const text = query.text?.trim().toLowerCase()
    const found = services().filter(
      (listing) =>
        (text === undefined || listing.name.toLowerCase().includes(text)) &&
        (query.taxonomy_term_id === undefined || termsOf([listing]).some(({ id }) => id === query.taxonomy_term_id)) &&
        (query.modified_after === undefined || (listing.changedAt ?? '') > query.modified_after),
    )
    const page = paged(query, found)
    return page === undefined
      ? bad(reply)
      : reply.send(JSON.stringify({ ...page, contents: page.contents.map((one) => toService(one, directory)) }))
  })
  app.get<One>('/services/:id', async ({ params }, reply) => {
    const listing = services().find(({ reference }) => reference === `HealthcareService/${params.id}`)
    return listing === undefined ? absent(reply) : reply.send(JSON.stringify(toService(listing, directory)))
  })

  const list = (path: string, all: () => readonly unknown[]) => {
    app.get<List>(path, async ({ query }, reply) => {
      const page = paged(query, all())
      return page === undefined ? bad(reply) : reply.send(JSON.stringify(page))
    })
    app.get<One>(`${path}/:id`, async ({ params }, reply) => {
      const found = (all() as readonly { readonly id: string }[]).find(({ id }) => id === params.id)
      return found === undefined ? absent(reply) : reply.send(JSON.stringify(found))
    })
  }
  list('/taxonomies', () => taxonomiesOf(termsOf(services())))
  list('/taxonomy_terms', () => termsOf(services()))
  list('/service_at_locations', places)
}

/** Nothing when the numbers are none. */
function paged<T>({ page = '1', per_page: size = String(SIZE) }: List['Querystring'], all: readonly T[]) {
  if (!/^[1-9]\d{0,6}$/.test(page) || !/^[1-9]\d{0,6}$/.test(size)) return undefined
  return pageOf(all, Number(page), Math.min(Number(size), LARGEST))
}

const absent = (reply: FastifyReply) => reply.code(404).send(JSON.stringify({ error: 'There is nothing with this id.' }))
const bad = (reply: FastifyReply) => reply.code(400).send(JSON.stringify({ error: 'page and per_page are whole numbers from 1.' }))
