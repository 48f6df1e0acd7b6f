/** Whose a thing is that a browser keeps, without saying who that is. */
import { createHmac } from 'node:crypto'
import type { Seal } from './seal.ts'
import type { Session } from './session.ts'

const TAG_CHARACTERS = 22 // 132 bits: nobody meets another's by chance.

/** The same for the same person of the same organisation each time; nobody else can make it or read from it who it is. */
export const ownerTag = (seal: Seal, { subject, organization = '' }: Session): string =>
  createHmac('sha256', seal.derive('owner tags')).update(`${subject}\n${organization}`).digest('base64url').slice(0, TAG_CHARACTERS)
