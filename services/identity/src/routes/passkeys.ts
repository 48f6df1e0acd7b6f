/**
 * Passkeys: making one from an invitation, and the answer to a sign-in. Web Authentication Level 2, checked by @simplewebauthn/server.
 * A passkey belongs to the name of the hub: it cannot be made where the hub is reached by a number.
 */
import { readFileSync } from 'node:fs'
import { generateRegistrationOptions, verifyRegistrationResponse, type RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { no, type PasskeyOptions } from './passkey-check.ts'
import { joinPage, messagePage, scriptSecurityPolicy } from './pages.ts'

interface Secret {
  readonly secret: string
}

const SCRIPT = readFileSync(new URL('passkey.js', import.meta.url))
const SECRET = /^[A-Za-z0-9_-]{43}$/

const used = messagePage('This invitation cannot be used', [
  'It was used already, is older than a week, or was not copied whole.',
  'Ask whoever invited you for another. If you have a passkey already, sign in with it.',
])

/** `/join/:secret`, where an invitation becomes a person with a passkey, and the script of both pages. */
export const joining: FastifyPluginAsync<PasskeyOptions> = async (app, { publicUrl, passkeys, clock }) => {
  app.get('/passkey.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }).send(SCRIPT),
  )

  app.get<{ Params: Secret }>('/join/:secret', async ({ params: { secret } }, reply) => {
    const invitation = SECRET.test(secret) ? await passkeys.invitation(secret, clock.now()) : undefined
    return invitation === undefined ? page(reply.code(404), used) : page(reply, joinPage(invitation))
  })

  app.post<{ Params: Secret }>('/join/:secret/options', async ({ params: { secret } }, reply) => {
    const invitation = SECRET.test(secret) ? await passkeys.invitation(secret, clock.now()) : undefined
    if (invitation === undefined) return no(reply)
    const options = await generateRegistrationOptions({
      rpName: 'Handrail',
      rpID: new URL(publicUrl).hostname,
      userName: invitation.name,
      userDisplayName: invitation.name,
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    await passkeys.expectRegistration(secret, options.challenge)
    return options
  })

  app.post<{ Params: Secret }>('/join/:secret/finish', async ({ params: { secret }, body, log }, reply) => {
    const invitation = SECRET.test(secret) ? await passkeys.invitation(secret, clock.now()) : undefined
    if (invitation?.challenge === undefined) return no(reply)
    const checked = await verifyRegistrationResponse({
      response: body as RegistrationResponseJSON,
      expectedChallenge: invitation.challenge,
      expectedOrigin: new URL(publicUrl).origin,
      expectedRPID: new URL(publicUrl).hostname,
      requireUserVerification: true,
    }).catch(() => undefined)
    if (checked?.verified !== true) return no(reply)
    const { id, publicKey, counter } = checked.registrationInfo.credential
    const person = await passkeys.join(secret, { id, publicKey, counter }, clock.now())
    if (person === undefined) return no(reply)
    log.info({ event: 'identity.joined', person })
    return { to: '/' }
  })
}

function page(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .headers({
      'content-security-policy': scriptSecurityPolicy,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}
