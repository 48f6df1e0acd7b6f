/** `$record-register`: the register of a group, one request for one session and many people, each entry under the access to that person. */
import type { ParsedJson } from '@platform/fhir/json'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { membersOf } from '../../domain/export/kick-off.ts'
import { localDay } from '../../domain/recording/local-day.ts'
import { readRegister, type RegisterPerson } from '../../domain/recording/register.ts'
import { refuse } from '../../errors.ts'
import { findPeople, keyOf, recordSession, type RecordedSession } from '../../store/record-sessions.ts'
import type { RecordingDependencies } from './dependencies.ts'
import { recorderOf } from './recorder.ts'
import { typeAllowed } from './request.ts'

const NOBODY = 'Nobody with this number and this date of birth is known to you.'
const TWICE = 'This person stands in the register twice; the first was taken.'

export const recordRegister: FastifyPluginAsync<RecordingDependencies> = async (app, dependencies) => {
  const { record, database, vocabulary, readRow } = dependencies

  /** Who is in a group now, as far as the caller may read it at all. */
  async function membersIn(request: FastifyRequest, id: string): Promise<readonly string[]> {
    typeAllowed(request, 'Group', 'r')
    const group = await readRow(request.caller, 'Group', id)
    if (group === undefined) throw refuse.NOT_FOUND({ reference: `Group/${id}` })
    if (group.deleted) throw refuse.DELETED({ reference: `Group/${id}` })
    return membersOf(JSON.parse(group.content))
  }

  app.post('/$record-register', { config: { fhir: { operation: 'record-register', types: 'system' } } }, async (request, reply) => {
    typeAllowed(request, 'Procedure', 'c')
    typeAllowed(request, 'Procedure', 's')
    const register = readRegister((request.body as ParsedJson | undefined)?.value, vocabulary, localDay(record.clock.now()))
    const members = register.group === undefined ? [] : await membersIn(request, register.group)
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
    // Silence is not an absence, and no attendance either: whoever keeps the register is asked.
    const notSaid = members.filter((id) => !people.includes(id))
    const told = people.flatMap((id, index) => (id === undefined || outcomes[index]?.kind === 'refused' ? [] : [id]))
    request.disclosure.people = [...new Set([...told, ...notSaid])]
    return reply.header('content-type', request.answerType).send(JSON.stringify(reportOf(register.persons, outcomes, notSaid)))

    async function whoTheyAre(persons: readonly RegisterPerson[]): Promise<readonly (string | undefined)[]> {
      const named = persons.flatMap(({ who }) => ('number' in who ? [who] : []))
      const found = await findPeople(database, request.caller, named)
      let place = 0
      return persons.map(({ who }) => ('patient' in who ? who.patient : found[place++]))
    }
  })
}

function reportOf(persons: readonly RegisterPerson[], outcomes: readonly RecordedSession[], notSaid: readonly string[]): object {
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
      ...notSaid.map((id) => ({ name: 'not-said', valueReference: { reference: `Patient/${id}` } })),
    ],
  }
}
