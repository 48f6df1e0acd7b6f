Extension: ExperienceExtension
Id: experience
Title: "How a person was dealt with"
Description: "One answer of the person about one referral. On a Communication from the person to whoever was asked, based on the request; read by that organisation, and counted for the commissioner."
Context: Communication
* insert Ours
* extension contains
    question 1..1 and
    answer 1..1
* extension[question].value[x] only code
* extension[question].value[x] 1..1
* extension[question].valueCode from ExperienceQuestionCodes (required)
* extension[answer].value[x] only code
* extension[answer].value[x] 1..1
* extension[answer].valueCode from ExperienceAnswerCodes (required)

Extension: MayBeQuotedExtension
Id: may-be-quoted
Title: "May be quoted without a name"
Description: "The person agrees that the words of this message are shown, without their name, in the report of the organisation that it is addressed to, for its funder. Absent, or false after it was taken back: they are not."
Context: Communication
* insert Ours
* value[x] only boolean
* value[x] 1..1
