/**
 * `$status` and `$events` of a Subscription: where it stands, and what a receiver that saw a gap has missed. Subscriptions R5 Backport IG 1.1. Whether
 * the caller may read the Subscription is decided by the record.
 */
import type { Bundle, Subscription } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Clock } from '@platform/service/clock'
import { notificationFor, statusBundle } from '../../domain/alert-subscription.ts'
import { refuse } from '../../errors.ts'
import type { FhirRecord } from '../../store/record.ts'
import type { HeldSubscription, Subscriptions } from '../../store/subscriptions.ts'
import { parametersOf, sendResource } from './parameters.ts'

/** What the operations work with. */
export interface SubscriptionOperationsDependencies {
  readonly record: FhirRecord
  readonly subscriptions: Subscriptions
  readonly clock: Clock
  /** FHIR base under which others know the record. */
  readonly base: string
}

/** Events in one answer; who wants more asks again from the last number on. */
const MOST_EVENTS = 500
const MOST_ASKED = 100

/** The operations, mounted at `/fhir`. */
export const subscriptionOperations: FastifyPluginAsync<SubscriptionOperationsDependencies> = async (
  app,
  { record, subscriptions, clock, base },
) => {
  const held = async (request: FastifyRequest, id: string): Promise<HeldSubscription> => {
    const asCaller = record.as({ get: async () => request.caller.token })
    const readable = await asCaller.read<Subscription>(`Subscription/${id}`)
    if (readable === undefined) throw refuse.NOT_FOUND()
    const found = await subscriptions.get(id)
    if (found === undefined) throw refuse.SUBSCRIPTION_NOT_SERVED({ reference: `Subscription/${id}` })
    return found
  }

  /** Without an id, all that the caller may read and that are served. */
  const ofCaller = async (request: FastifyRequest): Promise<readonly HeldSubscription[]> => {
    const readable = await record.as({ get: async () => request.caller.token }).search<Subscription>('Subscription', {})
    const found = await Promise.all(readable.map(async ({ id = '' }) => subscriptions.get(id)))
    return found.filter((one) => one !== undefined)
  }

  for (const method of ['GET', 'POST'] as const) {
    app.route<{ Params: { id: string } }>({
      method,
      url: '/Subscription/:id/$status',
      handler: async (request, reply) => sendResource(reply, statusBundle([await held(request, request.params.id)], clock.now())),
    })

    app.route({
      method,
      url: '/Subscription/$status',
      handler: async (request, reply) => {
        const given = parametersOf(request, ['id', 'status'])
        const ids = (given.get('id') ?? '').split(',').filter((id) => /^[A-Za-z0-9\-.]{1,64}$/.test(id))
        if ((given.has('id') && ids.length === 0) || ids.length > MOST_ASKED)
          throw refuse.PARAMETER_MISSING({ name: 'id' }, { expression: 'Parameters.parameter' })
        const states = given.get('status')?.split(',')
        const found = await (ids.length === 0 ? ofCaller(request) : Promise.all(ids.map(async (id) => held(request, id))))
        return sendResource(
          reply,
          statusBundle(
            found.filter(({ status }) => states === undefined || states.includes(status)),
            clock.now(),
          ),
        )
      },
    })

    app.route<{ Params: { id: string } }>({
      method,
      url: '/Subscription/:id/$events',
      handler: async (request, reply) => {
        const given = parametersOf(request, ['eventsSinceNumber', 'eventsUntilNumber', 'content'])
        const subscription = await held(request, request.params.id)
        const upTo = numberIn(given.get('eventsUntilNumber'))
        const [since, until] = [numberIn(given.get('eventsSinceNumber')) ?? 1n, upTo ?? BigInt(subscription.events)]
        if (since < 1n || (upTo !== undefined && since > upTo)) throw refuse.EVENT_RANGE_INVALID({}, { expression: 'Parameters.parameter' })
        const content = given.get('content') ?? subscription.content
        if (content !== 'empty' && content !== 'id-only')
          throw refuse.PARAMETERS_MALFORMED({}, { expression: "Parameters.parameter.where(name = 'content')" })
        const events = since > until ? [] : await subscriptions.events(subscription.id, since, until, MOST_EVENTS)
        const answer: Bundle = notificationFor({ ...subscription, content }, 'query-event', events, { at: clock.now(), base })
        return sendResource(reply, answer)
      },
    })
  }
}

/** @throws EVENT_RANGE_INVALID */
function numberIn(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,18}$/.test(text)) throw refuse.EVENT_RANGE_INVALID({}, { expression: 'Parameters.parameter' })
  return BigInt(text)
}
