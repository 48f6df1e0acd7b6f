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
  NOBODY_NAMED: {
    issue: 'business-rule',
    says: ({ name }: { name: string }) => `The parameter ${name} names nobody who is known here and active.`,
    remedy: 'Give a reference to somebody in the record, or ring them and hand it on once they are.',
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
  ROTA_NOT_HERE: {
    issue: 'not-found',
    says: 'There is no rota here that you may keep.',
    remedy: 'Ask as a person who administers that organisation, or as the operator.',
  },
  DUTY_NOT_HERE: {
    issue: 'not-found',
    says: 'There is no such duty on this rota.',
    remedy: 'Read the rota again and name one of its duties.',
  },
  DUTY_NOT_KEPT: {
    issue: 'business-rule',
    says: 'The duty cannot be kept as it is.',
    remedy: 'Mend each place that is named, and send it again.',
  },
  DUTY_CHANGED_MEANWHILE: {
    issue: 'conflict',
    http: 412,
    says: 'Somebody has changed this duty since it was read.',
    remedy: 'Read the rota again, and say what is to change.',
  },
  DUTY_MISSING: {
    issue: 'business-rule',
    says: 'It is not said what they are on for.',
    remedy: 'Give as duty specialist, on-call, deputy or site-lead.',
  },
  DUTY_UNKNOWN: {
    issue: 'business-rule',
    says: 'There is no such duty.',
    remedy: 'Give as duty specialist, on-call, deputy or site-lead.',
  },
  DUTY_TITLE_MISSING: {
    issue: 'business-rule',
    says: 'The duty has no name.',
    remedy: 'Name the role, not the person: “Pump centre on call”.',
  },
  DUTY_TITLE_LONG: {
    issue: 'business-rule',
    says: ({ longest }: { longest: number }) => `The name of the duty has more than ${String(longest)} characters.`,
    remedy: 'Give it a shorter one.',
  },
  DUTY_NO_COLLEAGUE: {
    issue: 'business-rule',
    says: 'Whoever is named is no colleague of this organisation.',
    remedy: 'Name one of the colleagues that the rota lists, or nobody: a duty is a role.',
  },
  DUTY_TELEPHONE_MISSING: {
    issue: 'business-rule',
    says: 'There is no number to ring.',
    remedy: 'Give the number on which whoever is on is reached at these hours.',
  },
  DUTY_TELEPHONE_UNREADABLE: {
    issue: 'business-rule',
    says: 'The number to ring is no telephone number.',
    remedy: 'Write it in digits, such as 01632 960107.',
  },
  DUTY_SMS_UNREADABLE: {
    issue: 'business-rule',
    says: 'The number for text messages is none that can be written to.',
    remedy: 'Write it in digits, such as 07700 900123, or leave it out.',
  },
  DUTY_EMAIL_UNREADABLE: {
    issue: 'business-rule',
    says: 'The e-mail address is none.',
    remedy: 'Write it as name@example.org, or leave it out.',
  },
  DUTY_DAYS_MISSING: {
    issue: 'business-rule',
    says: 'It is not said on which days these hours are.',
    remedy: 'Give one or more of mon, tue, wed, thu, fri, sat, sun.',
  },
  DUTY_TIME_UNREADABLE: {
    issue: 'business-rule',
    says: 'The time is none of the 24-hour clock.',
    remedy: 'Write it as 09:00 or 17:30; 24:00 is the end of the day.',
  },
  DUTY_HOURS_END_FIRST: {
    issue: 'business-rule',
    says: 'The hours end before they begin.',
    remedy: 'Mend the times. If they go on over midnight, say that they end on the next day (nextDay).',
  },
  DUTY_HOURS_LONG: {
    issue: 'business-rule',
    says: 'The hours last longer than a day.',
    remedy: 'If they end on the day on which they begin, leave nextDay out; otherwise give each day its own hours.',
  },
  DUTY_HOURS_TWICE: {
    issue: 'business-rule',
    says: 'Some hours of one day are there twice.',
    remedy: 'Let those hours of the day end where the others begin.',
  },
  DUTY_DATE_UNREADABLE: {
    issue: 'business-rule',
    says: 'The date is none.',
    remedy: 'Give it as 2026-12-24.',
  },
  DUTY_DATES_END_FIRST: {
    issue: 'business-rule',
    says: 'The last day is before the first.',
    remedy: 'Mend the dates.',
  },
  DUTY_OVERLAPS: {
    issue: 'business-rule',
    says: ({ title, date }: { title: string; date: string }) => `“${title}” is on for the same duty at the same time, first on ${date}.`,
    remedy: 'Only one of two would be asked. Change the hours or days of one of them, or end it.',
  },
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
