/**
 * Sends links that are due, until each is delivered or given up; what is given up ends as a refusal with a next step, which the coordinator has. Each
 * try makes a new link: what opens the one before was in that mail alone. HAZ-R12
 */
import { summariseError } from '@platform/service/describe-error'
import type { Log } from '@platform/service/log'
import { giveUpDelivery } from '../domain/bars/apply-response.ts'
import { CODE_LIVES_MS, issueCode, LINK_LIVES_MS, type Link } from '../domain/link/link.ts'
import { isOpen } from '../domain/need.ts'
import type { Deliveries, Delivery } from '../store/deliveries.ts'
import { codeHash, hashOf, type LinkSecrets } from '../store/link-secrets.ts'
import type { Links } from '../store/links.ts'
import type { Needs } from '../store/needs.ts'
import type { FhirRecord } from '../store/record.ts'
import type { LinkChannel } from './channels/link.ts'

/** What links are sent with. */
export interface LinkCourierOptions {
  readonly deliveries: Deliveries
  readonly links: Links
  readonly record: FhirRecord
  readonly needs: Pick<Needs, 'apply'>
  readonly channel: LinkChannel
  readonly secrets: LinkSecrets
  readonly log: Log
}

const LEASE_MS = 60_000
const BATCH = 20
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 60 * 60_000
const ATTEMPTS = 10 // a minute doubled up to an hour: about five hours, within one working day

/** Opens it. @returns sends everything that is due by `now`, and resolves when it was tried */
export function linkCourier({ deliveries, links, record, needs, channel, secrets, log }: LinkCourierOptions): {
  deliver(now: Date): Promise<void>
} {
  return {
    async deliver(now) {
      await sendCodes(now)
      await sendChecks(now)
      for (;;) {
        const due = await deliveries.claim(now, BATCH, LEASE_MS, 'link')
        if (due.length === 0) return
        for (const one of due) await deliverOne(one, now)
      }
    },
  }

  /** Codes that were asked for. One that cannot be sent is asked for again by who waits for it. */
  async function sendCodes(now: Date): Promise<void> {
    for (const tokenHash of await links.codesWanted(BATCH)) {
      const code = secrets.code()
      const issued = await links.change(tokenHash, (link): { next: Link; goes?: Link } => {
        const result = issueCode(link, codeHash(tokenHash, code), now)
        // Where it closed meanwhile nothing goes, and nothing is wanted any more.
        const { codeWanted: _asked, ...closed } = link
        return 'no' in result ? { next: closed } : { next: result.next, goes: result.next }
      })
      const link = issued?.goes
      const route = link === undefined ? undefined : await links.route(link.organization)
      if (link === undefined || route?.verifiedAt === undefined) continue
      await sending('link.code-not-sent', () => channel.code(route, code, `code-${tokenHash.slice(0, 16)}-${String(link.codesSent)}`))
    }
  }

  async function sendChecks(now: Date): Promise<void> {
    for (const route of await links.checksWanted(BATCH)) {
      const code = secrets.code()
      const until = new Date(now.getTime() + CODE_LIVES_MS)
      if (!(await links.issueCheck(route.organization, { hash: codeHash(route.organization, code), until }))) continue
      await sending('link.check-not-sent', () =>
        channel.check(route, code, `check-${hashOf(`${route.organization}/${now.toISOString()}`).slice(0, 16)}`),
      )
    }
  }

  async function sending(failure: string, send: () => Promise<unknown>): Promise<void> {
    const went = await send().catch((error: unknown) => summariseError(error))
    if (went !== 'delivered') log.warn({ event: failure, reason: went })
  }

  async function deliverOne(delivery: Delivery, now: Date): Promise<void> {
    const need = await record.readNeed(delivery.need)
    const task = need?.tasks.find(({ id }) => id === delivery.task)
    const organization = task?.owner?.reference
    const route = organization === undefined ? undefined : await links.route(organization)
    // It was answered or handed on before it left, or its owner has no verified way any more: nothing goes.
    if (task === undefined || !isOpen(task) || organization === undefined || route?.verifiedAt === undefined)
      return deliveries.failed(delivery, { at: now })
    const token = secrets.token()
    const expiresAt = new Date(now.getTime() + LINK_LIVES_MS)
    await links.make(hashOf(token), { task: delivery.task, need: delivery.need, organization, expiresAt, wrongCodes: 0, codesSent: 0 }, now)
    // Another link is another message: with the key of an earlier one, a mail server would take it for that one and drop it.
    const sent = await channel.link(route, token, `link-${hashOf(token).slice(0, 32)}`).catch((error: unknown) => {
      log.warn({ event: 'link.not-sent', task: delivery.task, reason: summariseError(error) })
      return 'later' as const
    })
    if (sent === 'delivered') {
      log.info({ event: 'link.sent', task: delivery.task, attempts: delivery.attempts })
      return deliveries.delivered(delivery, { at: now, status: 250 })
    }
    if (sent === 'later' && delivery.attempts < ATTEMPTS) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (delivery.attempts - 1), LONGEST_PAUSE_MS)
      return deliveries.failed(delivery, { at: now, nextAt: new Date(now.getTime() + pauseMs) })
    }
    log.error({ event: 'link.given-up', task: delivery.task, attempts: delivery.attempts })
    await needs.apply(delivery.need, (whole, at) =>
      giveUpDelivery(whole, delivery.task, 'The e-mail with the secure link could not be delivered.', at),
    )
    return deliveries.failed(delivery, { at: now })
  }
}
