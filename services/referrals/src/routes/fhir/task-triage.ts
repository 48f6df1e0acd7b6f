/** `POST /Task/:id/$triage`: the single point of access decides who helps. Answers with a Bundle of every Task that was changed or opened. */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { triageStep, TRIAGE_OUTCOMES, type Triage } from '../../domain/answers/triage-step.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { NEXT_STEP } from './next-step-parameters.ts'
import { complete, readParameters, type Given } from './parameters.ts'

// `receiver` and `advice` are the names of the OperationDefinition; `nextOwner` and `words` are understood where they mean the same.
const PARAMETERS = ['outcome', 'receiver', 'advice', 'reason', 'words', ...NEXT_STEP]

export const taskTriage: FastifyPluginAsync<Dependencies> = async (app, { needs }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$triage', async ({ params, body, caller }, reply) => {
    const triage = readTriage(readParameters(body, PARAMETERS))
    const tasks = await needs.answer(params.id, caller, (need, circumstances) => triageStep(need, params.id, triage, circumstances))
    return sendResource(reply, { resourceType: 'Bundle', type: 'collection', entry: tasks.map((resource) => ({ resource })) })
  })
}

/** @throws TRIAGE_OUTCOME_UNKNOWN, TRIAGE_OUTCOME_NOT_OFFERED, ANSWER_INCOMPLETE */
function readTriage(given: Given): Triage {
  const { outcome } = complete({ outcome: given.code('outcome') })
  const at = { expression: "Parameters.parameter.where(name = 'outcome')" }
  if (!isOutcome(outcome)) throw refuse.TRIAGE_OUTCOME_UNKNOWN({ outcome }, at)
  const due = optional('due', given.instant('due'))
  const words = given.string('advice') ?? given.string('words')
  const receiver = given.reference('receiver') ?? given.reference('nextOwner')
  switch (outcome) {
    case 'accept':
      return { outcome, ...due, ...optional('receiver', receiver), ...optional('words', words) }
    case 'redirect':
      return { outcome, ...complete({ receiver }), ...due, ...optional('words', words) }
    case 'advise': {
      const { advice } = complete({ advice: words })
      return { outcome, advice, ...due, ...optional('receiver', receiver) }
    }
    case 'not-suitable': {
      const whole = complete({
        reason: given.coding('reason'),
        words,
        nextOwner: receiver,
        nextAction: given.string('nextAction'),
        due: given.instant('due'),
      })
      return { outcome, reason: whole.reason, words: whole.words, owner: whole.nextOwner, action: whole.nextAction, due: whole.due }
    }
    default:
      throw refuse.TRIAGE_OUTCOME_NOT_OFFERED({ outcome }, at)
  }
}

const isOutcome = (outcome: string): outcome is keyof typeof TRIAGE_OUTCOMES => Object.hasOwn(TRIAGE_OUTCOMES, outcome)

const optional = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }
