/** An invitation that was made: its link, and the same to scan. Shown once; nobody keeps it. */
import { Refusal } from '@platform/fhir/errors'
import type { FastifyReply } from 'fastify'
import type { Invitation } from '../../clients/issuer.ts'
import { qrSvg } from '../../rendering/qr.ts'

/** The page of an invitation. */
export const showInvitation = (
  reply: FastifyReply,
  { link, expires }: Invitation,
  back: { readonly href: string; readonly text: string },
): FastifyReply => {
  const { team: words } = reply.words
  return reply.page('team/made', { title: words.made, back, link, expires, qr: qrSvg(link, words.picture) })
}

/** The invitation; nothing where the issuer refuses what it says. */
export async function invited(made: Promise<Invitation>): Promise<Invitation | undefined> {
  try {
    return await made
  } catch (error) {
    if (error instanceof Refusal && error.code === 'INVITATION_REFUSED') return undefined
    throw error
  }
}
