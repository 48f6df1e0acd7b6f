Extension: LineSourceExtension
Id: line-source
Title: "Source of a line"
Description: "Where a line of a hospital alert comes from, as a reference or in words, and as of when."
Context: Task.input
* insert Ours
* extension contains
    source 0..1 and
    words 0..1 and
    as-of 0..1
* extension[source].value[x] only Reference(Organization or Practitioner or PractitionerRole or Patient)
* extension[source].value[x] 1..1
* extension[words].value[x] only string
* extension[words].value[x] 1..1
* extension[as-of].value[x] only date
* extension[as-of].value[x] 1..1
