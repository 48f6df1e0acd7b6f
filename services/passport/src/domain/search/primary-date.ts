// When a resource happened, of the several dates it may carry: the one a person's timeline is ordered by.
import type { SearchDefinitions } from './definitions.ts'

/** Search parameters of the primary clinical date, the first that has a value counts. A type that is not named here has `date`, if that is one of its parameters. */
const PRIMARY: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['date', 'onset'],
  ClinicalImpression: ['date'],
  Communication: ['sent', 'received'],
  CommunicationRequest: ['authored'],
  Condition: ['onset-date', 'recorded-date'],
  Coverage: [],
  DeviceRequest: ['authored-on'],
  Goal: ['start-date'],
  ImagingStudy: ['started'],
  Media: ['created'],
  MedicationAdministration: ['effective-time'],
  MedicationDispense: ['whenhandedover', 'whenprepared'],
  MedicationRequest: ['authoredon'],
  MedicationStatement: ['effective'],
  NutritionOrder: ['datetime'],
  Patient: [],
  Person: [],
  Practitioner: [],
  PractitionerRole: [],
  Provenance: ['recorded'],
  QuestionnaireResponse: ['authored'],
  RelatedPerson: [],
  ServiceRequest: ['authored'],
  Slot: ['start'],
  Specimen: ['collected'],
  Task: ['authored-on'],
  Bundle: ['timestamp'],
}

/** Index keys of the type's primary clinical date in order of preference: `Procedure.date`. Where there is one only, sorting by it is sorting by `occurred_at`. */
export function primaryDates(type: string, definitions: SearchDefinitions): readonly string[] {
  const parameters = definitions.parametersOf(type)
  return (PRIMARY[type] ?? ['date']).filter((code) => parameters.get(code)?.type === 'date').map((code) => `${type}.${code}`)
}
