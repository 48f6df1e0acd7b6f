/** `/directory`: our listings for anybody, as Open Referral UK 3.0. Nine read-only addresses, open, without key, from any origin. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { watchAllowedMethods } from '@platform/fhir/allowed-methods'
import { describeError } from '@platform/service/describe-error'
import type { Dependencies } from '../../dependencies.ts'
import type { Listing } from '../../domain/directory.ts'
import { API_DETAILS, ownServices, pageOf, taxonomiesOf, termsOf, toService } from '../../domain/open-referral.ts'
import { locationsOf } from '../../domain/open-referral-places.ts'
import { FILTERS, isAskedFor, wrongIn } from '../../domain/open-referral-search.ts'

const PARAMETERS = ['page', 'per_page', ...FILTERS] as const
type Parameter = (typeof PARAMETERS)[number]
type Asked = Readonly<Partial<Record<Parameter, string>>>

interface List {
  /** A parameter that is given several times is a list. */
  readonly Querystring: Readonly<Partial<Record<Parameter, string | readonly string[]>>>
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
  const allowedAt = watchAllowedMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const allowed = allowedAt(path)
    if (allowed.length === 0) return notListed(reply)
    reply.header('allow', allowed.join(', '))
    // A page that asks with headers of its own asks first whether it may. Fetch standard, CORS-preflight fetch.
    reply.header('access-control-allow-methods', allowed.join(', ')).header('access-control-allow-headers', '*')
    return request.method === 'OPTIONS' ? reply.code(204).send() : no(reply, 405, 'The listings are read and not written: ask by GET.')
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { statusCode = 500 } = error
    if (statusCode < 500) return no(reply, statusCode, 'The request cannot be read. Ask by GET, without a body.')
    request.log.error({ event: 'directory.fault', error: describeError(error) })
    return no(reply, 500, 'Something went wrong on our side. Try again in a moment.')
  })
  const services = () => ownServices(directory)
  const placesOf = (listings: readonly Listing[]) =>
    listings.flatMap((listing) =>
      locationsOf(listing).map(({ at }) => ({
        ...at,
        service: { id: listing.reference.split('/')[1], name: listing.name, status: 'active' },
      })),
    )

  app.get('/', async (_request, reply) => reply.send(JSON.stringify(API_DETAILS)))

  app.get<List>('/services', async (request, reply) => {
    const query = askedIn(request.query)
    if (typeof query === 'string') return no(reply, 400, query)
    const page = paged(
      query,
      services().filter((listing) => isAskedFor(listing, query, directory)),
    )
    return page === undefined
      ? bad(reply)
      : reply.send(JSON.stringify({ ...page, contents: page.contents.map((one) => toService(one, directory)) }))
  })
  app.get<One>('/services/:id', async ({ params }, reply) => {
    const listing = services().find(({ reference }) => reference === `HealthcareService/${params.id}`)
    return listing === undefined ? absent(reply) : reply.send(JSON.stringify(toService(listing, directory)))
  })

  const list = (path: string, all: (asked: Asked) => readonly unknown[]) => {
    app.get<List>(path, async (request, reply) => {
      const query = askedIn(request.query)
      if (typeof query === 'string') return no(reply, 400, query)
      const page = paged(query, all(query))
      return page === undefined ? bad(reply) : reply.send(JSON.stringify(page))
    })
    app.get<One>(`${path}/:id`, async ({ params }, reply) => {
      const found = (all({}) as readonly { readonly id: string }[]).find(({ id }) => id === params.id)
      return found === undefined ? absent(reply) : reply.send(JSON.stringify(found))
    })
  }
  list('/taxonomies', () => taxonomiesOf(termsOf(services())))
  list('/taxonomy_terms', () => termsOf(services()))
  list('/service_at_locations', (asked) => placesOf(services().filter((listing) => isAskedFor(listing, asked, directory))))
}

/** Nothing when the numbers are none. */
function paged<T>({ page = '1', per_page: size = String(SIZE) }: Asked, all: readonly T[]) {
  if (!/^[1-9]\d{0,6}$/.test(page) || !/^[1-9]\d{0,6}$/.test(size)) return undefined
  return pageOf(all, Number(page), Math.min(Number(size), LARGEST))
}

/** Each parameter once; else what is wrong, in words. */
function askedIn(query: List['Querystring']): Asked | string {
  const twice = PARAMETERS.find((name) => query[name] !== undefined && typeof query[name] !== 'string')
  if (twice !== undefined) return `${twice} is given several times: give it once.`
  const asked = query as Asked
  return wrongIn(asked) ?? asked
}

const no = (reply: FastifyReply, status: number, error: string) =>
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify({ error }))
/** Nothing is at this address. */
export const notListed = (reply: FastifyReply) =>
  no(reply, 404, 'There is nothing at this address. Our listings begin at /directory/services.')
const absent = (reply: FastifyReply) => no(reply, 404, 'There is nothing with this id.')
const bad = (reply: FastifyReply) => no(reply, 400, 'page and per_page are whole numbers from 1.')
