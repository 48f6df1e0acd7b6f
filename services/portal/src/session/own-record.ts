/** Whose own record the page is about. */
import type { FastifyRequest } from 'fastify'
import { refuse } from '../errors.ts'
import { isThePerson, type Session } from './session.ts'
import { signedIn } from './sessions.ts'

/** Somebody who looks at their own record, or at that of whom they care for. */
export interface OwnSession extends Session {
  /** Id of the Patient. */
  readonly patient: string
  /** `Patient/<id>` */
  readonly self: string
}

/** @throws NOT_SIGNED_IN, SESSION_ENDED; NOT_ALLOWED to whoever has no record of their own here */
export function ownRecord(request: FastifyRequest): OwnSession {
  const session = signedIn(request)
  if (!isThePerson(session) || session.patient === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, patient: session.patient, self: `Patient/${session.patient}` }
}

/** The person alone: what a carer does not decide in their name. @throws as `ownRecord`; NOT_ALLOWED to a carer */
export function decider(request: FastifyRequest): OwnSession {
  const session = ownRecord(request)
  if (session.role !== 'patient') throw refuse.NOT_ALLOWED()
  return session
}

/** Whoever asks for help: the person, or a carer in the person's name. The record decides whether this carer may. */
export interface AskingSession extends OwnSession {
  /** `Patient/<id>` of the person, or `RelatedPerson/<id>` of the carer: who asks. */
  readonly by: string
}

/** @throws as `ownRecord` */
export function asking(request: FastifyRequest): AskingSession {
  const session = ownRecord(request)
  if (session.role === 'patient') return { ...session, by: session.self }
  if (session.fhirUser === undefined) throw refuse.NOT_ALLOWED()
  return { ...session, by: session.fhirUser }
}
