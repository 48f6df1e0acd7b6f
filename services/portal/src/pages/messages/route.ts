/** How somebody is told of the steps of their referrals: by e-mail or text message, at once or gathered, or not at all. Features K4; story 3 step 8. */
import type { Subscription } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import { TOPIC } from '@platform/nhs/systems'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { problems, textIn } from '../../forms/fields.ts'
import type { PersonalRecord } from '../../clients/record.ts'
import type { Page } from '../../rendering/pages.ts'
import { ownRecord } from '../../session/own-record.ts'
import { addressFor, choiceOf, subscriptionFor, TIMES, WAYS, type Choice } from './choice.ts'

interface Asked {
  readonly Querystring: { readonly done?: string }
}

export const messages: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get<Asked>('/my-messages', async (request, reply) => {
    const chosen = await ownChoice(record(ownRecord(request).token))
    const words = reply.words.messages
    return show(reply, choiceOf(chosen), {
      done: request.query.done === 'saved' ? words.done : undefined,
      failed: chosen?.status === 'error' ? words.failed : undefined,
    })
  })

  app.post('/my-messages', async (request, reply) => {
    const mine = record(ownRecord(request).token)
    const words = reply.words.messages
    const [way, address, times] = [textIn(request.body, 'way'), textIn(request.body, 'address'), textIn(request.body, 'times')]
    const wrong = problems()
    const chosen = WAYS.find((one) => one === way)
    const often = TIMES.find((one) => one === times)
    const endpoint = chosen === undefined || chosen === 'off' ? undefined : addressFor(chosen, address)
    if (chosen === undefined) wrong.add('way', words.wayMissing)
    if (chosen !== undefined && chosen !== 'off') {
      if (endpoint === undefined) wrong.add('address', chosen === 'email' ? words.emailWrong : words.numberWrong)
      if (often === undefined) wrong.add('times', words.timesMissing)
    }
    const again = { way: chosen ?? 'off', address, times: often ?? 'now' }
    if (wrong.list.length > 0) return show(reply.code(422), again, { errors: wrong.list, of: wrong.of })
    try {
      await keep(
        mine,
        chosen === 'off' || endpoint === undefined ? undefined : subscriptionFor(chosen ?? 'email', endpoint, often ?? 'now'),
      )
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'RECORD_REFUSED') throw error
      return show(reply.code(422), again, { errors: error.issues.map(({ text }) => ({ href: '#address', text })) })
    }
    return reply.redirect('/my-messages?done=saved', 303)
  })

  async function show(reply: FastifyReply, values: Choice, view: Partial<Page>): Promise<FastifyReply> {
    return reply.page('messages/view', { title: reply.words.messages.title, values, of: {}, ...view })
  }
}

const OWN = { criteria: TOPIC.STEP }

/** The one Subscription of whoever is signed in: the record shows them no other. */
async function ownChoice(mine: PersonalRecord): Promise<Subscription | undefined> {
  return (await mine.find<Subscription>('Subscription', OWN)).all[0]
}

/** The hub notes in the Subscription that it has begun to tell, or cannot: what the person chooses meanwhile is put on top of that. */
const ATTEMPTS = 4

/** Keeps what was chosen in place of what was chosen before; `undefined` is no messages. */
async function keep(mine: PersonalRecord, chosen: Subscription | undefined): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await keepOnce(mine, chosen)
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Refusal) || error.code !== 'CHANGED_MEANWHILE') throw error
    }
  }
}

async function keepOnce(mine: PersonalRecord, chosen: Subscription | undefined): Promise<void> {
  const before = await ownChoice(mine)
  if (before === undefined) {
    if (chosen !== undefined) await mine.create(chosen, new URLSearchParams(OWN).toString())
    return
  }
  const mended = before.error === undefined ? {} : { error: undefined }
  const elements = chosen === undefined ? { status: 'off' } : { status: chosen.status, channel: chosen.channel, ...mended }
  await mine.patch(`Subscription/${before.id ?? ''}`, before.meta?.versionId ?? '', elements)
}
