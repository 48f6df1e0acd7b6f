Instance: share-link
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/share-link"
* version = "0.1.0"
* name = "ShareLink"
* title = "Give out a link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The person gives out a SMART Health Link to what they choose of their record. By the person, the operator in their name, or a carer, whose link shows what the Consent of the person opens to the carer, and ends with that."
* affectsState = true
* code = #share-link
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #section
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "What is shared: emergency, therapies, measures, referrals, about-me. None = emergency."
* parameter[=].type = #code
* parameter[+].name = #expires
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "When the link ends; 24 hours from now when it is not said, a year at most."
* parameter[=].type = #instant
* parameter[+].name = #passcode
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Given = flag P. At least 6 characters; never stored as it is. Tell it to the reader apart from the link."
* parameter[=].type = #string
* parameter[+].name = #long-term
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Flag L: each opening shows the record as it is then. Its key is kept sealed, and destroyed when the link ends."
* parameter[=].type = #boolean
* parameter[+].name = #direct
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Flag U: one file, fetched without a question. Refused together with passcode."
* parameter[=].type = #boolean
* parameter[+].name = #label
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "At most 80 characters, read by whoever sees the code: no name and no number."
* parameter[=].type = #string
* parameter[+].name = #language
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Of the words around the entries: en or cy. None = en."
* parameter[=].type = #code
* parameter[+].name = #link
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The link, with the address of the viewer before it. It is told once: the hub does not keep it."
* parameter[=].type = #uri
* parameter[+].name = #id
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "By which the link is withdrawn."
* parameter[=].type = #id
* parameter[+].name = #expires
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "When the link ends."
* parameter[=].type = #instant

Instance: share-links
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/share-links"
* version = "0.1.0"
* name = "ShareLinks"
* title = "Links that were given out"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Every link of the person (for a carer: every link that the carer gave out) with what became of it: when it was opened, by whom it was said to be opened, wrong passcodes, notes left; and every code that was shown to record."
* affectsState = false
* code = #share-links
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #link
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One link, with parts id, status, by (the carer who gave it out), language, section, flag, label, created, expires, locked, withdrawn, remainingAttempts and opening."
* parameter[=].part[+].name = #id
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].type = #id
* parameter[+].name = #shown
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "One code that was shown to record, with parts id, status, purpose, created, expires, withdrawn and accepted."
* parameter[=].part[+].name = #id
* parameter[=].part[=].use = #out
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].type = #id

Instance: withdraw-link
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/withdraw-link"
* version = "0.1.0"
* name = "WithdrawLink"
* title = "Withdraw a link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The next opening fails, and so does every address of a file that was handed out. What was read before cannot be taken back."
* affectsState = true
* code = #withdraw-link
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #id
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Of the link, as $share-link told it."
* parameter[=].type = #id
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "That it is withdrawn."
* parameter[=].type = #OperationOutcome

Instance: answer-note
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/answer-note"
* version = "0.1.0"
* name = "AnswerNote"
* title = "Answer a reader's note"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The home team accepts or dismisses what a reader of a link wrote. Until then it waits as unconfirmed, with an owner and a due time."
* affectsState = true
* code = #answer-note
* resource = #Communication
* system = false
* type = false
* instance = true
* parameter[+].name = #outcome
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "accept or dismiss"
* parameter[=].type = #code
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Why."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The note as it is now."
* parameter[=].type = #Communication

Instance: show-to-record
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/show-to-record"
* version = "0.1.0"
* name = "ShowToRecord"
* title = "Show a code to record by"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The person shows a code by which a worker's system records sessions for them, for as long as the person says, without an identifier."
* affectsState = true
* code = #show-to-record
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #expires
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Until when sessions may be recorded by it; 24 hours from now when it is not said, a year at most."
* parameter[=].type = #instant
* parameter[+].name = #purpose
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "What it is for, in the words of the person."
* parameter[=].type = #string
* parameter[+].name = #link
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What the code says. It is told once."
* parameter[=].type = #uri
* parameter[+].name = #token
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The same without the address before it."
* parameter[=].type = #string
* parameter[+].name = #id
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "By which it is withdrawn."
* parameter[=].type = #id
* parameter[+].name = #expires
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Until when."
* parameter[=].type = #instant

Instance: accept-shown
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/accept-shown"
* version = "0.1.0"
* name = "AcceptShown"
* title = "Accept a code that was shown"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A worker's system exchanges the code for the right to create sessions for that person until it ends, and for nothing more."
* affectsState = true
* code = #accept-shown
* resource = #Patient
* system = false
* type = true
* instance = false
* parameter[+].name = #token
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What the code says, with or without the address before it."
* parameter[=].type = #string
* parameter[+].name = #patient
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Whom the sessions are about. It can be named in an entry and opens nothing else."
* parameter[=].type = #Reference
* parameter[+].name = #expires
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Until when."
* parameter[=].type = #instant
* parameter[+].name = #purpose
* parameter[=].use = #out
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "What it is for, in the words of the person."
* parameter[=].type = #string

Instance: withdraw-shown
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/withdraw-shown"
* version = "0.1.0"
* name = "WithdrawShown"
* title = "Withdraw a code that was shown"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The right to create sessions ends with the next request."
* affectsState = true
* code = #withdraw-shown
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #id
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "As $show-to-record told it."
* parameter[=].type = #id
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "That it is withdrawn."
* parameter[=].type = #OperationOutcome

Instance: print
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/print"
* version = "0.1.0"
* name = "Print"
* title = "Print a page or a card"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "One side of A4, or a card for the wallet, as PDF: the emergency view in large type with its date, and the code of a link to the live copy."
* affectsState = false
* code = #print
* resource = #Patient
* system = false
* type = false
* instance = true
* parameter[+].name = #form
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "a4 or card; a4 when it is not said."
* parameter[=].type = #code
* parameter[+].name = #language
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "en or cy; en when it is not said."
* parameter[=].type = #code
* parameter[+].name = #link
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The id of a long-term link to print as a code; the newest one that is good when it is not said."
* parameter[=].type = #id
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "application/pdf"
* parameter[=].type = #Binary
