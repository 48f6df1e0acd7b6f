/** `$outcomes`: the paired changes of a person's measures, from the scores that the caller may see. */
import type { Observation } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import { pairedChanges, type PairedChange, type Score } from '../../domain/outcomes/paired-change.ts'
import { understood } from '../../domain/references.ts'
import { refuse } from '../../errors.ts'
import { readEverything } from '../../store/record-store.ts'
import type { RecordingDependencies } from './dependencies.ts'
import { onlyKnown } from './parameters.ts'
import { queryOf, typeAllowed } from './request.ts'

/** Scores that are read at most; a person who has more is told. */
const MOST_SCORES = 5_000
const ASKED = new Set(['measure', 'intervention'])

export const outcomes: FastifyPluginAsync<RecordingDependencies> = async (app, { database, readRow, measures, baseUrl }) => {
  app.get<{ Params: { id: string } }>(
    '/Patient/:id/$outcomes',
    { config: { fhir: { operation: 'outcomes', types: ['Patient'] } } },
    async (request, reply) => {
      const { id } = request.params
      typeAllowed(request, 'Patient', 'r')
      typeAllowed(request, 'Observation', 'r')
      const reference = `Patient/${id}`
      request.disclosure.entity = reference
      const query = queryOf(request)
      onlyKnown(query, ASKED)
      const person = await readRow(request.caller, 'Patient', id)
      if (person === undefined) throw refuse.NOT_FOUND({ reference })
      if (person.deleted) throw refuse.DELETED({ reference })
      request.disclosure.people = [id]

      const rows = await readEverything(database, request.caller, id, { count: MOST_SCORES, types: ['Observation'] })
      if (rows.length > MOST_SCORES) throw refuse.TOO_MANY_SCORES({ most: MOST_SCORES })
      const observations = rows.map(({ content }) => understood(JSON.parse(content) as Observation, baseUrl))
      const wanted = (name: string) => query.flatMap(([key, value]) => (key === name ? value.split(',') : []))
      const [codes, interventions] = [wanted('measure'), wanted('intervention')]
      const pairs = pairedChanges(observations, measures).filter(
        ({ measure, intervention }) =>
          (codes.length === 0 || codes.includes(measure.code)) &&
          (interventions.length === 0 || (intervention !== undefined && interventions.includes(intervention))),
      )
      return reply
        .header('content-type', request.answerType)
        .send(JSON.stringify({ resourceType: 'Parameters', ...(pairs.length > 0 && { parameter: pairs.map(toParameter) }) }))
    },
  )
}

function toParameter({ measure, unit, intervention, first, last, change, direction, moreThanError, scores }: PairedChange): object {
  const quantity = (value: number) => ({ value, ...(unit !== '' && { unit, system: 'http://unitsofmeasure.org', code: unit }) })
  const score = (name: string, { reference, on, value }: Score) => ({
    name,
    part: [
      { name: 'on', valueDateTime: on },
      { name: 'value', valueQuantity: quantity(value) },
      { name: 'score', valueReference: { reference } },
    ],
  })
  return {
    name: 'outcome',
    part: [
      {
        name: 'measure',
        valueCoding: { system: 'https://handrail.example/fhir/CodeSystem/measure', code: measure.code, display: measure.display },
      },
      ...(intervention === undefined ? [] : [{ name: 'intervention', valueReference: { reference: intervention } }]),
      score('first', first),
      score('last', last),
      { name: 'change', valueQuantity: quantity(change) },
      { name: 'direction', valueCode: direction },
      { name: 'more-than-error', valueCode: moreThanError },
      ...(measure.threshold === undefined ? [] : [{ name: 'source', valueString: measure.threshold.source }]),
      { name: 'scores', valueInteger: scores },
      { name: 'licensed', valueBoolean: measure.licensed },
    ],
  }
}
