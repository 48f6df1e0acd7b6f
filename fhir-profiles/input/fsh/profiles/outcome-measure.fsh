Profile: OutcomeMeasure
Parent: Observation
Id: outcome-measure
Title: "Outcome measure"
Description: "One score of a named instrument, tied to the intervention it measures. Licensed instruments by name and score only. UK Core Observation: status and code are required."
* insert Ours
* obeys measure-1
* extension contains CheckedLevelExtension named checkedLevel 0..1 MS
* status MS
* code MS
* code from MeasureCodes (required)
* code.text 1..1 MS
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime or Period
* performer 1..* MS
* category MS
* component MS
* value[x] MS
* value[x] only Quantity or integer
* partOf MS
* derivedFrom MS

Invariant: measure-1
Description: "A measure has a value, or says why there is none."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists()"
