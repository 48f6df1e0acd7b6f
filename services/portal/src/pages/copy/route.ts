/** Copies a person takes away: paper for emergencies, a summary, a signed card, everything. Nothing is kept of them here. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { RecordFile } from '../../clients/record.ts'
import type { PageDependencies } from '../../dependencies.ts'
import { parametersOf, readParts } from '../../knowledge/parameters.ts'
import { cardSegments, qrSvg } from '../../rendering/qr.ts'
import { ownRecord } from '../../session/own-record.ts'
import { showLinks } from '../share/links.ts'

interface Asked {
  readonly Querystring: { readonly form?: string; readonly language?: string; readonly link?: string }
}

const HEALTH_CARD = 'https://smarthealth.cards#health-card'
const UUID = /^[0-9a-f-]{36}$/

export const copy: FastifyPluginAsync<PageDependencies> = async (app, { record }) => {
  app.get('/my-copy', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const { links } = showLinks(await record(token).ask(self, '$share-links'), reply.words)
    return reply.page('copy/view', {
      title: reply.words.copy.title,
      back: { href: '/share', text: reply.words.share.title },
      codes: links.filter(({ status, longTerm }) => longTerm && status === 'active'),
    })
  })

  app.get<Asked>('/my-copy/print', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const { link } = request.query
    const form = request.query.form === 'card' ? 'card' : 'a4'
    const language = request.query.language === 'cy' ? 'cy' : 'en'
    const asked = { form, language, ...(link !== undefined && UUID.test(link) ? { link } : {}) }
    return send(reply, await record(token).file(self, '$print', asked), `handrail-${form}-${language}.pdf`, 'inline')
  })

  app.get('/my-copy/summary', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const file = await record(token).file(self, '$summary', { _language: reply.words.lang })
    return send(reply, file, 'patient-summary.json')
  })

  app.get('/my-copy/everything', async (request, reply) => {
    const { token, self } = ownRecord(request)
    return send(reply, await record(token).file(self, '$export-person'), 'my-record.tar.gz')
  })

  app.post('/my-copy/health-card', async (request, reply) => {
    const { token, self } = ownRecord(request)
    const answer = readParts(
      await record(token).ask(self, '$health-cards-issue', parametersOf({ name: 'credentialType', valueUri: HEALTH_CARD })),
    )
    const [card, code] = [answer.text('verifiableCredential'), answer.text('qr')]
    return reply.page('copy/card', {
      title: reply.words.copy.cardTitle,
      back: { href: '/my-copy', text: reply.words.copy.title },
      // In the page, since the card is kept nowhere: a link to it would have to make another one.
      file: card === undefined ? undefined : fileAddress({ verifiableCredential: [card] }),
      qr: code === undefined ? undefined : qrSvg(cardSegments(code), reply.words.copy.cardPicture),
      leftOut: answer.all('leftOut').length,
    })
  })
}

const fileAddress = (content: object): string =>
  `data:application/smart-health-card;base64,${Buffer.from(JSON.stringify(content)).toString('base64')}`

const send = (reply: FastifyReply, { type, body }: RecordFile, name: string, how: 'inline' | 'attachment' = 'attachment'): FastifyReply =>
  reply.type(type).header('cache-control', 'no-store').header('content-disposition', `${how}; filename="${name}"`).send(body)
