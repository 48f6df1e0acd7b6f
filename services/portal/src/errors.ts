/** Every way the portal says no. A person reads the page that `pages/trouble` makes of it; the code stays in the log. */
import { defineErrors, Refusal, type Issue } from '@platform/fhir/errors'

export const refuse = defineErrors({
  NOT_SIGNED_IN: { issue: 'login', says: 'Nobody is signed in.', remedy: 'Sign in.' },
  SESSION_ENDED: { issue: 'expired', says: 'The sign-in has run out.', remedy: 'Sign in again.' },
  SIGN_IN_FAILED: { issue: 'login', says: 'The sign-in could not be completed.', remedy: 'Go to the first page and sign in again.' },
  FORM_NOT_OURS: {
    issue: 'security',
    says: 'The form was not sent from a page of this sign-in.',
    remedy: 'Open the page again and send the form from there.',
  },
  NOT_ALLOWED: { issue: 'forbidden', says: 'This sign-in does not allow that.', remedy: 'Ask whoever gave you access.' },
  NOT_FOUND: {
    issue: 'not-found',
    says: 'There is nothing here that this sign-in may see.',
    remedy: 'Check the address, or start from the first page.',
  },
  CHANGED_MEANWHILE: {
    issue: 'conflict',
    says: 'Somebody else changed this in the meantime.',
    remedy: 'Read it again and act on what it says now.',
    http: 409,
  },
  RECORD_UNAVAILABLE: { issue: 'transient', says: 'The record does not answer.', remedy: 'Try again in a moment.' },
  INVITATION_REFUSED: {
    issue: 'business-rule',
    says: 'The issuer does not make this invitation.',
    remedy: 'Give an address that codes can be sent to, or leave it out; whoever may read whole records makes a passkey.',
  },
  LINK_SESSION_OVER: { issue: 'login', says: 'The code of this link has to be entered again.', remedy: 'Ask for another code.' },
  LAUNCH_RECORD_UNKNOWN: {
    issue: 'forbidden',
    says: 'No local record of this address may open these pages, or it did not say what a launch says.',
    remedy: 'Add the local record to LOCAL_RECORDS, with the address that it gives as iss.',
  },
  LAUNCH_REFUSED: { issue: 'forbidden', says: 'The local record refused.', remedy: 'Ask whoever looks after the local record.' },
  LAUNCH_NOT_PROVEN: {
    issue: 'security',
    says: 'What the local record answered does not fit what was asked, or is not signed as was agreed.',
    remedy: 'Launch again. If it stays so, compare client id, algorithm and keys with the local record.',
  },
  LAUNCH_NOT_STAFF: {
    issue: 'forbidden',
    says: 'The fhirUser of the local record is no Practitioner or PractitionerRole.',
    remedy: 'Launch as somebody who gives care.',
  },
  LAUNCH_WITHOUT_PATIENT: {
    issue: 'required',
    says: 'The local record named no patient with one NHS number and a whole date of birth.',
    remedy: 'Launch with a patient who has both.',
  },
  LAUNCH_EXPIRED: {
    issue: 'expired',
    says: 'The launch is over, or was not begun in this browser.',
    remedy: 'Launch again from the local record.',
  },
  LOCAL_RECORD_UNAVAILABLE: {
    issue: 'transient',
    says: 'The local record does not answer, or does not offer what SMART App Launch needs at its configured addresses.',
    remedy: 'Try again. If it stays so, compare its smart-configuration with LOCAL_RECORDS.',
  },
  ISSUER_UNAVAILABLE: { issue: 'transient', says: 'Sign-in does not answer.', remedy: 'Try again in a moment.' },
})

/** What the record refused of what a person entered; its findings are shown beside the form. */
export function recordRefused(issues: readonly Issue[], cause: unknown): Refusal {
  const text = issues[0]?.text ?? 'The record refused what was entered.'
  return new Refusal(
    'RECORD_REFUSED',
    { issue: 'business-rule', text, remedy: issues[0]?.remedy ?? 'Change it and send it again.' },
    { issues, cause },
  )
}
