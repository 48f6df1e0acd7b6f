/**
 * The resource types the record keeps, what kind of information each holds, and which of its elements names the person whose
 * compartment it belongs to (FHIR R4 CompartmentDefinition `patient`; the first that names a Patient counts).
 *
 * What is not in this table is not stored. A type that holds no person's data and is safe to show to every caller is `directory`.
 */
import type { DataClass } from './access/data-class.ts'

export interface ResourceType {
  readonly dataClass: DataClass
  /** Dotted paths of references; arrays on the way are walked. */
  readonly patient: readonly string[]
}

const of = (dataClass: DataClass, ...patient: string[]): ResourceType => ({ dataClass, patient })

export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  // Who the person is, and who stands beside them
  Patient: of('identity'),
  Person: of('identity', 'link.target'),
  RelatedPerson: of('contacts', 'patient'),
  CareTeam: of('contacts', 'subject'),
  Consent: of('identity', 'patient'),
  Coverage: of('identity', 'beneficiary', 'subscriber', 'policyHolder'),
  // What others must know at once
  Flag: of('emergency', 'subject'),
  AllergyIntolerance: of('emergency', 'patient'),
  Device: of('emergency', 'patient'),
  DeviceUseStatement: of('emergency', 'subject'),
  DeviceRequest: of('emergency', 'subject'),
  Encounter: of('emergency', 'subject'),
  DetectedIssue: of('emergency', 'patient'),
  // Diagnoses, and documents that may hold them
  Condition: of('diagnoses', 'subject'),
  ClinicalImpression: of('diagnoses', 'subject'),
  DiagnosticReport: of('diagnoses', 'subject'),
  FamilyMemberHistory: of('diagnoses', 'patient'),
  Immunization: of('diagnoses', 'patient'),
  RiskAssessment: of('diagnoses', 'subject'),
  Composition: of('diagnoses', 'subject'),
  DocumentReference: of('diagnoses', 'subject'),
  DocumentManifest: of('diagnoses', 'subject'),
  List: of('diagnoses', 'subject'),
  Bundle: of('diagnoses'),
  Binary: of('unclassified'),
  Basic: of('diagnoses', 'subject'),
  Media: of('diagnoses', 'subject'),
  Specimen: of('diagnoses', 'subject'),
  ImagingStudy: of('diagnoses', 'subject'),
  AdverseEvent: of('diagnoses', 'subject'),
  BodyStructure: of('diagnoses', 'patient'),
  // Medicines
  MedicationStatement: of('medicines', 'subject'),
  MedicationRequest: of('medicines', 'subject'),
  MedicationAdministration: of('medicines', 'subject'),
  MedicationDispense: of('medicines', 'subject'),
  // Therapy
  Procedure: of('therapy', 'subject'),
  CarePlan: of('therapy', 'subject'),
  Goal: of('therapy', 'subject'),
  EpisodeOfCare: of('therapy', 'patient'),
  Appointment: of('therapy', 'participant.actor'),
  AppointmentResponse: of('therapy', 'actor'),
  NutritionOrder: of('therapy', 'patient'),
  VisionPrescription: of('therapy', 'patient'),
  RequestGroup: of('therapy', 'subject'),
  Provenance: of('therapy', 'target'),
  // Measures
  Observation: of('measures', 'subject'),
  QuestionnaireResponse: of('measures', 'subject', 'author'),
  // Referral and the talk about it
  ServiceRequest: of('referral', 'subject'),
  Task: of('referral', 'for', 'focus'),
  Communication: of('referral', 'subject'),
  CommunicationRequest: of('referral', 'subject'),
  SupplyRequest: of('referral', 'deliverTo'),
  SupplyDelivery: of('referral', 'patient'),
  // An AuditEvent of a client, kept apart from our own chain
  AuditEvent: of('audit', 'agent.who', 'entity.what'),
  // How its author wants to be told; persons and carers choose that too, and nothing else of what belongs to a caller
  Subscription: of('notifications'),
  // Belongs to the caller that wrote it
  MessageHeader: of('unclassified'),
  Group: of('unclassified'),
  MeasureReport: of('unclassified', 'subject'),
  VerificationResult: of('unclassified'),
  // The directory and knowledge
  Organization: of('directory'),
  OrganizationAffiliation: of('directory'),
  Practitioner: of('directory'),
  PractitionerRole: of('directory'),
  HealthcareService: of('directory'),
  Location: of('directory'),
  Endpoint: of('directory'),
  Schedule: of('directory', 'actor'),
  Slot: of('directory'),
  Medication: of('directory'),
  Substance: of('directory'),
  DeviceDefinition: of('directory'),
  DeviceMetric: of('unclassified'),
  Questionnaire: of('directory'),
  PlanDefinition: of('directory'),
  ActivityDefinition: of('directory'),
  Library: of('directory'),
  Measure: of('directory'),
  ValueSet: of('directory'),
  CodeSystem: of('directory'),
  ConceptMap: of('directory'),
  NamingSystem: of('directory'),
  StructureDefinition: of('directory'),
  SearchParameter: of('directory'),
  OperationDefinition: of('directory'),
  CapabilityStatement: of('directory'),
  MessageDefinition: of('directory'),
  ImplementationGuide: of('directory'),
  CompartmentDefinition: of('directory'),
  GraphDefinition: of('directory'),
  StructureMap: of('directory'),
}

/** The supported types in alphabetical order. */
export const TYPES: readonly string[] = Object.keys(RESOURCE_TYPES).toSorted()
