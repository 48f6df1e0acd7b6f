/**
 * What a carer may write of referrals, whom the person lets ask for help in their name: a request of their own, a proposal to nobody in particular, which
 * goes to the single point of access. Written whole before it is sent; once sent it is taken back and not changed. Deny by default: an element that is not
 * here is a no. Pure. Decision 380; HAZ-E05
 */
import { isDeepStrictEqual } from 'node:util'
import { isObject, valuesAt, type FhirResource } from '../references.ts'

/** What the form of the pages says. None of it names who is to act, or how soon, and none points into the record. */
const ELEMENTS: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  'meta',
  'language',
  'extension',
  'identifier',
  'status',
  'intent',
  'category',
  'code',
  'orderDetail',
  'subject',
  'authoredOn',
  'requester',
  'reasonCode',
  'note',
])
const OURS = 'https://handrail.example/fhir/StructureDefinition/'
const EXTENSIONS: ReadonlySet<unknown> = new Set([`${OURS}needs`, `${OURS}request-criteria`])

/** From each status the next ones; a new one begins as the first. */
const NEXT: Readonly<Record<string, readonly unknown[]>> = {
  new: ['draft', 'active'],
  draft: ['draft', 'active', 'entered-in-error'],
  active: ['revoked'],
  'on-hold': ['revoked'],
}

/** Whether it is a request that this carer made in the person's name. @param carer `RelatedPerson/<id>` */
const isOfCarer = (resource: FhirResource, carer: string): boolean =>
  resource.resourceType === 'ServiceRequest' && resource['intent'] === 'proposal' && valuesAt(resource, 'requester.reference')[0] === carer

/**
 * Whether this carer may make this of it.
 *
 * @param before as it is; nothing for a new one
 * @param after as it would be; nothing where it would be deleted
 */
export function mayAskThus(before: FhirResource | undefined, after: FhirResource | undefined, carer: string | undefined): boolean {
  if (carer === undefined || after === undefined || !isOfCarer(after, carer)) return false
  if (before !== undefined && !isOfCarer(before, carer)) return false
  const from = before === undefined ? 'new' : String(before['status'])
  if (NEXT[from]?.includes(after['status']) !== true) return false
  if (after['status'] === 'revoked') return isDeepStrictEqual(sent(before), sent(after))
  const extensions = valuesAt(after, 'extension').every((one) => isObject(one) && EXTENSIONS.has(one['url']))
  return extensions && Object.keys(after).every((name) => ELEMENTS.has(name))
}

/** What was sent: all but where it stands, and the reason that was noted. */
function sent(request: FhirResource | undefined): unknown {
  const { status: _status, note: _note, meta: _meta, id: _id, ...rest } = (request ?? {}) as Record<string, unknown>
  return rest
}

/** Whether the person has to be told: from now on somebody acts on it, or nobody does any more. */
export function tellsPerson(before: FhirResource | undefined, after: FhirResource | undefined): 'asked' | 'withdrawn' | undefined {
  const [was, is] = [before?.['status'], after?.['status']]
  if (is === 'active' && was !== 'active') return 'asked'
  return is === 'revoked' && was !== 'revoked' ? 'withdrawn' : undefined
}
