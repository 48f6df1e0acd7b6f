/** The questionnaire of the joint assessment and the instruments that it can name, read from the profiles once. */
import { readFileSync } from 'node:fs'
import type { CodeSystem, Questionnaire } from '@medplum/fhirtypes'
import { packageFolder } from '@handrail/fhir-profiles/package'
import type { AskedSection } from '../pages/assessment/sections.ts'
import type { Choice } from './catalogue.ts'

/** What a page asks. */
export interface AssessmentForm {
  readonly sections: readonly AskedSection[]
  readonly measures: readonly Choice[]
}

/** Reads it. A missing file stops the start. */
export function readAssessmentForm(): AssessmentForm {
  const { item = [] } = JSON.parse(readFileSync(`${packageFolder}/Questionnaire-joint-assessment.json`, 'utf8')) as Questionnaire
  const { concept = [] } = JSON.parse(readFileSync(`${packageFolder}/CodeSystem-measure.json`, 'utf8')) as CodeSystem
  return {
    sections: item.map(({ linkId, text = linkId, item: parts = [] }) => ({
      linkId,
      text,
      parts: parts.map((part) => ({ linkId: part.linkId, text: part.text ?? part.linkId, type: part.type })),
    })),
    measures: concept.map(({ code, display = code }) => ({ code, display })),
  }
}
