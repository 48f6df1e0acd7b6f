Extension: KeptAnswerExtension
Id: kept-answer
Title: "Answer that is kept until somebody decides about it"
Description: "On a Task answer-of-another: what came for a referral, from whom as the sender says, and where the message is kept as it came. Ids as the sender wrote them; nobody has checked them."
Context: Task
* insert Ours
* extension contains
    message 1..1 and
    mark 1..1 and
    says 1..1 and
    reason 0..1 and
    words 0..1 and
    service 0..1 and
    organization 0..1 and
    at 1..1
* extension[message].value[x] only Reference(Communication)
* extension[message].value[x] 1..1
* extension[mark].value[x] only string
* extension[mark].value[x] 1..1
* extension[says].value[x] only code
* extension[says].value[x] 1..1
* extension[says].valueCode from KeptAnswerCodes (required)
* extension[reason].value[x] only code
* extension[reason].value[x] 1..1
* extension[reason].valueCode from RefusalReasonCodes (required)
* extension[words].value[x] only string
* extension[words].value[x] 1..1
* extension[service].value[x] only Identifier
* extension[service].value[x] 1..1
* extension[organization].value[x] only Identifier
* extension[organization].value[x] 1..1
* extension[at].value[x] only instant
* extension[at].value[x] 1..1
