/** `POST /Task/:id/$triage`: eight answers decide who helps. Answers with a Bundle of every Task that was changed or opened. */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { triageStep, TRIAGE_OUTCOMES, type Triage } from '../../domain/answers/triage-step.ts'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { NEXT_STEP } from './next-step-parameters.ts'
import { complete, readParameters, refusalReasonIn, type Given } from './parameters.ts'

// `receiver` and `advice` are the names of the OperationDefinition; `nextOwner` and `words` are understood where they mean the same.
const PARAMETERS = ['outcome', 'receiver', 'advice', 'question', 'interimPlan', 'reason', 'words', ...NEXT_STEP]

export const taskTriage: FastifyPluginAsync<Dependencies> = async (app, { needs, refusalReasons }) => {
  app.post<{ Params: { id: string } }>('/Task/:id/$triage', async ({ params, body, caller }, reply) => {
    const triage = readTriage(readParameters(body, PARAMETERS, { repeated: ['receiver'] }), refusalReasons)
    const tasks = await needs.answer(params.id, caller, (need, circumstances) => triageStep(need, params.id, triage, circumstances))
    return sendResource(reply, { resourceType: 'Bundle', type: 'collection', entry: tasks.map((resource) => ({ resource })) })
  })
}

/** @throws TRIAGE_OUTCOME_UNKNOWN, REFUSAL_REASON_UNKNOWN, ANSWER_INCOMPLETE, PARAMETERS_UNREADABLE */
function readTriage(given: Given, reasons: ReadonlySet<string>): Triage {
  const { outcome } = complete({ outcome: given.code('outcome') })
  const at = { expression: "Parameters.parameter.where(name = 'outcome')" }
  if (!isOutcome(outcome)) throw refuse.TRIAGE_OUTCOME_UNKNOWN({ outcome }, at)
  const due = optional('due', given.instant('due'))
  const words = given.string('advice') ?? given.string('words')
  const receivers = given.references('receiver')
  const receiver = onlyOne(receivers, outcome) ?? given.reference('nextOwner')
  switch (outcome) {
    case 'accept':
      return { outcome, ...due, ...optional('receiver', receiver), ...optional('words', words) }
    case 'split':
      return { outcome, ...complete({ receivers: receivers.length === 0 ? undefined : receivers }), ...due, ...optional('words', words) }
    case 'ask':
      return { outcome, ...complete({ question: given.string('question') }), ...due, ...optional('receiver', receiver) }
    case 'joint-review':
      return { outcome, receivers, ...due, ...optional('words', words) }
    case 'waiting-list': {
      const { interimPlan } = complete({ interimPlan: given.string('interimPlan') })
      return { outcome, interimPlan, ...due, ...optional('receiver', receiver), ...optional('words', words) }
    }
    case 'redirect':
      return { outcome, ...complete({ receiver }), ...due, ...optional('words', words) }
    case 'advise': {
      const { advice } = complete({ advice: words })
      return { outcome, advice, ...due, ...optional('receiver', receiver) }
    }
    case 'not-suitable': {
      const whole = complete({
        reason: refusalReasonIn(given, reasons),
        words,
        nextOwner: receiver,
        nextAction: given.string('nextAction'),
        due: given.instant('due'),
      })
      return { outcome, reason: whole.reason, words: whole.words, owner: whole.nextOwner, action: whole.nextAction, due: whole.due }
    }
  }
}

type Outcome = (typeof TRIAGE_OUTCOMES)[number]

const isOutcome = (outcome: string): outcome is Outcome => (TRIAGE_OUTCOMES as readonly string[]).includes(outcome)

/** The one receiver of an outcome that has one. @throws PARAMETERS_UNREADABLE when it is given several */
function onlyOne(receivers: readonly string[], outcome: Outcome): string | undefined {
  if (receivers.length > 1 && outcome !== 'split' && outcome !== 'joint-review') {
    throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'receiver')" })
  }
  return receivers[0]
}

const optional = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }
