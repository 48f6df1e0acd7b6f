/** Which rows belong to a referral: by the hashes under which they are found (`domain/search/token-hash.ts`). Pure. */
import { tokenHash, tokenText } from '../search/token-hash.ts'

/** Search parameters by which what is asked and said under a referral points to it. FHIR R4 search parameter registry. */
const POINTERS = ['Task.based-on', 'Task.focus', 'ServiceRequest.based-on', 'Communication.based-on', 'Appointment.based-on'] as const

/** Types that these pointers are of: no other row has to be looked at. */
export const UNDER_A_REFERRAL = ['ServiceRequest', 'Task', 'Communication', 'Appointment'] as const

/** The hashes of everything that points to a ServiceRequest. */
export function tokensUnder(referral: string): string[] {
  return POINTERS.map((key) => tokenHash(tokenText.reference(key, `ServiceRequest/${referral}`)))
}
