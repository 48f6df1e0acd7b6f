/**
 * Sends what is due, again and again until it is delivered or given up. A target that fails five times running is left alone for a minute. What is
 * given up ends as a refusal with a next step, which the coordinator has: a failure that nobody sees would be a referral that vanished. HAZ-R12
 */
import type { PayloadPart } from '@handrail/fhir-profiles/payload-parts'
import type { Bundle, Organization } from '@medplum/fhirtypes'
import type { Log } from '@platform/service/log'
import { giveUpDelivery } from '../domain/bars/apply-response.ts'
import { goesOut } from '../domain/bars/goes-out.ts'
import { asOurPatient } from '../domain/bars/inbound-referral.ts'
import { headersFor, toMessage, uuidFrom, type Outgoing } from '../domain/bars/outbound-message.ts'
import { refuse } from '../errors.ts'
import { goesByLink } from '../domain/link/goes-by-link.ts'
import { localId, type Need } from '../domain/need.ts'
import { needsIn } from '../domain/payload/payload.ts'
import type { Deliveries, Delivery } from '../store/deliveries.ts'
import type { ServiceDirectory } from '../store/directory.ts'
import type { Needs } from '../store/needs.ts'
import type { Payloads } from '../store/payloads.ts'
import type { FhirRecord } from '../store/record.ts'
import type { BarsChannel, Sent } from './channels/bars.ts'

/** What deliveries are made with. */
export interface DeliverOptions {
  readonly deliveries: Deliveries
  readonly record: FhirRecord
  readonly directory: ServiceDirectory
  readonly needs: Pick<Needs, 'apply'>
  readonly payloads: Payloads
  readonly channel: BarsChannel
  /** Our own service id: answers are sent to it. */
  readonly from: Outgoing['from']
  readonly log: Log
}

/** Delivers. */
export interface Courier {
  /** Sends everything that is due by `now`, and resolves when it was tried. */
  deliver(now: Date): Promise<void>
}

const LEASE_MS = 60_000
const BATCH = 20
const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 30 * 60_000
const ATTEMPTS = 14 // 30 s doubled up to 30 min: about 4 hours and a half before we give up, within one working day
const FAILURES_THAT_OPEN = 5
const OPEN_FOR_MS = 60_000

/** What of a need is to go out, as deliveries with their ids. The same need gives the same ids. */
export const plannedFor = (need: Need, directory: ServiceDirectory, ours: readonly string[], at: Date) =>
  goesOut(need, directory, ours).map(({ task, act, service, dosId }) => ({
    task,
    act,
    need: need.request.id ?? '',
    channel: 'bars',
    target: dosId,
    service,
    bundleId: uuidFrom(`bundle/${task}/${act}`),
    requestId: uuidFrom(`request/${task}/${act}`),
    correlationId: uuidFrom(`correlation/${task}`),
    askedAt: at,
  }))

/** What of a need is to go by secure link. @param byBars what goes by BaRS: one way is enough */
export const plannedByLink = (
  need: Need,
  reaches: (organization: string) => boolean,
  byBars: readonly { readonly task: string }[],
  at: Date,
) =>
  goesByLink(need, reaches, new Set(byBars.map(({ task }) => task))).map((task) => ({
    task,
    act: 'refer' as const,
    need: need.request.id ?? '',
    channel: 'link',
    target: 'link',
    service: need.tasks.find(({ id }) => id === task)?.owner?.reference ?? '',
    bundleId: uuidFrom(`link/${task}`),
    requestId: uuidFrom(`link-request/${task}`),
    correlationId: uuidFrom(`correlation/${task}`),
    askedAt: at,
  }))

/** How a step would leave, and by what; nothing when its owner answers in the hub. */
export interface Leaving {
  readonly channel: 'bars'
  readonly message: Bundle
  /** A key of the table of payloads. */
  readonly kind: string
  readonly withheld: readonly PayloadPart[]
}

/**
 * What would go for a step that is not opened yet: the message itself, as the courier would make it now.
 *
 * @param read reads as the caller who looks: nobody is shown what he may not see
 */
export async function leaving(
  need: Need,
  {
    directory,
    payloads,
    ours,
    from,
    at,
    read,
  }: {
    directory: ServiceDirectory
    payloads: Payloads
    ours: readonly string[]
    from: Outgoing['from']
    at: Date
    read: FhirRecord['read']
  },
): Promise<Leaving | undefined> {
  const [planned] = plannedFor(need, directory, ours, at)
  const task = need.tasks.find(({ id }) => id === planned?.task)
  if (planned === undefined || task === undefined) return undefined
  const requester = localId(need.request.requester, 'Organization')
  const [payload, sender, receiver] = await Promise.all([
    payloads.of({ need, task, channel: 'bars', at, read }),
    requester === undefined ? undefined : read<Organization>(`Organization/${requester}`),
    read<Organization>(task.owner?.reference ?? ''),
  ])
  if (payload === undefined || receiver === undefined) return undefined
  const message = toMessage({
    act: 'refer',
    request: payload.request,
    task: payload.task ?? task,
    patient: asOurPatient(payload.patient),
    needs: needsIn(payload),
    sender: sender ?? { resourceType: 'Organization', name: need.request.requester?.display ?? from.name },
    receiver,
    service: { name: directory.listing(planned.service)?.name ?? receiver.name ?? '', dosId: planned.target },
    from,
    bundleId: planned.bundleId,
    correlationId: planned.correlationId,
    at,
  })
  return { channel: 'bars', message, kind: payload.kind, withheld: payload.withheld }
}

const noteOf = ({ request: { note } }: Need) => (note === undefined ? {} : { note })

/** Opens a courier. */
export function courier({ deliveries, record, directory, needs, payloads, channel, from, log }: DeliverOptions): Courier {
  let failures = 0
  let openUntil = 0
  return {
    async deliver(now) {
      for (;;) {
        // The breaker: a target that is down is not knocked at for each referral that waits.
        if (now.getTime() < openUntil) return
        const due = await deliveries.claim(now, BATCH, LEASE_MS)
        if (due.length === 0) return
        for (const one of due) await deliverOne(one, now)
      }
    },
  }

  async function deliverOne(delivery: Delivery, now: Date): Promise<void> {
    let sent: Sent
    try {
      const outgoing = await outgoingOf(delivery)
      // It was answered, handed on or withdrawn before it left: nothing goes.
      if (outgoing === undefined) return await deliveries.failed(delivery, { at: now })
      sent =
        now.getTime() < openUntil ? { went: 'later' } : await channel.send(toMessage(outgoing), headersFor(outgoing, delivery.requestId))
    } catch {
      sent = { went: 'later' }
    }
    failures = sent.went === 'later' ? failures + 1 : 0
    if (failures >= FAILURES_THAT_OPEN) {
      openUntil = now.getTime() + OPEN_FOR_MS
      failures = 0
      log.warn({ event: 'bars.target-left-alone', forMs: OPEN_FOR_MS })
    }
    const status = sent.status === undefined ? {} : { status: sent.status }
    if (sent.went === 'delivered') {
      await deliveries.delivered(delivery, {
        at: now,
        status: sent.status,
        ...(sent.theirId === undefined ? {} : { theirId: sent.theirId }),
      })
      log.info({ event: 'bars.delivered', task: delivery.task, act: delivery.act, attempts: delivery.attempts })
      return
    }
    // 403 may be an old token: one more try, and no more.
    const last = delivery.attempts >= ATTEMPTS || (sent.status === 403 && delivery.attempts > 1)
    if (sent.went === 'later' && !last) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (delivery.attempts - 1), LONGEST_PAUSE_MS)
      return deliveries.failed(delivery, { at: now, ...status, nextAt: new Date(now.getTime() + pauseMs) })
    }
    log.error({ event: 'bars.given-up', task: delivery.task, act: delivery.act, attempts: delivery.attempts, ...status })
    if (delivery.act === 'refer') await needs.apply(delivery.need, (need, at) => giveUpDelivery(need, delivery.task, wordsFor(sent), at))
    await deliveries.failed(delivery, { at: now, ...status })
  }

  /** What goes, as things are now; nothing when it need not go any more. */
  async function outgoingOf(delivery: Delivery): Promise<Outgoing | undefined> {
    const { act, task: taskId, target, service, bundleId, correlationId, askedAt, theirId } = delivery
    const need = await record.readNeed(delivery.need)
    const task = need?.tasks.find(({ id }) => id === taskId)
    if (need === undefined || task === undefined || (act === 'refer' && task.status !== 'requested')) return undefined
    const requester = localId(need.request.requester, 'Organization')
    const [payload, sender, receiver] = await Promise.all([
      payloads.of({ need, task, channel: 'bars', at: askedAt }),
      requester === undefined ? undefined : record.read<Organization>(`Organization/${requester}`),
      record.read<Organization>(task.owner?.reference ?? ''),
    ])
    if (payload === undefined || receiver === undefined) throw refuse.RECORD_UNAVAILABLE()
    return {
      act,
      // A cancellation says why: the sender's last note, which is its own.
      request: act === 'withdraw' ? { ...payload.request, ...noteOf(need) } : payload.request,
      task: payload.task ?? task,
      patient: asOurPatient(payload.patient),
      needs: needsIn(payload),
      sender: sender ?? { resourceType: 'Organization', name: need.request.requester?.display ?? from.name },
      receiver,
      service: { name: directory.listing(service)?.name ?? receiver.name ?? '', dosId: target },
      from,
      bundleId,
      correlationId,
      at: askedAt,
      ...(theirId === undefined ? {} : { theirId }),
    }
  }
}

const wordsFor = ({ went, status }: Sent): string =>
  went === 'refused'
    ? `The receiver's system did not take the message (HTTP ${status}).`
    : `The receiver's system could not be reached${status === undefined ? '' : ` (HTTP ${status})`}.`
