/** Everything one's organisation recorded, as a file that the same page reads in again. Feature I1. */
import type { Patient, Procedure } from '@medplum/fhirtypes'
import { stringify } from 'csv-stringify/sync'
import type { FastifyPluginAsync } from 'fastify'
import type { PersonalRecord, Resolved } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { isSubsetted } from '@platform/fhir/subsetted'
import { codeIn, codeOf, nameOf, nhsNumberOf, ours, wordsOf } from '../../knowledge/reading.ts'
import { signedIn } from '../../session/sessions.ts'
import { recorder } from '../group/route.ts'

const HEADINGS = [
  'NHS number',
  'Date of birth',
  'Date',
  'Therapy',
  'Attended',
  'Reason',
  'Minutes',
  'Mode',
  'Approach',
  'Note',
  'Reference',
]

export const sessionsOut: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get('/sessions.csv', async (request, reply) => {
    const session = recorder(signedIn(request))
    const mine = record(session.token)
    // Person by person: a search by performer finds who did it, and not for whom.
    const known = await mine.findAll<Patient>('Patient', { _sort: 'family' })
    const all: Procedure[] = []
    for (const { id } of known.all) all.push(...(await sessionsOf(mine, id ?? '')).filter((one) => isFor(one, session.organization)))
    const people = await mine.resolve(all.map(({ subject }) => subject.reference))
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="sessions.csv"')
      .send(toCsv(all, people))
  })
}

/** Every session of a person that may be seen: page after page by date, since a search gives 200 at most. */
async function sessionsOf(record: PersonalRecord, patient: string): Promise<readonly Procedure[]> {
  const found = new Map<string | undefined, Procedure>()
  let before: string | undefined
  for (;;) {
    const until = before === undefined ? {} : { date: `le${before.slice(0, 10)}` }
    const page = await record.find<Procedure>('Procedure', { patient: `Patient/${patient}`, _sort: '-date', ...until })
    for (const one of page.all) found.set(one.id, one)
    const last = whenOf(page.all.at(-1))
    if (!page.more || last === undefined || last === before) return [...found.values()]
    before = last
  }
}

const isFor = ({ performer = [] }: Procedure, organization: string): boolean =>
  performer.some(({ actor, onBehalfOf }) => onBehalfOf?.reference === organization || actor.reference === organization)

const whenOf = (procedure: Procedure | undefined): string | undefined => procedure?.performedDateTime ?? procedure?.performedPeriod?.start

/**
 * One row for each session that is no mistake. Where number and date of birth of some are not shown to the reader, each row ends with a name, so that
 * whose it is can be told. Cells that a spreadsheet would run are made plain. Pure.
 */
export function toCsv(procedures: readonly Procedure[], people: Resolved): string {
  const named = [...people.values()].some((one) => one.resourceType === 'Patient' && isSubsetted(one))
  const rows = procedures
    .filter(({ status }) => status !== 'entered-in-error')
    .map((one) => {
      const person = people.get(one.subject.reference ?? '') as Patient | undefined
      const dose = one.extension?.find(({ url }) => url === ours('dose'))?.extension ?? []
      return [
        person === undefined ? '' : (nhsNumberOf(person) ?? ''),
        person?.birthDate ?? '',
        whenOf(one) ?? '',
        codeOf(one.code, 'intervention-kind') ?? wordsOf(one.code) ?? '',
        one.status === 'not-done' ? 'no' : 'yes',
        codeOf(one.statusReason, 'absence-reason') ?? '',
        dose.find(({ url }) => url === 'minutes')?.valuePositiveInt?.toString() ?? '',
        codeIn(one, 'delivery-mode') ?? '',
        codeIn(one, 'approach') ?? '',
        (one.note ?? []).map(({ text }) => text).join(' '),
        one.identifier?.[0]?.value ?? '',
        ...(named ? [nameOf(person?.name) ?? ''] : []),
      ]
    })
  return stringify([[...HEADINGS, ...(named ? ['Name'] : [])], ...rows], { escape_formulas: true, bom: true })
}
