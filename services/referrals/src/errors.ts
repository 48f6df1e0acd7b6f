/** Every way this service says no. */
import { defineErrors, Refusal, type Issue } from '@platform/fhir/errors'

export const refuse = defineErrors({
  TASK_UNKNOWN: {
    issue: 'not-found',
    says: ({ id }: { id: string }) => `There is no Task ${id} that you may see.`,
    remedy: 'Check the id, and that your organisation is a party to the referral.',
  },
  REFERRAL_UNKNOWN: {
    issue: 'not-found',
    says: ({ id }: { id: string }) => `There is no ServiceRequest ${id} that you may see.`,
    remedy: 'Check the id, and that your organisation is a party to the referral.',
  },
  TASK_NOT_OF_A_REFERRAL: {
    issue: 'business-rule',
    says: ({ id }: { id: string }) => `Task ${id} is not a step of a referral.`,
    remedy: 'Use this operation on a Task whose basedOn or focus is a ServiceRequest; hospital alerts have their own operations.',
  },
  TASK_CLOSED: {
    issue: 'conflict',
    says: ({ id, status }: { id: string; status: string }) => `Task ${id} is ${status}; only an open step can be answered.`,
    remedy: 'Read the Task again, and look for the open step of the same referral.',
  },
  REFERRAL_CLOSED: {
    issue: 'conflict',
    says: ({ id, status }: { id: string; status: string }) => `ServiceRequest ${id} is ${status}; there is nothing left to withdraw.`,
    remedy: 'Read the ServiceRequest again.',
  },
  ANSWER_INCOMPLETE: {
    issue: 'required',
    says: ({ missing }: { missing: readonly string[] }) => `The answer lacks ${missing.join(', ')}.`,
    remedy:
      'Refusing needs reason (Coding with system and code), words (string), nextOwner (Reference), nextAction (string) and due (dateTime), so that nobody is left without a next step.',
  },
  PARAMETERS_UNREADABLE: {
    issue: 'structure',
    says: 'The body is not a Parameters resource with the parameters of this operation, each once and with its own type.',
    remedy: 'Send { "resourceType": "Parameters", "parameter": [ … ] } as the OperationDefinition says.',
  },
  NEXT_STEP_NEEDED: {
    issue: 'business-rule',
    says: ({ id }: { id: string }) => `Task ${id} is the last open step of a need that it does not meet.`,
    remedy: 'Give nextOwner, nextAction and due; the single point of access answers with $triage.',
  },
  DUE_NOT_AHEAD: {
    issue: 'business-rule',
    says: 'The due time of the next step has already passed.',
    remedy: 'Give a due time that lies ahead.',
  },
  NEXT_OWNER_UNKNOWN: {
    issue: 'business-rule',
    says: ({ reference }: { reference: string }) => `${reference} is not an organisation or service that is listed and in use here.`,
    remedy: 'Name an Organization or HealthcareService of the directory, for example the single point of access.',
  },
  REFERRER_UNKNOWN: {
    issue: 'business-rule',
    says: 'Advice goes back to the referring organisation, and the request names none that is listed here.',
    remedy: 'Give nextOwner: the Organization that will act on the advice.',
  },
  COORDINATOR_UNKNOWN: {
    issue: 'business-rule',
    says: 'Nobody is listed who coordinates this need, so that a joint review would have no owner.',
    remedy: 'Name a coordinator on the ServiceRequest, or list the organisation that the pathway names.',
  },
  SPLIT_NEEDS_TWO: {
    issue: 'business-rule',
    says: 'A split asks two organisations or more.',
    remedy: 'Give receiver twice, for two organisations; for one, use accept.',
  },
  UNMET_NEED_RECORDED: {
    issue: 'conflict',
    says: ({ id }: { id: string }) => `The need is in the unmet-need ledger already, as Task ${id}.`,
    remedy: 'Read that Task; each need is counted once.',
  },
  REFERRAL_OPEN: {
    issue: 'conflict',
    says: ({ id, status }: { id: string; status: string }) => `ServiceRequest ${id} is ${status}; only a completed need is taken up again.`,
    remedy: 'An open need has an open step: ask its owner. A withdrawn one is asked for anew.',
  },
  RE_ENTRY_TOO_LATE: {
    issue: 'business-rule',
    says: ({ id, months }: { id: string; months: number }) => `ServiceRequest ${id} ended more than ${months} months ago.`,
    remedy: 'Make a new referral.',
  },
  AMENDMENT_CHANGES_NEED: {
    issue: 'business-rule',
    says: ({ elements }: { elements: readonly string[] }) => `An amendment does not change ${elements.join(', ')}.`,
    remedy: 'Send the request as it is with the change in it; whom it is about, who asked and since when make another need.',
  },
  TRIAGE_OUTCOME_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ outcome }: { outcome: string }) => `"${outcome}" is not an outcome of triage.`,
    remedy: 'Use accept, split, ask, advise, redirect, joint-review, waiting-list or not-suitable.',
  },
  CHANGED_TOO_OFTEN: {
    issue: 'conflict',
    says: ({ reference }: { reference: string }) => `${reference} was changed by others each time this was tried.`,
    remedy: 'Read it again and repeat the request.',
  },
  SCOPE_MISSING: {
    issue: 'forbidden',
    says: ({ type }: { type: string }) => `The access token carries no scope for ${type}.`,
    remedy: 'Ask for a token whose scopes name this type.',
  },
  RECORD_REFUSED: {
    issue: 'processing',
    says: ({ status }: { status: number }) => `The record refused what was asked of it (HTTP ${status}).`,
    remedy: 'See the other issues of this outcome.',
  },
  RECORD_UNAVAILABLE: {
    issue: 'transient',
    says: 'The record cannot be reached at the moment.',
    remedy: 'Try again in a few seconds.',
  },
})

/**
 * The record's own refusal, passed on as it came: the same HTTP status and the same issues. What the record says about the
 * caller's access is the answer, not an error of ours.
 */
export function recordRefused(status: number, issues: readonly Issue[], cause: unknown): Refusal {
  const { code, issue, message: text, remedy } = refuse.RECORD_REFUSED({ status })
  return new Refusal(code, { issue, text, remedy, http: status }, { issues, cause })
}
