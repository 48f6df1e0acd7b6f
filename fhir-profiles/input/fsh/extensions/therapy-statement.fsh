Extension: TherapyStatementExtension
Id: therapy-statement
Title: "Statement about a treatment"
Description: "One thing that is known of a kind of intervention, in words, with where it is written. A statement without a source does not exist."
Context: ActivityDefinition
* insert Ours
* extension contains
    about 1..1 and
    text 1..1 and
    source 1..1 and
    from 0..1 and
    until 0..1
* extension[about].value[x] only code
* extension[about].value[x] 1..1
* extension[about].valueCode from TherapyStatementCodes (required)
* extension[text].value[x] only string
* extension[text].value[x] 1..1
* extension[source].value[x] only string
* extension[source].value[x] 1..1
* extension[from] ^short = "Shortest time, where the statement is one of time"
* extension[from].value[x] only Quantity
* extension[from].value[x] 1..1
* extension[until] ^short = "Longest time, where the statement is one of time"
* extension[until].value[x] only Quantity
* extension[until].value[x] 1..1
