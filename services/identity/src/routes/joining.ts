/**
 * An invitation becomes a person, by making a passkey or by a code that went to their address. Web Authentication Level 2, checked by @simplewebauthn/server.
 * A passkey belongs to the name of the hub: it cannot be made where the hub is reached by a number.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyPluginAsync } from 'fastify'
import { parseContact } from '../domain/contact.ts'
import type { Invitation, Invitations } from '../store/invitations.ts'
import type { CodeSending } from './code-sending.ts'
import { no, webauthn } from './passkey-check.ts'
import { codePage, fieldIn, joinPage, linkTo, messagePage, sendPage, type CodeForm } from './pages.ts'
import { wordsFor, type Words } from './words.ts'

interface Secret {
  readonly secret: string
}

const SCRIPT = readFileSync(new URL('passkey.js', import.meta.url))
const SECRET = /^[A-Za-z0-9_-]{43}$/

interface JoiningOptions {
  readonly publicUrl: string
  readonly invitations: Invitations
  readonly clock: { now(): Date }
  readonly codes: CodeSending
}

/** `/join/:secret`, where an invitation becomes a person with a passkey, and the script of both pages. */
export const joining: FastifyPluginAsync<JoiningOptions> = async (app, { publicUrl, invitations, clock, codes }) => {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 1024 }, (_request, body, done) =>
    done(null, new URLSearchParams(body.toString())),
  )
  const open = async (secret: string) => (SECRET.test(secret) ? invitations.invitation(secret, clock.now()) : undefined)
  const occasionOf = (secret: string) => `join ${createHash('sha256').update(secret).digest('base64url')}`

  app.get('/passkey.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }).send(SCRIPT),
  )

  app.get<{ Params: Secret }>('/join/:secret', async ({ params: { secret }, headers }, reply) => {
    const w = wordsFor(headers)
    const invitation = await open(secret)
    return invitation === undefined
      ? sendPage(reply.code(404), used(w))
      : sendPage(reply, joinPage(w, invitation, codeForm(secret, invitation)))
  })

  // A code goes to the address that the invitation names and to no other; the next page is the same whatever was typed.
  app.post<{ Params: Secret }>('/join/:secret/code', async ({ params: { secret }, headers, body }, reply) => {
    const w = wordsFor(headers)
    const invitation = await open(secret)
    if (invitation === undefined) return sendPage(reply.code(404), used(w))
    const contact = parseContact(fieldIn(body, 'contact'))
    if (contact === undefined) return sendPage(reply.code(422), joinPage(w, invitation, { ...codeForm(secret, invitation), wrong: true }))
    if (invitation.contactHash?.equals(codes.hashOf(contact)) === true) await codes.send(occasionOf(secret), contact)
    return sendPage(reply, codePage(w, { ...codePaths(secret), wrong: false }))
  })

  app.post<{ Params: Secret }>('/join/:secret/code-check', async ({ params: { secret }, headers, body, log }, reply) => {
    const w = wordsFor(headers)
    if ((await open(secret)) === undefined) return sendPage(reply.code(404), used(w))
    const contactHash = await codes.check(occasionOf(secret), fieldIn(body, 'code'))
    if (contactHash === undefined) return sendPage(reply.code(422), codePage(w, { ...codePaths(secret), wrong: true }))
    const person = await invitations.joinByCode(secret, contactHash, clock.now())
    if (person === undefined) return sendPage(reply.code(409), messagePage(w.gone, [w.taken], '', w))
    log.info({ event: 'identity.joined', person })
    return sendPage(reply, messagePage(w.joined, [w.joinedText], linkTo('/', w.toSignIn), w))
  })

  app.post<{ Params: Secret }>('/join/:secret/options', async ({ params: { secret } }, reply) => {
    const invitation = await open(secret)
    if (invitation === undefined) return no(reply)
    const { generateRegistrationOptions } = await webauthn()
    const options = await generateRegistrationOptions({
      rpName: 'Handrail',
      rpID: new URL(publicUrl).hostname,
      userName: invitation.name,
      userDisplayName: invitation.name,
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    await invitations.expectRegistration(secret, options.challenge)
    return options
  })

  app.post<{ Params: Secret }>('/join/:secret/finish', async ({ params: { secret }, body, log }, reply) => {
    const invitation = await open(secret)
    if (invitation?.challenge === undefined) return no(reply)
    const { verifyRegistrationResponse } = await webauthn()
    const checked = await verifyRegistrationResponse({
      response: body as RegistrationResponseJSON,
      expectedChallenge: invitation.challenge,
      expectedOrigin: new URL(publicUrl).origin,
      expectedRPID: new URL(publicUrl).hostname,
      requireUserVerification: true,
    }).catch(() => undefined)
    if (checked?.verified !== true) return no(reply)
    const { id, publicKey, counter } = checked.registrationInfo.credential
    const person = await invitations.join(secret, { id, publicKey, counter }, clock.now())
    if (person === undefined) return no(reply)
    log.info({ event: 'identity.joined', person })
    return { to: '/' }
  })
}

const used = (w: Words): string => messagePage(w.gone, [w.goneText], '', w)

const codePaths = (secret: string) => ({ action: `/identity/join/${secret}/code-check`, back: `/identity/join/${secret}` })

const codeForm = (secret: string, { contactHash }: Pick<Invitation, 'contactHash'>): CodeForm =>
  contactHash === undefined ? {} : { action: `/identity/join/${secret}/code` }
