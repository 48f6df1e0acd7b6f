/** A sign-in by passkey: what is asked, and whether the answer fits. Web Authentication Level 2, section 7.2. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyReply } from 'fastify'
import type { Passkeys } from '../store/passkeys.ts'

/** The library, when somebody first uses a passkey: with what it reads certificates by it is a third of a second of a start. */
export const webauthn = () => import('@simplewebauthn/server')

/** What the pages of passkeys are given. */
export interface PasskeyOptions {
  readonly publicUrl: string
  readonly passkeys: Passkeys
  readonly clock: { now(): Date }
}

/** The options of a sign-in by passkey: whoever has one for this hub is asked, nobody is named. */
export async function askForPasskey(interaction: string, { publicUrl, passkeys, clock }: PasskeyOptions): Promise<object> {
  const { generateAuthenticationOptions } = await webauthn()
  const options = await generateAuthenticationOptions({
    rpID: new URL(publicUrl).hostname,
    userVerification: 'required',
    allowCredentials: [],
  })
  await passkeys.expectSignIn(interaction, options.challenge, clock.now())
  return options
}

/** @returns id of the person whose passkey answered; nothing when it is unknown, the challenge is not ours or was used, or it does not fit */
export async function checkPasskey(
  interaction: string,
  body: unknown,
  { publicUrl, passkeys, clock }: PasskeyOptions,
): Promise<string | undefined> {
  const response = body as AuthenticationResponseJSON | undefined
  const [challenge, passkey] = await Promise.all([
    passkeys.takeChallenge(interaction, clock.now()),
    typeof response?.id === 'string' ? passkeys.find(response.id) : undefined,
  ])
  if (challenge === undefined || passkey === undefined || response === undefined) return undefined
  const { verifyAuthenticationResponse } = await webauthn()
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: new URL(publicUrl).origin,
    expectedRPID: new URL(publicUrl).hostname,
    requireUserVerification: true,
    credential: { id: passkey.id, publicKey: passkey.publicKey, counter: passkey.counter },
  }).catch(() => undefined)
  if (checked?.verified !== true) return undefined
  await passkeys.used(passkey.id, checked.authenticationInfo.newCounter, clock.now())
  return passkey.person
}

/** The same words whatever was wrong, so that nobody learns which. */
export const no = (reply: FastifyReply): FastifyReply =>
  reply.code(403).send({ says: 'It did not work. Try again, or ask your organisation for a new invitation.' })
