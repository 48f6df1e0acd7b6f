/** A launch from a local record while it is under way: sealed in the browser, for the pages under `/launch` alone, for ten minutes. */
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KeptForLaunch, Launched } from '../clients/local-records.ts'
import type { Seal } from './seal.ts'

const DEPARTED = 'handrail_portal_launch'
const ARRIVED = 'handrail_portal_launched'
/** How long a launch may take from end to end, in seconds. */
const WITHIN_S = 600

/** A launch that came back, with a name of its own: a form of another launch, open in another window, does not fit it. */
export interface LaunchAtHand extends Launched {
  readonly name: string
}

export interface Launches {
  keepDeparture(reply: FastifyReply, kept: KeptForLaunch): Promise<void>
  /** Nothing when none was begun in this browser, or too long ago. */
  departure(request: FastifyRequest): Promise<KeptForLaunch | undefined>
  keepArrival(reply: FastifyReply, launched: LaunchAtHand): Promise<void>
  arrival(request: FastifyRequest): Promise<LaunchAtHand | undefined>
  forget(reply: FastifyReply): void
}

/** @param secure whether people reach the hub by https */
export function launches(seal: Seal, secure: boolean): Launches {
  const options: CookieSerializeOptions = { path: '/launch', httpOnly: true, sameSite: 'lax', secure, maxAge: WITHIN_S }
  const keep = async (reply: FastifyReply, name: string, content: object) => {
    reply.setCookie(name, await seal.seal(name, content, Math.floor(Date.now() / 1000) + WITHIN_S), options)
  }
  return {
    keepDeparture: (reply, kept) => keep(reply, DEPARTED, kept),
    departure: ({ cookies }) => seal.open<KeptForLaunch>(DEPARTED, cookies[DEPARTED]),
    async keepArrival(reply, launched) {
      reply.clearCookie(DEPARTED, { path: '/launch' })
      await keep(reply, ARRIVED, launched)
    },
    arrival: ({ cookies }) => seal.open<LaunchAtHand>(ARRIVED, cookies[ARRIVED]),
    forget: (reply) => void reply.clearCookie(ARRIVED, { path: '/launch' }),
  }
}
