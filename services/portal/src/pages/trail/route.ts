/** Who looked at a person's own record. */
import type { AuditEvent } from '@medplum/fhirtypes'
import type { FastifyPluginAsync } from 'fastify'
import type { Resolved } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { calledOf } from '../../knowledge/reading.ts'
import { showMoment } from '../../rendering/dates.ts'
import { isThePerson } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import type { Words } from '../../words/words.ts'

const SHOWN = 50

export const trail: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get('/who-looked', async (request, reply) => {
    const session = signedIn(request)
    if (!isThePerson(session)) throw refuse.NOT_ALLOWED()
    const mine = record(session.token)
    const { all, more } = await mine.trail(session.patient ?? '', SHOWN)
    const resolved = await mine.resolve(all.flatMap(({ agent }) => agent.map(({ who }) => who?.reference)))
    const looks = joinLooks(all.map((event) => showLook(event, session.subject, resolved, reply.words)))
    return reply.page('trail/view', { title: reply.words.trail.title, looks, more })
  })
}

/** One look, as a line of the page: when, who, what. */
export interface Look {
  readonly at: string
  readonly who: string
  readonly what: readonly string[]
  readonly refused: boolean
}

/** What one reader opened within the same minute is one look, as the reader would call it. */
export function joinLooks(looks: readonly Look[]): readonly Look[] {
  const keyOf = ({ at, who, refused }: Look) => `${showMoment(at)} ${who} ${String(refused)}`
  return [...Map.groupBy(looks, keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, what: [...new Set([first, ...others].flatMap(({ what }) => what))] }],
  )
}

/** One entry of the trail in words. */
export function showLook(
  { recorded, agent, action, entity = [], outcome }: AuditEvent,
  subject: string,
  resolved: Resolved,
  { trail: words }: Words,
): Look {
  const organisation = agent.map(({ who }) => calledOf(who, resolved)).find((name) => name !== undefined)
  const own = agent.some(({ who }) => who?.identifier?.value === subject)
  const names = entity.flatMap(({ what, name }) => [what?.reference?.split('/')[0], name].filter((one) => one !== undefined))
  const type = names.findLast((name) => name !== 'Patient') ?? names[0] ?? ''
  const seen = words.types[type as keyof typeof words.types] ?? words.other
  return {
    at: recorded,
    who: own ? words.self : (organisation ?? words.system),
    what: [`${words.action[(action ?? 'R') as keyof typeof words.action] ?? words.action.R}: ${seen}`],
    refused: outcome === '4' || outcome === '8',
  }
}
