import type { Procedure, ProcedurePerformer } from '@medplum/fhirtypes'
import { coursesOf, performedOn, type Course } from '../courses.ts'
import { defineSection, newestOf, UNKNOWN, type SectionEntry } from '../define-section.ts'
import { extensionOf, wordsOf, type Material } from '../material.ts'
import { showDate, type Words } from '../words.ts'

/** Therapies and procedures of every sector: one entry for each course, with how many sessions were held of those offered. */
export default defineSection({
  id: 'procedures',
  order: 50,
  loinc: '47519-4',
  need: 'expected',
  classes: ['therapy'],
  types: ['Procedure'],
  shares: ['therapies'],
  source: 'IPS 2.0.0, Composition, section History of Procedures; one Procedure for a course of sessions',
  build({ material, words }) {
    const { labels } = words
    const { shown, remarks } = newestOf(coursesOf(material), words)
    return {
      entries: shown.map((course) => entryOf(course, material, words)),
      tables: [
        {
          head: [labels.what, labels.when, labels.sessions, labels.result, labels.who, labels.checkedHeading],
          rows: shown.map((course) => [
            course.title,
            whenOf(course, words),
            countsOf(course, words),
            wordsOf(course.outcome) ?? '',
            [course.providerName, sectorOf(course, words)].filter((part) => part !== undefined).join(', '),
            course.checked.map((level) => labels.checked[level]).join(', '),
          ]),
        },
      ],
      remarks,
    }
  },
})

/** A single session is itself; several are one Procedure that says so. IPS Procedure: `performed[x]` is required. */
function entryOf(course: Course, { patient }: Material, words: Words): SectionEntry {
  const { sessions, key, kind, from, to, held, provider, outcome, sector } = course
  const [only] = sessions
  if (sessions.length === 1 && only !== undefined) {
    const { performedDateTime, performedPeriod, performedString, performedAge, performedRange, code } = only.resource
    const undated = [performedDateTime, performedPeriod, performedString, performedAge, performedRange].every((one) => one === undefined)
    return {
      item: only,
      absent: { ...(undated ? { _performedDateTime: UNKNOWN } : {}), ...(code === undefined ? { code: UNKNOWN } : {}) },
    }
  }
  const resource: Procedure = {
    resourceType: 'Procedure',
    ...(sector === undefined
      ? {}
      : { extension: [{ url: 'https://handrail.example/fhir/StructureDefinition/sector', valueCode: sector }] }),
    status: held > 0 ? 'completed' : 'not-done',
    code: kind ?? { extension: [...UNKNOWN.extension] },
    subject: { reference: patient.reference },
    ...(from === undefined
      ? ({ _performedDateTime: UNKNOWN } as object)
      : { performedPeriod: { start: from, ...(to === undefined ? {} : { end: to }) } }),
    ...(provider === undefined ? {} : { performer: [{ actor: provider as ProcedurePerformer['actor'] }] }),
    ...(outcome === undefined ? {} : { outcome }),
    note: [{ text: countsOf(course, words) }],
  }
  return { key, resource }
}

function whenOf({ from, to, sessions }: Course, { language }: Words): string {
  const [only] = sessions
  const date = sessions.length === 1 && only !== undefined ? performedOn(only.resource) : undefined
  if (date !== undefined) return showDate(date, language)
  const shown = [from, to].filter((one) => one !== undefined).map((one) => showDate(one, language))
  return [...new Set(shown)].join(' – ')
}

function countsOf({ held, offered, cancelled, sessions }: Course, { labels }: Words): string {
  const [only] = sessions
  if (sessions.length === 1 && held === 1 && extensionOf(only?.resource ?? {}, 'session-count') === undefined) return ''
  const counted = labels.sessionsOf(held, offered)
  return cancelled === 0 ? counted : `${counted}; ${labels.sessionsCancelled(cancelled)}`
}

function sectorOf({ sector }: Course, { labels }: Words): string | undefined {
  return sector === undefined ? undefined : (labels.sector[sector as keyof typeof labels.sector] ?? sector)
}
