/** `$record-register`: the register of a group, one request for one session and many people, each entry under the access to that person. */
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync } from 'fastify'
import { localDay } from '../../domain/recording/local-day.ts'
import { readRegister, type RegisterPerson } from '../../domain/recording/register.ts'
import { findPeople, keyOf, recordSession, type RecordedSession } from '../../store/record-sessions.ts'
import type { RecordingDependencies } from './dependencies.ts'
import { recorderOf } from './recorder.ts'
import { typeAllowed } from './request.ts'

const NOBODY = 'Nobody with this number and this date of birth is known to you.'
const TWICE = 'This person stands in the register twice; the first was taken.'

export const recordRegister: FastifyPluginAsync<RecordingDependencies> = async (app, dependencies) => {
  const { record, database, vocabulary } = dependencies

  app.post('/$record-register', { config: { fhir: { operation: 'record-register', types: 'system' } } }, async (request, reply) => {
    typeAllowed(request, 'Procedure', 'c')
    typeAllowed(request, 'Procedure', 's')
    const register = readRegister((request.body as ParsedJson | undefined)?.value, vocabulary, localDay(record.clock.now()))
    const recorder = await recorderOf(request, dependencies, register)
    const people = await whoTheyAre(register.persons)
    const outcomes: RecordedSession[] = []
    const seen = new Set<string>()
    // One after the other: a group is a dozen people, and the answer names them in their order.
    for (const [index, { facts }] of register.persons.entries()) {
      const patient = people[index]
      if (patient === undefined) outcomes.push({ kind: 'refused', why: [NOBODY] })
      else if (seen.has(patient)) outcomes.push({ kind: 'refused', why: [TWICE] })
      else {
        seen.add(patient)
        const key = keyOf(recorder.organization, 'register', register.key, patient)
        outcomes.push(await recordSession(record, { patient, key, facts }, recorder, { dryRun: false }))
      }
    }
    request.disclosure.people = people.flatMap((id, index) => (id === undefined || outcomes[index]?.kind === 'refused' ? [] : [id]))
    return reply.header('content-type', request.answerType).send(JSON.stringify(reportOf(register.persons, outcomes)))

    async function whoTheyAre(persons: readonly RegisterPerson[]): Promise<readonly (string | undefined)[]> {
      const named = persons.flatMap(({ who }) => ('number' in who ? [who] : []))
      const found = await findPeople(database, request.caller, named)
      let place = 0
      return persons.map(({ who }) => ('patient' in who ? who.patient : found[place++]))
    }
  })
}

function reportOf(persons: readonly RegisterPerson[], outcomes: readonly RecordedSession[]): object {
  const count = (kind: RecordedSession['kind']) => ({
    name: kind,
    valueInteger: outcomes.filter((outcome) => outcome.kind === kind).length,
  })
  return {
    resourceType: 'Parameters',
    parameter: [
      count('recorded'),
      count('already'),
      count('refused'),
      ...outcomes.map((outcome, index) => ({
        name: 'person',
        part: [
          { name: 'place', valueString: persons[index]?.place },
          { name: 'outcome', valueCode: outcome.kind },
          ...('reference' in outcome ? [{ name: 'entry', valueReference: { reference: outcome.reference } }] : []),
          ...('why' in outcome ? outcome.why.map((words) => ({ name: 'says', valueString: words })) : []),
        ],
      })),
    ],
  }
}
