/** A person chooses a service against what the rules say, with a reason. It is asked; what was overruled stays readable on the request. */
import { refuse } from '../../errors.ts'
import { isInUse, type Directory, type Listing } from '../directory.ts'
import type { Judgement } from '../matching/rules.ts'
import { isEnded, type Need } from '../need.ts'
import type { Write } from '../write.ts'

/**
 * The service becomes a performer of the request, with a note of the reason and of every reason against it.
 *
 * @throws REFERRAL_CLOSED; NEXT_OWNER_UNKNOWN for a service that is not in use, whose organisation has closed, or that nobody answers for: these nobody can overrule
 */
export function overruleMatch(
  { request }: Need,
  { service, judgement, reason }: { service: Listing; judgement: Judgement; reason: string },
  { at, directory }: { at: Date; directory: Pick<Directory, 'listing'> },
): readonly Write[] {
  if (isEnded(request)) throw refuse.REFERRAL_CLOSED({ id: request.id ?? '', status: request.status })
  if (!isInUse(service, directory) || service.organization === undefined) throw refuse.NEXT_OWNER_UNKNOWN({ reference: service.reference })
  const against = judgement.against.map(({ says }) => says).join(' ')
  const text = `${service.name} was chosen: ${reason}${against === '' ? '' : ` Against it stood: ${against}`}`
  const named = (request.performer ?? []).some(({ reference }) => reference === service.reference)
  return [
    {
      change: {
        ...request,
        performer: [...(request.performer ?? []), ...(named ? [] : [{ reference: service.reference }])],
        note: [...(request.note ?? []), { text, time: at.toISOString() }],
      },
    },
  ]
}
