/**
 * `POST /Task/:id/$decide-answer`: an answer that came from somebody who was not asked is taken as the answer of who was, or set aside. Written with the caller's
 * own token, so that the trail says who decided. HAZ-R87
 */
import type { Communication, Task } from '@medplum/fhirtypes'
import { parseJson } from '@platform/fhir/json'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { effectOf } from '../../domain/bars/kept-message.ts'
import { readMessage, type BarsMessage } from '../../domain/bars/message.ts'
import { bytesOfKept, decideAnswer, keptIn, type AnswerDecision } from '../../domain/kept-answers.ts'
import { refuse } from '../../errors.ts'
import { sha256Of } from '../../store/attachment-scans.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

const PLACE = { expression: "Parameters.parameter.where(name = 'message')" }

export const taskDecideAnswer: FastifyPluginAsync<Dependencies> = async (app, { needs, record, directory, bars, clock }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$decide-answer', async ({ params, body, caller }, reply) => {
    const given = readParameters(body, ['decision', 'message', 'words'])
    const { decision } = complete({ decision: given.code('decision') })
    if (!isDecision(decision))
      throw refuse.ANSWER_DECISION_UNKNOWN({ decision }, { expression: "Parameters.parameter.where(name = 'decision')" })
    const [named, words] = [given.reference('message'), given.string('words')]
    const task = await record.as({ get: async () => caller.token }).read<Task>(`Task/${params.id}`)
    if (task === undefined) throw refuse.TASK_UNKNOWN({ id: params.id })
    const message = decision === 'taken' ? await kept(task, named) : undefined
    const arrival = { correlationId: '', target: '', directory, category: bars.category, at: clock.now() }
    const [decided] = await needs.answer(params.id, caller, (need, circumstances) =>
      decideAnswer(
        need,
        params.id,
        { decision, ...(words === undefined ? {} : { words }) },
        (others, step) => (message === undefined ? [] : effectOf(others, step, message, arrival, circumstances)),
        circumstances,
      ),
    )
    return sendResource(reply, decided)
  })

  /** The message that is taken, read again as it came. @throws ANSWER_NOT_KEPT */
  async function kept(task: Task, named: string | undefined): Promise<BarsMessage> {
    const answers = keptIn(task)
    const chosen = named === undefined && answers.length === 1 ? answers[0] : answers.find(({ message }) => message === named)
    const stored = chosen === undefined ? undefined : await record.read<Communication>(chosen.message)
    const bytes = stored === undefined ? undefined : bytesOfKept(stored)
    // What was changed since is not what came.
    if (chosen === undefined || bytes === undefined || sha256Of(bytes) !== chosen.mark)
      throw refuse.ANSWER_NOT_KEPT({ id: task.id ?? '' }, PLACE)
    const bundle = parseJson(Buffer.from(bytes).toString('utf8')).value as {
      entry?: { resource?: { destination?: { endpoint?: string }[] } }[]
    }
    return readMessage(bundle, bundle.entry?.[0]?.resource?.destination?.[0]?.endpoint?.split('|')[1] ?? '')
  }
}

const isDecision = (decision: string): decision is AnswerDecision => decision === 'taken' || decision === 'set-aside'
