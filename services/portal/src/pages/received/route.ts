/** What a person has received: every sector in one line, newest first, page by page. */
import type { Flag, Patient, Task } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { basesOf, entriesThatStand, showPerson } from '../../knowledge/person.ts'
import { ownRecord } from '../../session/own-record.ts'
import { isKind, isSector, KINDS, receivedOf, SECTORS, staysIn } from './received.ts'

interface Asked {
  readonly Querystring: { readonly from?: string; readonly what?: string; readonly cursor?: string }
}

const PAGE = '50'
const TOLD = '200'

export const received: FastifyPluginAsync<PageDependencies> = async (app, { record, clock }) => {
  app.get<Asked>('/my-record', async (request, reply) => {
    const { token, patient, self } = ownRecord(request)
    const { from, what, cursor } = request.query
    const mine = record(token)
    // A later page keeps the question of the first: it stands in the cursor.
    const asked =
      cursor === undefined
        ? { _count: PAGE, ...(isSector(from) ? { sector: from } : {}), ...(isKind(what) ? { what: KINDS[what] } : {}) }
        : { _cursor: cursor }
    const [person, flags, answer] = await Promise.all([
      mine.read<Patient>('Patient', patient),
      mine.find<Flag>('Flag', { patient: self, status: 'active' }),
      mine.ask(self, '$timeline', asked),
    ])
    const stays = staysIn(answer)
    const tasks = stays.length === 0 ? [] : (await mine.find<Task>('Task', { encounter: stays.join(','), _count: TOLD })).all
    const resolved = await mine.resolve([...tasks.map(({ owner }) => owner?.reference), ...basesOf(flags.all)])
    return reply.page('received/view', {
      title: reply.words.timeline.own,
      person: showPerson(person, entriesThatStand(flags.all, resolved, clock.now())),
      ...receivedOf(answer, reply.words, { tasks, resolved }),
      from: isSector(from) ? from : '',
      what: isKind(what) ? what : '',
      later: cursor !== undefined,
      sectors: SECTORS,
      kinds: Object.keys(KINDS),
      now: clock.now(),
    })
  })
}
