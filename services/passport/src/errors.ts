/** Every way the record says no. */
import { defineErrors } from '@platform/fhir/errors'

export const refuse = defineErrors({
  NOT_FOUND: {
    issue: 'not-found',
    says: ({ reference }: { reference: string }) => `${reference} is not known, or not open to you.`,
    remedy: 'Check the id. A record opens through a referral, a care team, or the person themself.',
  },
  DELETED: {
    issue: 'deleted',
    says: ({ reference }: { reference: string }) => `${reference} was deleted.`,
    remedy: 'Read its history for earlier versions.',
  },
  TYPE_NOT_SUPPORTED: {
    issue: 'not-supported',
    http: 404,
    says: 'This resource type is not kept here.',
    remedy: 'See /fhir/metadata for the types that are.',
  },
  SCOPE_MISSING: {
    issue: 'forbidden',
    says: ({ type, needed }: { type: string; needed: string }) => `Your token does not allow this interaction (${needed}) on ${type}.`,
    remedy: 'Ask for a token with that scope.',
  },
  NO_RELATIONSHIP: {
    issue: 'not-found',
    says: ({ type }: { type: string }) => `The person this ${type} is about is not known to you, or does not let you write this.`,
    remedy: 'You need a referral, a place in the care team, or the link or QR code of the person.',
  },
  MAY_NOT_WRITE: {
    issue: 'forbidden',
    says: ({ type }: { type: string }) => `You may not write a ${type} of this kind.`,
    remedy: 'Ask the operator of the hub, or the organisation it belongs to.',
  },
  SHOWN_IN_PART: {
    issue: 'forbidden',
    says: ({ type }: { type: string }) =>
      `You are shown a part of this ${type}, and so you cannot change it: what you do not see would be lost.`,
    remedy:
      'A request is answered with its Task: accept, ask for more, pass it on. Whoever made it, or coordinates it, can change it; who entered a person, or is a team of theirs that sees all of it, can change that.',
  },
  PART_OF_WHOLE: {
    issue: 'business-rule',
    says: ({ type }: { type: string }) =>
      `This is a part of the ${type}, as its tag SUBSETTED says: put in place of the whole, it would lose the rest.`,
    remedy: 'Read it anew, without _elements and _summary, change that and send it.',
  },
  RESOURCE_INVALID: { issue: 'invalid', says: 'The resource is not valid.', remedy: 'Mend the places named and send it again.' },
  BODY_MISSING: { issue: 'required', says: 'A resource is needed in the body.', remedy: 'Send the resource as application/fhir+json.' },
  TYPE_MISMATCH: {
    issue: 'invalid',
    says: ({ expected }: { expected: string }) => `The resource in the body is not a ${expected}.`,
    remedy: 'Send it to the address of its own type.',
  },
  FORM_WANTED: {
    issue: 'not-supported',
    http: 415,
    says: 'A search by POST takes its parameters as a form.',
    remedy: 'Send them as application/x-www-form-urlencoded.',
  },
  TYPES_UNKNOWN: {
    issue: 'value',
    says: '_type names a resource type that is not kept here.',
    remedy: 'See /fhir/metadata for the types that are.',
  },
  ID_MISMATCH: { issue: 'invalid', says: 'The id in the body is not the id in the address.', remedy: 'Make both the same.' },
  SUBSCRIPTION_NOT_SERVED: {
    issue: 'business-rule',
    says: ({ why }: { why: string }) => `Nobody here would serve this Subscription. ${why}`,
    remedy: 'See the topics and channels in /fhir/metadata and the guide on subscriptions; mend the element named and send it again.',
  },
  SUBSCRIBER_UNKNOWN: {
    issue: 'business-rule',
    says: 'A Subscription belongs to an organisation, a person or a carer, and your token names none.',
    remedy: 'Subscribe with a client that is bound to an Organization, or with a token whose fhirUser is a Patient or RelatedPerson.',
  },
  SUBSCRIPTION_TOPIC_OF_OTHERS: {
    issue: 'business-rule',
    says: 'People are told of the steps of their own referrals, and organisations of everything else.',
    remedy: 'A person or carer subscribes to the topic referral-step, an organisation to alert, task or referral.',
  },
  CLIENT_IDS_NOT_TAKEN: {
    issue: 'not-supported',
    http: 405,
    says: ({ reference }: { reference: string }) => `${reference} does not exist, and an update does not create here.`,
    remedy: 'Create it with POST; the server gives the id.',
  },
  VERSION_STALE: {
    issue: 'conflict',
    http: 412,
    says: 'The resource has changed since the version in If-Match.',
    remedy: 'Read it again, apply your change to what it is now, and send that.',
  },
  VERSION_TAG_INVALID: {
    issue: 'invalid',
    says: 'If-Match must be an ETag such as W/"3".',
    remedy: 'Send the ETag of the version your change is based on.',
  },
  MANY_MATCH: {
    issue: 'multiple-matches',
    says: 'More than one resource matches the condition.',
    remedy: 'Narrow the condition until one is left.',
  },
  NONE_MATCHES: {
    issue: 'not-found',
    says: 'No resource matches the condition.',
    remedy: 'Check the condition, or create the resource first.',
  },
  CONDITION_EMPTY: {
    issue: 'required',
    http: 412,
    says: 'The condition names nothing to search by.',
    remedy: 'Give at least one search parameter that this server knows.',
  },
  PATCH_INVALID: {
    issue: 'invalid',
    says: 'The patch cannot be applied.',
    remedy: 'Send a JSON Patch (RFC 6902) whose paths exist and whose tests hold.',
  },
  PATCH_TEST_FAILED: {
    issue: 'conflict',
    says: 'A test operation of the patch does not hold.',
    remedy: 'Read the resource again and make a new patch.',
  },
  PATCH_TOO_LARGE: {
    issue: 'too-costly',
    says: ({ limit }: { limit: string }) => `The patch does more than is taken at once: ${limit}.`,
    remedy: 'Send the resource as an update, or several smaller patches.',
  },
  PATCH_FORBIDDEN: {
    issue: 'business-rule',
    says: 'A patch cannot change the id or the type of a resource.',
    remedy: 'Leave /id and /resourceType alone.',
  },
  BUNDLE_INVALID: {
    issue: 'invalid',
    says: ({ why }: { why: string }) => `The Bundle cannot be processed: ${why}.`,
    remedy: 'See FHIR R4, http.html#transaction.',
  },
  BUNDLE_ANSWER_NO_RESOURCE: {
    issue: 'not-supported',
    http: 406,
    says: 'What is asked for is a file and no resource, and has no place in a Bundle.',
    remedy: 'Ask for it by a request of its own.',
  },
  BUNDLE_SAME_RESOURCE_TWICE: {
    issue: 'invalid',
    says: 'Two entries of the transaction make or change the same resource.',
    remedy: 'Give each resource one entry, and refer to it by its fullUrl.',
  },
  REFERENCE_UNRESOLVED: {
    issue: 'processing',
    http: 412,
    says: 'A conditional reference matches no resource, or more than one.',
    remedy: 'Make the condition match exactly one.',
  },
  TASK_WITHOUT_OWNER: {
    issue: 'business-rule',
    says: 'An open Task under a referral or a hospital stay must name who answers for it.',
    remedy: 'Give Task.owner.',
  },
  TASK_WITHOUT_DUE: {
    issue: 'business-rule',
    says: 'An open Task under a referral or a hospital stay must say until when.',
    remedy: 'Give Task.restriction.period.end.',
  },
  TASK_DUE_TOO_FAR: {
    issue: 'business-rule',
    says: 'A step of a referral is due more than two years from now: until then nobody would ask about it.',
    remedy: 'Give the time by which somebody looks at it again, within two years.',
  },
  REFUSAL_WITHOUT_NEXT_STEP: {
    issue: 'business-rule',
    says: ({ missing }: { missing: string }) => `A refusal needs a reason and a next step; ${missing} is missing.`,
    remedy:
      'Give statusReason.coding, statusReason.text, and the outputs next-owner, next-action and due. POST Task/{id}/$refuse does it in one call.',
  },
  REFUSAL_REASON_UNKNOWN: {
    issue: 'code-invalid',
    http: 422,
    says: 'A request is refused for a reason of the CodeSystem refusal-reason.',
    remedy: ({ known }: { known: readonly string[] }) =>
      `Give in statusReason.coding one of the system https://handrail.example/fhir/CodeSystem/refusal-reason: ${known.join(', ')}. What fits none is other-in-words, with statusReason.text. A code of your own may stand beside it.`,
  },
  OWNER_UNKNOWN: {
    issue: 'business-rule',
    says: 'A Task is given to somebody whom this hub knows.',
    remedy: 'Give in Task.owner a reference to somebody in this record.',
  },
  REFUSAL_TO_NOBODY: {
    issue: 'business-rule',
    says: 'A refusal must name as next owner somebody whom this hub knows.',
    remedy:
      'Give in the output next-owner a reference to an Organization, HealthcareService, CareTeam, PractitionerRole or Practitioner of this record.',
  },
  NEED_WITHOUT_NEXT_STEP: {
    issue: 'business-rule',
    says: ({ need }: { need: string }) => `This would leave ${need} open with nobody asked.`,
    remedy: 'In the same transaction create the next Task, or complete or revoke the ServiceRequest.',
  },
  OPEN_WORK: {
    issue: 'conflict',
    says: 'Somebody is still asked: it cannot be deleted.',
    remedy: 'Close its open Tasks first, each with its outcome or next step.',
  },
  ANSWER_NOT_YOURS: {
    issue: 'forbidden',
    says: 'This answer is asked of somebody else, and only they give it.',
    remedy:
      'Give your own: POST $acknowledge on the alert itself, which takes the part that is asked of you. Ring the others where they must know now.',
  },
  ANSWER_OUTSIDE_CARE: {
    issue: 'business-rule',
    says: 'What a ward must know is passed on among those who care for the person, and not to a leisure service.',
    remedy: 'Hand it on to a team of the NHS or a charity, or ring the leisure service with what it needs to know.',
  },
  PAUSE_NOT_ANSWERED: {
    issue: 'business-rule',
    says: 'Sessions wait for an answer in this Task: it is closed by a named professional who says resume, change or stop.',
    remedy: 'POST $close on the Task with outcome resume, change or stop, and by: a Practitioner or PractitionerRole.',
  },
  STEP_NOT_YOURS: {
    issue: 'forbidden',
    says: 'This step is asked of somebody else, and only they answer it.',
    remedy:
      'Write a note on the Task, or ring whoever is asked. Whoever asked takes the step back (status cancelled); whoever coordinates the need passes it on.',
  },
  NEED_NOT_YOURS: {
    issue: 'forbidden',
    says: 'This request was made by somebody else, and only they take it back.',
    remedy: 'Answer the step that is asked of you: POST $refuse or $triage on its Task, with who is next. The need stays open.',
  },
  PERSON_KEPT: {
    issue: 'conflict',
    says: 'Others may have a part in the record of this person: the Patient cannot be deleted.',
    remedy: 'Set Patient.active to false if you do not see them any more. Only the operator of the hub deletes or disposes of a person.',
  },
  LEVEL_UNKNOWN: {
    issue: 'code-invalid',
    says: 'The checked level is none of the four.',
    remedy: 'Give person-said, worker-recorded, registered-professional-recorded or clinician-confirmed.',
  },
  LEVEL_MISSING: {
    issue: 'business-rule',
    says: 'The entry said how far it is checked, and would say so no more.',
    remedy: 'Keep the extension checked-level, with a level that you may give.',
  },
  LEVEL_NOT_YOURS: {
    issue: 'forbidden',
    says: ({ level, highest }: { level: string; highest: string }) =>
      `The level ${level} is not yours to give to what you write; the highest you may give is ${highest}.`,
    remedy: 'Write it at your own level, which lowers that of the entry, or ask who may confirm it.',
  },
  CSV_UNREADABLE: {
    issue: 'structure',
    says: ({ why }: { why: string }) => `The file cannot be read as CSV: ${why}. Nothing of it was recorded.`,
    remedy: 'Mend the place, or save the sheet again as "CSV UTF-8", and send the whole file.',
  },
  CSV_EMPTY: { issue: 'required', says: 'The file has no row of headings.', remedy: 'Put the headings into the first row.' },
  CSV_TOO_LONG: {
    issue: 'too-costly',
    says: ({ most }: { most: number }) => `The file has more than ${most} rows. Nothing of it was recorded.`,
    remedy: 'Send it as several files.',
  },
  CSV_COLUMN_MISSING: {
    issue: 'required',
    says: ({ columns }: { columns: string }) => `The file has no column for: ${columns}. Nothing of it was recorded.`,
    remedy: 'Add the columns. A person is found by number and date of birth, both, and never by name.',
  },
  CSV_COLUMN_TWICE: {
    issue: 'invalid',
    says: ({ column }: { column: string }) => `Two columns of the file are both ${column}. Nothing of it was recorded.`,
    remedy: 'Keep one of them, or give the other another heading.',
  },
  ORGANIZATION_NEEDED: {
    issue: 'required',
    says: 'Sessions are recorded for an organisation, and it is not known which.',
    remedy: 'Use a token bound to an organisation, or as the operator give the parameter organization.',
  },
  ORGANIZATION_NOT_YOURS: {
    issue: 'forbidden',
    says: 'Only the operator records sessions for another organisation.',
    remedy: 'Leave the parameter organization out, or give your own.',
  },
  SECTOR_UNKNOWN: {
    issue: 'required',
    says: 'The organisation does not say its sector, and every session says which sector gave it.',
    remedy: 'Ask the operator to record the sector with the organisation.',
  },
  IMPORT_UNKNOWN: {
    issue: 'not-found',
    says: 'There is no import of that id, or it is not yours.',
    remedy: 'Use the id that the import answered with, as the organisation that made it.',
  },
  REGISTER_INVALID: {
    issue: 'invalid',
    says: ({ why }: { why: string }) => `The register cannot be recorded: ${why}.`,
    remedy: 'Give key, kind, on, and a part "person" for each person with who and present. See the OperationDefinition.',
  },
  TOO_MANY_SCORES: {
    issue: 'too-costly',
    says: ({ most }: { most: number }) => `There are more than ${most} observations to compare.`,
    remedy: 'Search for the scores of one measure and a period, and compare those.',
  },
  AUDIT_IMMUTABLE: {
    issue: 'not-supported',
    http: 405,
    says: 'An AuditEvent cannot be changed or deleted.',
    remedy: 'Create a further one.',
  },
  VERSION_WANTED: {
    issue: 'value',
    says: 'A version id here is a whole number from 1.',
    remedy: 'Take it from the ETag or from the history.',
  },
  PARAMETER_UNKNOWN: {
    issue: 'not-supported',
    says: ({ parameter }: { parameter: string }) => `The search parameter ${parameter} is not known here.`,
    remedy: 'See /fhir/metadata for the parameters of this type, or send Prefer: handling=lenient.',
  },
  OPERATION_PARAMETER_UNKNOWN: {
    issue: 'not-supported',
    says: ({ parameter }: { parameter: string }) => `The operation has no parameter ${parameter}.`,
    remedy: 'See its OperationDefinition, which /fhir/metadata names.',
  },
  PARAMETERS_UNREADABLE: {
    issue: 'invalid',
    says: 'The parameters of the operation cannot be read.',
    remedy: 'Send a Parameters resource with the parameters that the OperationDefinition names, each with its own type.',
  },
  MAY_NOT_ASK_FOR_CORRECTION: {
    issue: 'forbidden',
    says: 'Only the person, or their carer, asks by this that an entry be corrected.',
    remedy: 'Correct an entry of your own by an update; ask its author about another.',
  },
  MAY_NOT_SHARE: {
    issue: 'forbidden',
    says: 'Only the person gives out what opens their record, and a carer links to what they may see of it.',
    remedy: 'Ask the person to do it.',
  },
  SHARE_SECTION_UNKNOWN: {
    issue: 'value',
    says: 'A section is named that cannot be shared.',
    remedy: ({ known }: { known: string }) => `The sections are ${known}.`,
  },
  SHARE_EXPIRY_INVALID: {
    issue: 'value',
    says: 'A link ends in the future, and within a year.',
    remedy: 'Give another instant, or leave it out for 24 hours.',
  },
  SHARE_FLAGS_CONTRADICT: {
    issue: 'business-rule',
    says: 'A direct link is one file that is fetched without a question; it cannot ask for a passcode.',
    remedy: 'Leave out passcode, or direct.',
  },
  SHARE_PASSCODE_SHORT: {
    issue: 'business-rule',
    says: ({ least }: { least: number }) => `A passcode has at least ${least} characters, and at most 128.`,
    remedy: 'Choose another one, and tell it to the reader apart from the link.',
  },
  SHARE_LABEL_INVALID: {
    issue: 'business-rule',
    says: 'A label is read by whoever sees the code: at most 80 characters, on one line, without a number of a person.',
    remedy: 'Choose words such as "My neuro summary".',
  },
  SHARE_CLOSED: {
    issue: 'business-rule',
    says: 'What was chosen is closed to everybody by the consent of the person, so a link to it would not open.',
    remedy: 'Choose other sections, or change the consent.',
  },
  LINK_UNKNOWN: {
    issue: 'not-found',
    says: 'There is no such link of this person.',
    remedy: 'See GET Patient/{id}/$share-links.',
  },
  CODE_NOT_ACTIVE: {
    issue: 'not-found',
    says: 'This code to record by is not active.',
    remedy: 'Ask the person to show a new one.',
  },
  CODE_FOR_ORGANIZATIONS: {
    issue: 'forbidden',
    says: 'A code to record by is accepted for an organisation, by its workers or its system.',
    remedy: 'Use a token that is bound to an organisation.',
  },
  NOTE_ANSWERED: {
    issue: 'conflict',
    says: 'This note does not wait for anybody.',
    remedy: 'Read it again: it was answered, or did not come by a link.',
  },
  PARAMETER_TWICE: {
    issue: 'value',
    says: ({ parameter }: { parameter: string }) => `The parameter ${parameter} is given twice.`,
    remedy: 'Give it once.',
  },
  TIMELINE_PARAMETER: {
    issue: 'value',
    says: ({ parameter }: { parameter: string }) => `The parameter ${parameter} of the timeline cannot be read.`,
    remedy: 'See the OperationDefinition timeline: references such as Condition/<id>, codes, and days such as 2026-11-21.',
  },
  LANGUAGE_UNKNOWN: { issue: 'value', says: 'There is no summary in this language.', remedy: 'Ask for en or cy, or leave _language out.' },
  IDENTIFIER_WANTED: {
    issue: 'required',
    says: 'Whose summary is wanted is not said.',
    remedy: 'Give identifier=system|value, or ask for Patient/{id}/$summary.',
  },
  SUMMARY_PROFILE_UNKNOWN: {
    issue: 'not-supported',
    says: 'A summary of this profile is not made here.',
    remedy: 'Leave profile out, or give http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips, version 2.0.0.',
  },
  DOCUMENT_NOT_KEPT: {
    issue: 'not-supported',
    says: 'A document is made for whoever asks, and is not kept.',
    remedy: 'Leave persist out, and keep the document yourself.',
  },
})
