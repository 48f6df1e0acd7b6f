/** Who may give out links, cards and codes of a record: the person, and the operator in their name. Nobody else, carers included. */
import type { FastifyRequest } from 'fastify'
import { refuse } from '../../errors.ts'
import type { ReadRow } from '../../store/together.ts'
import { typeAllowed } from './request.ts'

/** Whose record, and by whose eyes what is shared is chosen. */
export interface Sharer {
  readonly patient: string
  readonly role: 'patient'
}

/**
 * @throws NOT_FOUND when the caller may not see the person; MAY_NOT_SHARE when they may and are not the person
 */
export async function mayShare(request: FastifyRequest<{ Params: { id: string } }>, readRow: ReadRow): Promise<Sharer> {
  const { id } = request.params
  typeAllowed(request, 'Patient', 'r')
  const { caller } = request
  const reference = `Patient/${id}`
  request.disclosure.entity = reference
  const person = await readRow(caller, 'Patient', id)
  if (person === undefined) throw refuse.NOT_FOUND({ reference })
  if (person.deleted) throw refuse.DELETED({ reference })
  request.disclosure.people = [id]
  const own = caller.patient === id && caller.role === 'patient'
  if (!own && caller.role !== 'admin') throw refuse.MAY_NOT_SHARE()
  return { patient: id, role: 'patient' }
}
