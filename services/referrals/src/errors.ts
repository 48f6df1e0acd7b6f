/** Every way this service says no. */
import type { NotTaken } from '@platform/fhir/attachment'
import { defineErrors, Refusal, type Issue } from '@platform/fhir/errors'

/** Why a file is not taken, in words. */
export const NOT_TAKEN: Readonly<Record<NotTaken, string>> = {
  empty: 'it is empty',
  'too-large': 'it has more than 3 MB',
  type: 'it is, by what it holds, none that can be attached, whatever its name says',
}

export const refuse = defineErrors({
  OPERATOR_ONLY: {
    issue: 'forbidden',
    says: 'The state of feeds is for the operator of the hub.',
    remedy: 'Sign in as the operator, or use the operator’s command line.',
  },
  FEEDS_NOT_YOURS: {
    issue: 'forbidden',
    says: ({ reference }: { reference: string }) => `The state of the feeds of ${reference} is for the people who administer it.`,
    remedy: 'Sign in as somebody who administers the organisation; systems and the operator have ways of their own.',
  },
  FEED_UNKNOWN: {
    issue: 'not-found',
    says: 'This organisation publishes no feed of this name in the hub.',
    remedy: 'Organization/$feeds names them; ask the operator where one is missing.',
  },
  FEED_PAUSED: {
    issue: 'conflict',
    says: 'The operator has paused this feed: it is not read.',
    remedy: 'Ask the operator of the hub why, and to go on with it.',
  },
  FEED_ASKED_LATELY: {
    issue: 'throttled',
    says: ({ from }: { from: string }) => `Reading this feed was asked for within the last hour; it can be asked for again from ${from}.`,
    remedy: 'Wait until then: the hub also reads it by itself.',
  },
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
  REFERRAL_IN_PART: {
    issue: 'forbidden',
    says: 'You are shown a part of this request. Asked for again with that alone it would lose the rest.',
    remedy: 'Let the person, or whoever made the request, take it up again.',
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
  DUE_TOO_FAR: {
    issue: 'business-rule',
    says: 'The due time of the next step is more than two years away: until then nobody would ask about it.',
    remedy: 'Give the time by which somebody looks at it again, within two years.',
  },
  REDIRECT_TO_ITSELF: {
    issue: 'business-rule',
    says: 'The step would be redirected to whoever has it.',
    remedy: 'Name another receiver, or answer the step: accept, ask, waiting list.',
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
  FLOW_NOT_YOURS: {
    issue: 'forbidden',
    says: 'The flow of an area is for its commissioner and the operator.',
    remedy: 'Ask the commissioner of the area.',
  },
  PERIOD_UNREADABLE: {
    issue: 'value',
    says: 'from and until are not two days in their order.',
    remedy: 'Send ?from=2026-01-01&until=2026-03-31.',
  },
  QUARTER_WANTED: {
    issue: 'business-rule',
    says: 'A commissioner gets the counts of one calendar quarter that has ended: from its first to its last day.',
    remedy: 'Send ?from=2026-01-01&until=2026-03-31, or wait for the end of the quarter.',
  },
  FLOW_NOT_SETTLED: {
    issue: 'business-rule',
    says: 'The flow of a quarter is published from four weeks after its end.',
    remedy: 'Ask again then, or for an earlier quarter.',
  },
  ANSWER_ACTED_ON: {
    issue: 'conflict',
    says: ({ id }: { id: string }) =>
      `The answer to Task ${id} was acted on since it was taken, or the Task has changed: it is not taken back.`,
    remedy: 'Read the Task, and ring whoever has the next step.',
  },
  LIST_UNKNOWN: {
    issue: 'not-found',
    says: 'No list of this organisation has this id, or everything in it was taken back.',
    remedy: 'Send the id that $import-answers gave as list.',
  },
  LIST_UNREADABLE: {
    issue: 'structure',
    says: ({ because }: { because: string; most: number }) => `The list cannot be read: ${because}.`,
    remedy:
      'Send a CSV with a first line that names the columns task and answer, and reason and words where there are some; at most 2,000 rows.',
  },
  REFERRALS_UNREADABLE: {
    issue: 'structure',
    says: ({ because }: { because: string }) => `The list cannot be read: ${because}. Nobody was asked.`,
    remedy:
      'Send a CSV with the columns reference (your own), NHS number, date of birth and need; and kind, priority, receiver, red flags and words where there are some.',
  },
  REFERRER_WITHOUT_ORGANISATION: {
    issue: 'forbidden',
    says: 'A list of referrals is sent for an organisation, and the token names none.',
    remedy: 'Use a client or a sign-in that is bound to an organisation.',
  },
  LINK_UNKNOWN: {
    issue: 'not-found',
    says: 'There is no such link, or it no longer leads anywhere.',
    remedy: 'Open the newest e-mail, or ask whoever sent the referral for another link.',
  },
  LINK_SESSION_OVER: {
    issue: 'login',
    says: 'The code of this link has to be entered again.',
    remedy: 'Ask for a code with $link-code and enter it with $link-open.',
  },
  LINK_NOT_USED: {
    issue: 'business-rule',
    says: ({ id }: { id: string }) => `Task ${id} does not go by secure link.`,
    remedy: 'The organisation needs verified ways: Organization/$link-route.',
  },
  LINK_NOT_YOURS: {
    issue: 'forbidden',
    says: ({ id }: { id: string }) => `The link of Task ${id} is for who sent the referral or coordinates it.`,
    remedy: 'Ask the sender, the coordinator or the single point of access.',
  },
  ROUTE_NOT_YOURS: {
    issue: 'forbidden',
    says: ({ reference }: { reference: string }) => `How ${reference} is reached is for itself or the operator to say.`,
    remedy: 'Ask the operator of the hub.',
  },
  ADDRESS_UNREADABLE: {
    issue: 'value',
    says: 'This is no e-mail address, telephone number or way of sending a code.',
    remedy: 'Give mailTo as an e-mail address, codeBy as sms or email, and codeTo to fit it, such as +441632960100.',
  },
  SECOND_WAY_IS_THE_FIRST: {
    issue: 'business-rule',
    says: 'The code would go to the mailbox that the link goes to: who reads one would have both.',
    remedy: 'Give a telephone number, or the address of another mailbox.',
  },
  ANSWER_NOT_FITTING: {
    issue: 'conflict',
    says: ({ answer, status }: { answer: string; status: string }) => `A step that is ${status} is not answered with ${answer}.`,
    remedy: 'Read the step again, and answer it as it stands.',
  },
  UNMET_NEED_REASON_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ code }: { code: string; known: readonly string[] }) => `"${code}" is no reason of the CodeSystem unmet-need.`,
    remedy: ({ known }: { code: string; known: readonly string[] }) =>
      `Give reason as a Coding of the system https://handrail.example/fhir/CodeSystem/unmet-need: ${known.join(', ')}.`,
  },
  REFUSAL_REASON_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ code }: { code: string; known: readonly string[] }) => `"${code}" is no reason of the CodeSystem refusal-reason.`,
    remedy: ({ known }: { code: string; known: readonly string[] }) =>
      `Give reason as a Coding of the system https://handrail.example/fhir/CodeSystem/refusal-reason: ${known.join(', ')}. What fits none is other-in-words.`,
  },
  TRIAGE_OUTCOME_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ outcome }: { outcome: string }) => `"${outcome}" is not an outcome of triage.`,
    remedy: 'Use accept, split, ask, advise, redirect, joint-review, waiting-list or not-suitable.',
  },
  // What a BaRS sender hears; the HTTP statuses are BaRS's own (guide, section on errors).
  BARS_VERSION_NOT_OFFERED: {
    issue: 'processing',
    http: 406,
    says: 'Accept asks for a version or format that is not offered here.',
    remedy: 'Send Accept: application/fhir+json; version=1.5.0, or no version.',
  },
  BARS_HEADER_MISSING: {
    issue: 'required',
    says: ({ header }: { header: string }) => `The header ${header} is missing.`,
    remedy: 'Send X-Request-Id, X-Correlation-Id and NHSD-Target-Identifier with every request.',
  },
  BARS_HEADER_INVALID: {
    issue: 'invalid',
    says: ({ header }: { header: string }) => `The header ${header} is not what it should be.`,
    remedy: 'Ids are UUIDs; the NHSD headers are base64 of JSON, as the API definition says.',
  },
  BARS_TARGET_UNKNOWN: {
    issue: 'not-found',
    says: 'The service that NHSD-Target-Identifier names is none of ours.',
    remedy: 'Check the service id; the end of a service is told by the Directory of Services.',
  },
  BARS_TOKEN_REFUSED: {
    issue: 'security',
    says: 'The access token is missing, or not believed.',
    remedy: 'Ask for a new token and repeat the request once.',
  },
  BARS_NOT_FOR_YOU: {
    issue: 'forbidden',
    says: 'BaRS is for systems that refer and answer.',
    remedy: 'Use the FHIR base, or ask the operator for a client of an organisation.',
  },
  ANSWER_NOT_KEPT: {
    issue: 'not-found',
    says: ({ id }: { id: string }) => `Task ${id} keeps no such answer, or it is no longer as it came.`,
    remedy: 'Name in message one of the Communications of its extensions kept-answer, or set it aside.',
  },
  ANSWER_DECISION_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ decision }: { decision: string }) => `"${decision}" is no decision about an answer.`,
    remedy: 'Give decision as taken or set-aside.',
  },
  BARS_ANSWER_OF_ANOTHER: {
    issue: 'forbidden',
    says: 'This referral was sent to another service, and only that one answers it. What was sent is not kept: a person has others from elsewhere to decide about first.',
    remedy:
      'Answer as the service that was asked: its DoS service id in MessageHeader.source.endpoint, its organisation in MessageHeader.sender.',
  },
  BARS_DUPLICATE: {
    issue: 'duplicate',
    says: 'This request was processed already.',
    remedy: 'Nothing need be done: treat it as success.',
  },
  BARS_TOO_EARLY: {
    issue: 'duplicate',
    http: 425,
    says: 'The first try of this request is still in work.',
    remedy: 'Repeat it later with the same ids.',
  },
  BARS_NOT_JSON: {
    issue: 'structure',
    says: 'The body is not a FHIR resource in JSON.',
    remedy: 'Send a message Bundle as application/fhir+json.',
  },
  BARS_NOT_A_MESSAGE: {
    issue: 'structure',
    says: ({ place }: { place: string }) => `The body is not a BaRS message: look at ${place}.`,
    remedy: 'Send a Bundle of type message whose first entry is the MessageHeader, each entry with its resource and fullUrl.',
  },
  BARS_RULE_BROKEN: {
    issue: 'invariant',
    says: ({ rule }: { rule: string }) => `The message breaks a rule of BaRS: ${rule}.`,
    remedy: 'See the MessageDefinition that MessageHeader.definition names.',
  },
  BARS_TARGET_DIFFERS: {
    issue: 'value',
    says: 'MessageHeader.destination does not name the service that NHSD-Target-Identifier names.',
    remedy: 'Send header and message to one service.',
  },
  BARS_NOT_OFFERED: {
    issue: 'not-supported',
    http: 422,
    says: ({ what }: { what: string }) => `${what} is not offered here.`,
    remedy: 'GET /metadata and /MessageDefinition say what this service accepts.',
  },
  BARS_REFERRAL_UNKNOWN: {
    issue: 'not-found',
    says: 'There is no such referral here, or it is not yours.',
    remedy: 'Check ServiceRequest.id and X-Correlation-Id, or MessageHeader.response.identifier.',
  },
  BARS_MOVED_ON: {
    issue: 'conflict',
    says: 'The referral has moved on since.',
    remedy: 'GET the ServiceRequest, and tell the user how it stands.',
  },
  BARS_STILL_OPEN: {
    issue: 'conflict',
    says: 'A referral under this correlation id is still open here.',
    remedy: 'Send an update, or withdraw it and then refer anew.',
  },
  BARS_PERSON_DIFFERS: {
    issue: 'conflict',
    says: 'The person in the message is not the person of the referral.',
    remedy: 'Check the person; an update does not change whom a referral is about.',
  },
  BARS_NOT_IMPLEMENTED: {
    issue: 'not-supported',
    http: 501,
    says: 'This part of the BaRS API is not offered here.',
    remedy: 'GET /metadata says what is.',
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
  ANSWER_NOT_YOURS_TO_WRITE: {
    issue: 'forbidden',
    says: ({ type }: { type: string }) => `Your token may not write ${type}: the record would refuse this.`,
    remedy: 'Ask the operator for a client or an account whose scopes allow it.',
  },
  STEP_ASKED_OF_ANOTHER: {
    issue: 'forbidden',
    says: 'This step is asked of somebody else, and only they answer it.',
    remedy: 'Leave the row out. Whoever coordinates the need passes the step on.',
  },
  RECORD_REFUSED: {
    issue: 'processing',
    says: ({ status }: { status: number }) => `The record refused what was asked of it (HTTP ${status}).`,
    remedy: 'See the other issues of this outcome.',
  },
  ASSESSMENT_UNKNOWN: {
    issue: 'not-found',
    says: ({ id }: { id: string }) => `There is no joint assessment ${id} that you may see.`,
    remedy: 'Check the id, and that your organisation owns one of its sections.',
  },
  ASSESSMENT_CLOSED: {
    issue: 'conflict',
    says: ({ id, status }: { id: string; status: string }) =>
      `The assessment ${id} is ${status}; only one in progress is filled in or signed off.`,
    remedy: 'Read it again; for a new one use $start-assessment.',
  },
  SECTION_UNKNOWN: {
    issue: 'value',
    says: ({ section }: { section: string }) => `The assessment has no section "${section}".`,
    remedy: 'Give the linkId of a section of the questionnaire joint-assessment.',
  },
  SECTION_NOT_YOURS: {
    issue: 'business-rule',
    says: ({ section }: { section: string }) => `The section ${section} belongs to another organisation.`,
    remedy: 'Ask its owner, whom $meeting names.',
  },
  SECTION_EMPTY: {
    issue: 'required',
    says: ({ section }: { section: string }) => `The section ${section} is neither answered nor said not to have been asked.`,
    remedy: 'Give answers, in the section on safety the yes or no; or notAsked with the reason.',
  },
  SECTION_UNREADABLE: {
    issue: 'value',
    says: ({ section }: { section: string }) =>
      `An answer in the section ${section} is to no question of it, or has another type than the question.`,
    remedy: 'Answer each part once, with the value type of its question in the Questionnaire.',
  },
  SECTIONS_OPEN: {
    issue: 'business-rule',
    says: ({ sections }: { sections: readonly string[] }) => `Still open: ${sections.join(', ')}.`,
    remedy: 'Each section is answered, or says why it was not asked; $meeting names the owners.',
  },
  SECTION_OWNER_UNFIT: {
    issue: 'business-rule',
    says: ({ reference }: { reference: string }) =>
      `${reference} cannot own a section: it may not see what is said about mood, or is not listed.`,
    remedy: 'Name an organisation of grade therapy-record or full; leisure is sent needs and adjustments instead.',
  },
  ORGANISATION_UNKNOWN: {
    issue: 'forbidden',
    says: 'An assessment is started and filled in for an organisation, and the token names none.',
    remedy: 'Use a client or a sign-in that is bound to an organisation.',
  },
  QUESTIONNAIRE_UNKNOWN: {
    issue: 'not-found',
    says: 'Only the questionnaires of the hub are filled in from the record.',
    remedy: 'Use https://handrail.example/fhir/Questionnaire/joint-assessment.',
  },
  ATTACHMENT_NOT_TAKEN: {
    issue: 'processing',
    says: ({ because }: { because: string }) => `The file is not taken: ${because}.`,
    remedy: 'Attach a PDF, a PNG or JPEG picture, or plain text of up to 3 MB. Save an office document as PDF first.',
  },
  ATTACHMENT_REFUSED: {
    issue: 'security',
    http: 422,
    says: 'The scanner of the hub found something in the file. It was not kept.',
    remedy: 'Check the file on your own system; do not pass it on.',
  },
  ATTACHMENT_UNSCANNED: {
    issue: 'transient',
    says: 'The file could not be scanned at the moment, and so it was not kept.',
    remedy: 'Try again in a few minutes. The request itself is not held up by it.',
  },
  ATTACHMENT_LATE: {
    issue: 'conflict',
    says: ({ id }: { id: string }) => `ServiceRequest ${id} has ended; nothing is attached to it any more.`,
    remedy: 'Ask again with a request of its own, or take this one up again.',
  },
  ATTACHMENT_OF_NOBODY: {
    issue: 'forbidden',
    says: 'A file is attached for an organisation or by the person, and the token names neither.',
    remedy: 'Use a client or a sign-in that is bound to an organisation.',
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
