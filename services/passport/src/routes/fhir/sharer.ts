/**
 * Who may give out what opens a record: the person, and the operator in their name. A carer gives out links alone, of what the person's Consent
 * opens to them; cards, prints and codes are the person's.
 */
import type { FastifyRequest } from 'fastify'
import { refuse } from '../../errors.ts'
import type { SharedPerson } from '../../store/share-contents.ts'
import type { ReadRow } from '../../store/together.ts'
import { typeAllowed } from './request.ts'

type OfPerson = FastifyRequest<{ Params: { id: string } }>

/**
 * @throws NOT_FOUND when the caller may not see the person; MAY_NOT_SHARE when they may and are not the person
 */
export async function mayShare(request: OfPerson, readRow: ReadRow): Promise<SharedPerson> {
  const sharer = await mayGiveLinks(request, readRow)
  if (sharer.role !== 'patient') throw refuse.MAY_NOT_SHARE()
  return sharer
}

/**
 * Whose record, and by whose eyes what is shared is chosen.
 *
 * @throws NOT_FOUND when the caller may not see the person; MAY_NOT_SHARE when they may and are neither the person nor their carer
 */
export async function mayGiveLinks(request: OfPerson, readRow: ReadRow): Promise<SharedPerson> {
  const { id } = request.params
  typeAllowed(request, 'Patient', 'r')
  const { caller } = request
  const reference = `Patient/${id}`
  request.disclosure.entity = reference
  const person = await readRow(caller, 'Patient', id)
  if (person === undefined) throw refuse.NOT_FOUND({ reference })
  if (person.deleted) throw refuse.DELETED({ reference })
  request.disclosure.people = [id]
  if (caller.role === 'carer' && caller.patient === id && caller.fhirUser?.startsWith('RelatedPerson/') === true)
    return { patient: id, role: 'carer', carer: caller.fhirUser }
  const own = caller.patient === id && caller.role === 'patient'
  if (!own && caller.role !== 'admin') throw refuse.MAY_NOT_SHARE()
  return { patient: id, role: 'patient' }
}
