/** `POST /$link-answer`: a receiver without an account accepts, refuses with a next step, or completes, and says who answers. The hub writes it, on its behalf. */
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { answerByLink, LINK_ANSWERS, nextOwnersFor, type LinkAnswer } from '../../domain/link/answer.ts'
import { plainStatusOfStep } from '@platform/fhir/plain-status'
import { refuse } from '../../errors.ts'
import { sendResource } from './answer.ts'
import { openedLink, wentParameters } from './link-door.ts'
import { readNextStep, NEXT_STEP } from './next-step-parameters.ts'
import { complete, readParameters, refusalReasonIn, type Given } from './parameters.ts'

const PARAMETERS = ['token', 'session', 'answer', 'by', 'reason', 'words', 'outcome', ...NEXT_STEP]
const LONGEST_NAME = 120

export const linkAnswer: FastifyPluginAsync<Dependencies> = async (app, { links, needs, record, clock, log, refusalReasons }) => {
  app.post('/$link-answer', { config: { open: true } }, async ({ body }, reply) => {
    const given = readParameters(body, PARAMETERS)
    const link = await openedLink(given, links, clock.now())
    const answer = readAnswer(given, refusalReasons)
    await needs.apply(
      link.need,
      (need, circumstances) => {
        const task = need.tasks.find(({ id }) => id === link.task)
        if (task?.owner?.reference !== link.organization) throw refuse.LINK_UNKNOWN()
        // Of all organisations those that this page offers: who has no account is not given the whole directory.
        if (answer.answer === 'refuse' && !nextOwnersFor(need, task, circumstances).includes(answer.owner))
          throw refuse.NEXT_OWNER_UNKNOWN({ reference: answer.owner }, { expression: "Parameters.parameter.where(name = 'nextOwner')" })
        return answerByLink(need, link.task, answer, circumstances)
      },
      link.organization,
    )
    log.info({ event: 'link.answered', task: link.task, answer: answer.answer })
    const answered = (await record.readNeed(link.need))?.tasks.find(({ id }) => id === link.task)
    return sendResource(reply, wentParameters(answered === undefined ? 'sent' : plainStatusOfStep(answered)))
  })
}

/** @throws ANSWER_INCOMPLETE, REFUSAL_REASON_UNKNOWN, PARAMETERS_UNREADABLE */
function readAnswer(given: Given, reasons: ReadonlySet<string>): LinkAnswer {
  const { answer, by } = complete({ answer: given.code('answer'), by: given.string('by')?.slice(0, LONGEST_NAME) })
  const known = LINK_ANSWERS.find((one) => one === answer)
  switch (known) {
    case 'accept':
      return { answer: known, by }
    case 'refuse': {
      const next = readNextStep(given)
      const whole = {
        reason: refusalReasonIn(given, reasons),
        words: given.string('words'),
        nextOwner: next?.owner,
        nextAction: next?.action,
        due: next?.due,
      }
      const { reason, words, nextOwner: owner, nextAction: action, due } = complete(whole)
      return { answer: known, by, reason, words, owner, action, due }
    }
    case 'complete':
      return { answer: known, by, ...complete({ outcome: given.string('outcome') }) }
    case undefined:
      throw refuse.PARAMETERS_UNREADABLE({}, { expression: "Parameters.parameter.where(name = 'answer')" })
  }
}
