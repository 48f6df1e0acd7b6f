import { defineErrors, Refusal, type Issue } from '@platform/fhir/errors'

/** Every way the alerts service says no. */
export const refuse = defineErrors({
  OPERATOR_ONLY: {
    issue: 'forbidden',
    says: 'The state of feeds is for the operator of the hub.',
    remedy: 'Sign in as the operator, or use the operator’s command line.',
  },
  TASK_NOT_ANSWERABLE: {
    issue: 'business-rule',
    says: ({ task }: { task: string }) => `${task} is no answer to a hospital alert.`,
    remedy: 'Call this on an alert-answer, an identity-review or an after-discharge Task; the answers of an alert are its parts.',
  },
  ANSWER_CLOSED: {
    issue: 'conflict',
    says: ({ task, status }: { task: string; status: string }) => `${task} is ${status}; only an open one can be answered.`,
    remedy: 'Read the Task again and act on its current status.',
  },
  OUTCOME_UNKNOWN: {
    issue: 'code-invalid',
    says: 'The outcome is not one of those this Task can close with.',
    remedy: ({ allowed }: { allowed: string }) => `Give one of: ${allowed}.`,
  },
  PERSON_NOT_NAMED: {
    issue: 'required',
    says: 'It is not said which of the candidates the message is about.',
    remedy: 'Give as person one of the Patients in the input of the Task, or close it as wrong-person.',
  },
  ANSWER_NEEDS_A_NAME: {
    issue: 'required',
    says: 'What was paused during the stay is taken up again, changed or stopped by a named professional.',
    remedy: 'Sign in as a person, or send the parameter by with a Practitioner.',
  },
  PARAMETER_MISSING: {
    issue: 'required',
    says: ({ name }: { name: string }) => `The parameter ${name} is missing.`,
    remedy: ({ name }: { name: string }) => `Send a Parameters resource with ${name}.`,
  },
  PARAMETERS_MALFORMED: {
    issue: 'structure',
    says: 'The body is not a Parameters resource as this operation takes it.',
    remedy: 'Send a Parameters resource, or no body where the operation needs none.',
  },
  ALERT_NOT_YOURS: {
    issue: 'business-rule',
    says: ({ task }: { task: string }) => `No open answer of ${task} is waiting for your organisation.`,
    remedy: 'Read the answers of the alert (Task?part-of=) and answer one of them.',
  },
  RECORD_REFUSED: {
    issue: 'processing',
    says: ({ status }: { status: number }) => `The record did not take the change (HTTP ${status}).`,
    remedy: 'See the log of the record for this time; the change is tried again.',
  },
  RECORD_UNREACHABLE: {
    issue: 'transient',
    says: 'The record cannot be reached at the moment.',
    remedy: 'Try again in a few seconds.',
  },
  RECORD_BUSY: {
    issue: 'conflict',
    says: ({ reference }: { reference: string }) => `${reference} keeps being changed by others.`,
    remedy: 'Try again in a few seconds.',
  },
  NOT_FOUND: { issue: 'not-found', says: 'There is no such resource here.', remedy: 'Check the address.' },
  STREAM_POSITION_UNKNOWN: {
    issue: 'value',
    says: 'Last-Event-ID is no position of this stream.',
    remedy: 'Send the id of the last event received, or leave the header out.',
  },
  STREAM_TOPIC_UNKNOWN: {
    issue: 'value',
    says: 'There is no stream of this topic.',
    remedy: 'Ask for topic=alert or topic=task, or leave it out for alerts.',
  },
  ENDPOINT_FORBIDDEN: {
    issue: 'forbidden',
    says: 'The endpoint of the subscription may not be reached from here.',
    remedy: 'Use a public https address, or ask the operator to add host and port to OUTBOUND_ALLOW.',
  },
  SUBSCRIPTION_NOT_SERVED: {
    issue: 'not-found',
    says: ({ reference }: { reference: string }) => `${reference} is not known here, or is off.`,
    remedy: 'Check the id, and set its status to requested. It is known here within seconds of being written.',
  },
  EVENT_RANGE_INVALID: {
    issue: 'value',
    says: 'Event numbers are whole numbers, the first no greater than the last.',
    remedy: 'Send eventsSinceNumber and eventsUntilNumber as whole numbers, both included.',
  },
  SENDER_NOT_TAKEN: {
    issue: 'forbidden',
    says: 'Notices of hospital stays are taken from hospitals: clients of grade full that are bound to an organisation.',
    remedy: 'Ask the operator to register your client for the hospital.',
  },
  REGISTER_LATE: {
    issue: 'transient',
    says: 'The register is being brought up to date.',
    remedy: 'Send the message again in a few seconds.',
  },
  NOTIFICATION_MALFORMED: {
    issue: 'invalid',
    says: 'The Bundle is no notification that is understood here.',
    remedy: 'Send a message Bundle with MessageHeader, Encounter and Patient, as Da Vinci Unsolicited Notifications describes it.',
  },
})

/** The record's own refusal, passed on as it came: the same HTTP status and the same issues. */
export function recordRefused(status: number, issues: readonly Issue[], cause: unknown): Refusal {
  const { code, issue, message: text, remedy } = refuse.RECORD_REFUSED({ status })
  return new Refusal(code, { issue, text, remedy, http: status }, { issues, cause })
}
