/** What units cost: the entries, and entering one. For commissioners. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PageDependencies } from '../../dependencies.ts'
import { refuse } from '../../errors.ts'
import { seesFigures, type Session } from '../../session/session.ts'
import { signedIn } from '../../session/sessions.ts'
import { label, showMoney } from '../figures/show.ts'
import { CHOICES, readCost, type EnteredCost, type ReadCost } from './cost-form.ts'

const EMPTY: EnteredCost = { sector: '', setting: '', unit: '', low: '', central: '', high: '', source: '', priceYear: '' }

export const unitCosts: FastifyPluginAsync<PageDependencies> = async (app, { reports }) => {
  app.get<{ Querystring: { saved?: string } }>('/unit-costs', async (request, reply) =>
    show(request, reply, { saved: request.query.saved === 'yes' }),
  )

  app.post('/unit-costs', async (request, reply) => {
    const { token } = commissioner(request)
    const read = readCost(request.body, reply.words)
    if (read.cost === undefined) return show(request, reply.code(422), { read })
    await reports(token).enterCost(read.cost)
    return reply.redirect('/unit-costs?saved=yes', 303)
  })

  async function show(request: FastifyRequest, reply: FastifyReply, { saved = false, read }: { saved?: boolean; read?: ReadCost }) {
    const { token } = commissioner(request)
    const { words } = reply
    const { costs: said } = words.reports
    const costs = await reports(token).costs()
    const choice = (codes: readonly string[], empty: string) => [
      { value: '', text: empty },
      ...codes.map((code) => ({ value: code, text: label(words, code) })),
    ]
    return reply.page('unit-costs/view', {
      title: said.title,
      back: { href: '/figures', text: words.back },
      ...(read === undefined ? {} : { errors: read.problems.list }),
      wrong: read?.problems.of ?? {},
      entered: read?.entered ?? EMPTY,
      saved,
      sectors: choice(CHOICES.sectors, said.choose),
      settings: choice(CHOICES.settings, said.everySetting),
      costs: costs.map((cost) => ({
        what: [
          label(words, cost.sector),
          cost.setting === undefined ? said.everySetting : label(words, cost.setting),
          cost.unit === 'contact' ? said.contact : said.bedDay,
        ].join(', '),
        range: showMoney(cost, words),
        source: `${cost.source} (${cost.priceYear})`,
      })),
    })
  }
}

function commissioner(request: FastifyRequest): Session {
  const session = signedIn(request)
  if (!seesFigures(session)) throw refuse.NOT_ALLOWED()
  return session
}
