Instance: link-code
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/link-code"
* version = "0.1.0"
* name = "LinkCode"
* title = "Ask for the code of a secure link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Somebody who holds a link asks for its code. It goes by the second way that the organisation verified. Open: the token is the key, and shows nothing by itself."
* affectsState = true
* code = #link-code
* system = true
* type = false
* instance = false
* parameter[+].name = #token
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What stands after /link/ in the address."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: sent, too-soon, too-many, expired, revoked or locked."
* parameter[=].type = #Parameters

Instance: link-open
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/link-open"
* version = "0.1.0"
* name = "LinkOpen"
* title = "Enter the code of a secure link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A right code gives a session for half an hour; five wrong ones lock the link for good."
* affectsState = true
* code = #link-open
* system = true
* type = false
* instance = false
* parameter[+].name = #token
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What stands after /link/ in the address."
* parameter[=].type = #string
* parameter[+].name = #code
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Six digits."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: opened (with session), wrong (with left), locked, no-code, expired or revoked."
* parameter[=].type = #Parameters

Instance: link-read
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/link-read"
* version = "0.1.0"
* name = "LinkRead"
* title = "Read what a secure link leads to"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "What the receiver is sent, by the table of payloads at the grade that it has now, and which answers fit. Written down in the trail as read by its organisation."
* affectsState = false
* code = #link-read
* system = true
* type = false
* instance = false
* parameter[+].name = #token
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What stands after /link/ in the address."
* parameter[=].type = #string
* parameter[+].name = #session
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "From $link-open."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: organization, sender, status, due, answer (0..*), nextOwner (0..*), payload (Bundle; absent once the step is closed)."
* parameter[=].type = #Parameters

Instance: link-answer
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/link-answer"
* version = "0.1.0"
* name = "LinkAnswer"
* title = "Answer by a secure link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "A receiver without an account accepts, refuses with a next step, or completes."
* affectsState = true
* code = #link-answer
* system = true
* type = false
* instance = false
* parameter[+].name = #token
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What stands after /link/ in the address."
* parameter[=].type = #string
* parameter[+].name = #session
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "From $link-open."
* parameter[=].type = #string
* parameter[+].name = #answer
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "accept, refuse or complete."
* parameter[=].type = #code
* parameter[+].name = #by
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The name of who answers, as typed: nobody has signed in."
* parameter[=].type = #string
* parameter[+].name = #reason
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For a refusal, a code of refusal-reason."
* parameter[=].type = #Coding
* parameter[+].name = #words
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For a refusal, why in plain words."
* parameter[=].type = #string
* parameter[+].name = #nextOwner
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For a refusal, one of those that $link-read offers."
* parameter[=].type = #Reference
* parameter[+].name = #nextAction
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For a refusal, what is to be done next."
* parameter[=].type = #string
* parameter[+].name = #due
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For a refusal, by when."
* parameter[=].type = #dateTime
* parameter[+].name = #outcome
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "For a completion, what came of it."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: the plain word of the step."
* parameter[=].type = #Parameters

Instance: link-renew
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/link-renew"
* version = "0.1.0"
* name = "LinkRenew"
* title = "Ask for another secure link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Another link goes to the verified mailbox when the seven days of this one are over and the step is open."
* affectsState = true
* code = #link-renew
* system = true
* type = false
* instance = false
* parameter[+].name = #token
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What stands after /link/ in the address."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: sent, open, revoked or locked."
* parameter[=].type = #Parameters

Instance: send-link
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/send-link"
* version = "0.1.0"
* name = "SendLink"
* title = "Send another secure link"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Whoever sent or coordinates the referral sends another link for this step; earlier ones stop."
* affectsState = true
* code = #send-link
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: sent."
* parameter[=].type = #Parameters

Instance: revoke-link
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/revoke-link"
* version = "0.1.0"
* name = "RevokeLink"
* title = "Revoke the secure links of a step"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Whoever sent or coordinates the referral stops every link of this step."
* affectsState = true
* code = #revoke-link
* resource = #Task
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: revoked, and count."
* parameter[=].type = #Parameters

Instance: link-route
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/link-route"
* version = "0.1.0"
* name = "LinkRoute"
* title = "How an organisation without an account is reached"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Proposes where links go and by which second way their codes go; a code goes the second way, and verifies it when it comes back."
* affectsState = true
* code = #link-route
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #mailTo
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "E-mail address of the links."
* parameter[=].type = #string
* parameter[+].name = #codeBy
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "sms or email."
* parameter[=].type = #code
* parameter[+].name = #codeTo
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Telephone number or another mailbox."
* parameter[=].type = #string
* parameter[+].name = #code
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The code that came."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: went: sent, verified, wrong or over."
* parameter[=].type = #Parameters

Instance: import-answers
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/import-answers"
* version = "0.1.0"
* name = "ImportAnswers"
* title = "Take answers of a receiver from a list"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Answers to referrals as CSV, row by row: accepted, refused, did-not-attend or done. A no without a code or next step is taken, and the hub adds the next owner. A list that is sent again changes nothing."
* affectsState = true
* code = #import-answers
* system = true
* type = false
* instance = false
* parameter[+].name = #csv
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The list: a first line with the columns task and answer, and reason and words where there are some."
* parameter[=].type = #string
* parameter[+].name = #dryRun
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "true: says what would become of each row, and changes nothing."
* parameter[=].type = #boolean
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: answered, unchanged, notTaken, dryRun, list (what undo-answers takes back), and row (line, went, task, text) for each."
* parameter[=].type = #Parameters

Instance: import-referrals
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/import-referrals"
* version = "0.1.0"
* name = "ImportReferrals"
* title = "Take referrals of a sender from a list"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Referrals as CSV, row by row. A person is named by NHS number and date of birth and found only where the caller may see them; the sender's own reference makes each row one request, however often the list is sent."
* affectsState = true
* code = #import-referrals
* system = true
* type = false
* instance = false
* parameter[+].name = #csv
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The list: a first line with the columns reference, NHS number, date of birth and need, and kind, priority, receiver, red flags and words where there are some."
* parameter[=].type = #string
* parameter[+].name = #dryRun
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "true: says what would become of each row, and changes nothing."
* parameter[=].type = #boolean
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: asked, unchanged, notTaken, dryRun, and row (line, went, request, text) for each."
* parameter[=].type = #Parameters

Instance: pathway-flow
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/pathway-flow"
* version = "0.1.0"
* name = "PathwayFlow"
* title = "The real flow over the pathway"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "How referrals of a time really went, laid over the stages of the pathway: steps between stages by sector of who sent them, refusals, and links that nobody went. Counts of steps and nothing of persons. The operator gets the counts as they are, of any days; a commissioner those of one calendar quarter that has been over for four weeks, published once: hidden below eight people, rounded to five, and never changed."
* affectsState = false
* code = #pathway-flow
* system = true
* type = false
* instance = false
* parameter[+].name = #from
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "First day of the first request."
* parameter[=].type = #date
* parameter[+].name = #until
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Last day of the first request."
* parameter[=].type = #date
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: period, needs, ended, link (from, to, sector, steps, refused) and missing (from, to). For a commissioner: period, publishedAt, stage (code, title) in the order of the pathway, needs unless it is hidden, link (from, to, sector, then steps or hidden) and missing (from, to)."
* parameter[=].type = #Parameters

Instance: undo-answers
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/undo-answers"
* version = "0.1.0"
* name = "UndoAnswers"
* title = "Take a list of answers back"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "What a list of answers said is taken back, row by row, by the organisation that sent it, where nobody has acted on it: the step is what it was, and what had followed from it ends. Both versions stay in the record."
* affectsState = true
* code = #undo-answers
* system = true
* type = false
* instance = false
* parameter[+].name = #list
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The id that import-answers gave as list."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: undone, notUndone, and row (line, went, task, text) for each."
* parameter[=].type = #Parameters

Instance: screening-out
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/screening-out"
* version = "0.1.0"
* name = "ScreeningOut"
* title = "What each rule of matching did"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "How often each rule of matching spoke for or against a listing, excluded one, or was overruled: in all, and by area, band of age, condition, deprivation and rurality of the place, one at a time. Counts of listings that were compared and nothing of persons. The operator gets the counts as they are, of any days; a commissioner those of one calendar quarter that has ended, hidden below eight listings or eight people and rounded to five."
* affectsState = false
* code = #screening-out
* system = true
* type = false
* instance = false
* parameter[+].name = #from
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "First day."
* parameter[=].type = #date
* parameter[+].name = #until
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Last day."
* parameter[=].type = #date
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: period, effect (rule, effect, then area, age, condition, deprivation or rurality where it is of one group, then times or hidden) for each; places (nation, index, name, edition, licence) for each table of places that is loaded, or notCounted (by, because) where none is."
* parameter[=].type = #Parameters

Instance: red-flag-cues
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/red-flag-cues"
* version = "0.1.0"
* name = "RedFlagCues"
* title = "Red-flag cues that are approved"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The cues that a named clinician has approved and that are in force today, for a form in which a referrer ticks one. An unapproved cue is given to nobody."
* affectsState = false
* code = #red-flag-cues
* system = true
* type = false
* instance = false
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: cue (code, nation, source, approvedBy, approvedOn) for each."
* parameter[=].type = #Parameters

Instance: crisis-words
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/crisis-words"
* version = "0.1.0"
* name = "CrisisWords"
* title = "What to do where somebody needs help at once"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "To ring 999 in an emergency, and the crisis wording that a named clinician has approved and that is in force today, each line with its nations. Unapproved wording is given to nobody."
* affectsState = false
* code = #crisis-words
* system = true
* type = false
* instance = false
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: crisis (says, saysWelsh, telephone, nation, source, approvedBy) for each; the first, to ring 999, has no source."
* parameter[=].type = #Parameters

Instance: export-steps
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/export-steps"
* version = "0.1.0"
* name = "ExportSteps"
* title = "What an organisation is asked for, as a list"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The open steps of the caller's organisation as CSV, the first due first, with the empty columns that import-answers reads: filled in, the same list is sent back."
* affectsState = false
* code = #export-steps
* system = true
* type = false
* instance = false
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: rows, and csv."
* parameter[=].type = #Parameters
