/** Signing in at the embedded issuer: by passkey, by a one-time code, and in the demonstration by a button for each of its people. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { parseContact } from '../domain/contact.ts'
import type { People } from '../store/people.ts'
import type { CodeSending } from './code-sending.ts'
import type { CurrentProvider } from './oidc/current-provider.ts'
import { expired, finish, interactionOf, type InteractionParams } from './interaction.ts'
import { codePage, fieldIn, passkeyPage, peoplePage, sendPage, type CodeForm, type Elsewhere } from './pages.ts'
import { askForPasskey, checkPasskey, no, type PasskeyOptions } from './passkey-check.ts'
import { wordsFor } from './words.ts'

export interface SignInOptions extends PasskeyOptions {
  readonly provider: CurrentProvider
  readonly people: People
  /** Only the demonstration signs people in by a button. */
  readonly demo: boolean
  readonly codes: CodeSending
  /** Issuers of others at which people may sign in. */
  readonly elsewhere: readonly { readonly id: string; readonly name: string }[]
}

/** The interaction pages of the issuer, at `/interaction/:uid` of the enclosing context. */
export const signIn: FastifyPluginAsync<SignInOptions> = async (app, { provider, people, demo, codes, elsewhere, ...passkeyOptions }) => {
  const codeForm = (uid: string, wrong = false): CodeForm => ({
    action: codes.offered ? `/identity/interaction/${uid}/code` : undefined,
    wrong,
  })
  const signInPage = async (request: FastifyRequest, uid: string, wrong = false): Promise<string> => {
    const w = wordsFor(request.headers)
    const others: readonly Elsewhere[] = elsewhere.map(({ id, name }) => ({ name, href: `/identity/interaction/${uid}/at/${id}` }))
    return demo ? peoplePage(w, uid, await people.list(), codeForm(uid, wrong), others) : passkeyPage(w, codeForm(uid, wrong), others)
  }

  // Buttons are for the people of the demonstration; whoever was invited has a passkey.
  const hasButton = async (id: string) => demo && (await people.list()).some((person) => person.id === id)

  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 1024 }, (_request, body, done) =>
    done(null, new URLSearchParams(body.toString())),
  )

  app.get<{ Params: InteractionParams }>('/interaction/:uid', async (request, reply) => {
    const issuer = await provider()
    const interaction = await interactionOf(issuer, request, reply)
    if (interaction === undefined) return sendPage(reply.code(400), expired(request))
    const { login_hint: hint } = interaction.params
    if (typeof hint === 'string' && (await hasButton(hint)))
      return reply.redirect(await finish(issuer, interaction, hint, request, reply), 303)
    return sendPage(reply, await signInPage(request, interaction.uid))
  })

  app.post<{ Params: InteractionParams }>('/interaction/:uid/sign-in', async (request, reply) => {
    const issuer = await provider()
    const interaction = await interactionOf(issuer, request, reply)
    if (interaction === undefined) return sendPage(reply.code(400), expired(request))
    const chosen = fieldIn(request.body, 'person')
    if (!(await hasButton(chosen))) return sendPage(reply.code(400), await signInPage(request, interaction.uid))
    return reply.redirect(await finish(issuer, interaction, chosen, request, reply), 303)
  })

  // Whether somebody signs in by an address is told to nobody: the next page is the same.
  app.post<{ Params: InteractionParams }>('/interaction/:uid/code', async (request, reply) => {
    const interaction = await interactionOf(await provider(), request, reply)
    if (interaction === undefined) return sendPage(reply.code(400), expired(request))
    const contact = parseContact(fieldIn(request.body, 'contact'))
    if (contact === undefined || !codes.sendsTo(contact)) return sendPage(reply.code(422), await signInPage(request, interaction.uid, true))
    if ((await people.findByContact(codes.hashOf(contact))) !== undefined) await codes.send(interaction.uid, contact)
    return sendPage(reply, askForCode(request, interaction.uid))
  })

  app.post<{ Params: InteractionParams }>('/interaction/:uid/code-check', async (request, reply) => {
    const issuer = await provider()
    const interaction = await interactionOf(issuer, request, reply)
    if (interaction === undefined) return sendPage(reply.code(400), expired(request))
    const contactHash = await codes.check(interaction.uid, fieldIn(request.body, 'code'))
    const person = contactHash === undefined ? undefined : await people.findByContact(contactHash)
    if (person === undefined) return sendPage(reply.code(422), askForCode(request, interaction.uid, true))
    return reply.redirect(await finish(issuer, interaction, person, request, reply), 303)
  })

  app.post<{ Params: InteractionParams }>('/interaction/:uid/passkey-options', async (request, reply) => {
    const interaction = await interactionOf(await provider(), request, reply)
    return interaction === undefined ? no(reply) : askForPasskey(interaction.uid, passkeyOptions)
  })

  app.post<{ Params: InteractionParams }>('/interaction/:uid/passkey', async (request, reply) => {
    const issuer = await provider()
    const interaction = await interactionOf(issuer, request, reply)
    const person = interaction === undefined ? undefined : await checkPasskey(interaction.uid, request.body, passkeyOptions)
    if (interaction === undefined || person === undefined) return no(reply)
    return { to: await finish(issuer, interaction, person, request, reply) }
  })
}

const askForCode = ({ headers }: FastifyRequest, uid: string, wrong = false): string => {
  const at = `/identity/interaction/${uid}`
  return codePage(wordsFor(headers), { action: `${at}/code-check`, back: at, wrong })
}
