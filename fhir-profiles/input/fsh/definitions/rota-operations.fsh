Instance: rota
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/rota"
* version = "0.1.0"
* name = "Rota"
* title = "The rota of an organisation"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Who is on for alerts and for answers of assessments that must be looked at now, the coming week, and the hours at which nobody is on. For the people who administer the organisation and for the operator; to everybody else there is no rota."
* affectsState = false
* code = #rota
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Parameters: at, until, state (on, nobody, none), ring; entry for each duty, held for each that another organisation holds, shift (duty, start, end), gap (start, end), colleague."
* parameter[=].type = #Parameters

Instance: add-duty
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/add-duty"
* version = "0.1.0"
* name = "AddDuty"
* title = "Add a duty to a rota"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "The duty is kept as a PractitionerRole. What cannot be kept is refused with each place and how to mend it. For the people who administer the organisation and for the operator; to everybody else there is no rota."
* affectsState = true
* code = #add-duty
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #duty
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "*"
* parameter[=].documentation = "What they are on for: specialist, on-call, deputy, site-lead."
* parameter[=].type = #code
* parameter[+].name = #title
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What the duty is called: the role, not the person."
* parameter[=].type = #string
* parameter[+].name = #practitioner
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Practitioner with a role in this organisation, where somebody is named."
* parameter[=].type = #Reference
* parameter[+].name = #telephone
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The number that the ward rings."
* parameter[=].type = #string
* parameter[+].name = #sms
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where a text message goes, without any detail."
* parameter[=].type = #string
* parameter[+].name = #email
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where an e-mail goes, without any detail."
* parameter[=].type = #string
* parameter[+].name = #hours
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Hours by the clock on the wall; without any they are on at all hours."
* parameter[=].part[+].name = #day
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "*"
* parameter[=].part[=].documentation = "mon, tue, wed, thu, fri, sat, sun: the day on which they begin."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #allDay
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The whole of those days."
* parameter[=].part[=].type = #boolean
* parameter[=].part[+].name = #from
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Such as 17:00."
* parameter[=].part[=].type = #time
* parameter[=].part[+].name = #to
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Such as 09:00; 24:00 is the end of the day."
* parameter[=].part[=].type = #time
* parameter[=].part[+].name = #nextDay
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "They end on the day after."
* parameter[=].part[=].type = #boolean
* parameter[+].name = #startsOn
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The first day of the duty."
* parameter[=].type = #date
* parameter[+].name = #endsOn
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The last day of the duty."
* parameter[=].type = #date
* parameter[+].name = #away
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Days on which nobody is on by it, both included."
* parameter[=].part[+].name = #start
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The first."
* parameter[=].part[=].type = #date
* parameter[=].part[+].name = #end
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The last."
* parameter[=].part[=].type = #date
* parameter[=].part[+].name = #words
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Why, in a few words."
* parameter[=].part[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The duty as it is kept."
* parameter[=].type = #PractitionerRole

Instance: change-duty
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/change-duty"
* version = "0.1.0"
* name = "ChangeDuty"
* title = "Change a duty of a rota"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "What is not given is taken out; what these parameters say nothing of stays. For the people who administer the organisation and for the operator; to everybody else there is no rota."
* affectsState = true
* code = #change-duty
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #id
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Id of the PractitionerRole."
* parameter[=].type = #id
* parameter[+].name = #version
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Its version as it was read. Somebody who changed it since is not overwritten: 412."
* parameter[=].type = #string
* parameter[+].name = #duty
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "*"
* parameter[=].documentation = "What they are on for: specialist, on-call, deputy, site-lead."
* parameter[=].type = #code
* parameter[+].name = #title
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "What the duty is called: the role, not the person."
* parameter[=].type = #string
* parameter[+].name = #practitioner
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Practitioner with a role in this organisation, where somebody is named."
* parameter[=].type = #Reference
* parameter[+].name = #telephone
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The number that the ward rings."
* parameter[=].type = #string
* parameter[+].name = #sms
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where a text message goes, without any detail."
* parameter[=].type = #string
* parameter[+].name = #email
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "Where an e-mail goes, without any detail."
* parameter[=].type = #string
* parameter[+].name = #hours
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Hours by the clock on the wall; without any they are on at all hours."
* parameter[=].part[+].name = #day
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "*"
* parameter[=].part[=].documentation = "mon, tue, wed, thu, fri, sat, sun: the day on which they begin."
* parameter[=].part[=].type = #code
* parameter[=].part[+].name = #allDay
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The whole of those days."
* parameter[=].part[=].type = #boolean
* parameter[=].part[+].name = #from
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Such as 17:00."
* parameter[=].part[=].type = #time
* parameter[=].part[+].name = #to
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Such as 09:00; 24:00 is the end of the day."
* parameter[=].part[=].type = #time
* parameter[=].part[+].name = #nextDay
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "They end on the day after."
* parameter[=].part[=].type = #boolean
* parameter[+].name = #startsOn
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The first day of the duty."
* parameter[=].type = #date
* parameter[+].name = #endsOn
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].documentation = "The last day of the duty."
* parameter[=].type = #date
* parameter[+].name = #away
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "*"
* parameter[=].documentation = "Days on which nobody is on by it, both included."
* parameter[=].part[+].name = #start
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The first."
* parameter[=].part[=].type = #date
* parameter[=].part[+].name = #end
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 1
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "The last."
* parameter[=].part[=].type = #date
* parameter[=].part[+].name = #words
* parameter[=].part[=].use = #in
* parameter[=].part[=].min = 0
* parameter[=].part[=].max = "1"
* parameter[=].part[=].documentation = "Why, in a few words."
* parameter[=].part[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The duty as it is kept."
* parameter[=].type = #PractitionerRole

Instance: end-duty
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/end-duty"
* version = "0.1.0"
* name = "EndDuty"
* title = "End a duty of a rota"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "Nobody is on by it from now on. It is kept as not active, and can be put back. For the people who administer the organisation and for the operator; to everybody else there is no rota."
* affectsState = true
* code = #end-duty
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #id
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Id of the PractitionerRole."
* parameter[=].type = #id
* parameter[+].name = #version
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Its version as it was read. Somebody who changed it since is not overwritten: 412."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The duty as it is kept."
* parameter[=].type = #PractitionerRole

Instance: put-back-duty
InstanceOf: OperationDefinition
Usage: #definition
* url = "https://handrail.example/fhir/OperationDefinition/put-back-duty"
* version = "0.1.0"
* name = "PutBackDuty"
* title = "Put an ended duty back"
* status = #draft
* kind = #operation
* publisher = "Handrail"
* description = "It is on again as it was, unless somebody is on for the same duty at the same time meanwhile. For the people who administer the organisation and for the operator; to everybody else there is no rota."
* affectsState = true
* code = #put-back-duty
* resource = #Organization
* system = false
* type = false
* instance = true
* parameter[+].name = #id
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Id of the PractitionerRole."
* parameter[=].type = #id
* parameter[+].name = #version
* parameter[=].use = #in
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "Its version as it was read. Somebody who changed it since is not overwritten: 412."
* parameter[=].type = #string
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].documentation = "The duty as it is kept."
* parameter[=].type = #PractitionerRole
