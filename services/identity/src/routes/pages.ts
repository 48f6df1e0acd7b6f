/** The few pages of the issuer: written here, no script, no request to anywhere. */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Person } from '../domain/registration.ts'
import type { Words } from './words.ts'

const STYLE = `
body{margin:0;background:#f0f4f5;color:#212b32;font:1.1875rem/1.5 Arial,sans-serif}
header{background:#005eb8;color:#fff;padding:1rem}
header p,main{max-width:44rem;margin:0 auto}
header p{font-weight:700}
main{padding:1.5rem 1rem 3rem}
h1{font-size:2rem;line-height:1.2;margin:.5rem 0 1rem}
ul{list-style:none;padding:0}
li{margin:0 0 1rem}
.button{display:block;box-sizing:border-box;width:100%;text-decoration:none;text-align:left;font:inherit;padding:.75rem 1rem;border:2px solid #005eb8;border-radius:4px;background:#fff;color:#212b32;cursor:pointer}
.button strong{display:block;color:#005eb8}
.button:hover{background:#d8dde0}
.button:focus{outline:4px solid #ffeb3b;outline-offset:0;background:#ffeb3b;border-color:#212b32}
.button:focus strong{color:#212b32}
label{display:block;font-weight:700}
.hint{display:block;color:#4c6272}
.wrong{display:block;color:#d5281b;font-weight:700}
input{box-sizing:border-box;width:100%;max-width:24rem;font:inherit;padding:.5rem;border:2px solid #212b32;border-radius:0;margin:.25rem 0 0}
.short{max-width:9rem}
input:focus,a:focus{outline:4px solid #ffeb3b;outline-offset:0;box-shadow:inset 0 0 0 2px #212b32}
a{color:#005eb8}
[hidden]{display:none!important}
.note{border-left:8px solid #005eb8;background:#fff;padding:1rem}
`

const hash = createHash('sha256').update(STYLE).digest('base64')

/** Content-Security-Policy of every page of the issuer: its own style, forms to its own origin, nothing else. */
export const pageSecurityPolicy = `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`

/** The same for the two pages with a script, which is a file of this server and asks nobody else. */
const scriptSecurityPolicy = `${pageSecurityPolicy}; script-src 'self'; connect-src 'self'`

const passkeyButton = (w: Words, does: 'make' | 'use'): string => `<p id="problem" role="alert" tabindex="-1"></p>
<button class="button" type="button" data-passkey="${does}" data-failed="${escape(does === 'make' ? w.makeFailed : w.useFailed)}" hidden><strong>${escape(does === 'make' ? w.make : w.use)}</strong></button>
<noscript><p class="note">${escape(w.noScript)}</p></noscript>
<script src="/identity/passkey.js" defer></script>`

/** Asks where a code is to be sent. @param action where the form goes @param wrong whether what was typed is no address */
const contactForm = (w: Words, action: string, wrong: boolean): string => `<h2>${escape(w.codeHeading)}</h2>
<form method="post" action="${escape(action)}" novalidate>
<p><label for="contact">${escape(w.contact)}</label><span class="hint" id="contact-hint">${escape(w.contactHint)}</span>
${wrong ? `<span class="wrong" id="contact-error">${escape(w.problem)}: ${escape(w.contactWrong)}</span>` : ''}
<input id="contact" name="contact" autocomplete="username" spellcheck="false" aria-describedby="contact-hint${wrong ? ' contact-error' : ''}"${wrong ? ' aria-invalid="true" autofocus' : ''}></p>
<button class="button" type="submit"><strong>${escape(w.send)}</strong></button></form>`

/** What a page with a form for a code is given. */
export interface CodeForm {
  /** Where it goes; absent where this hub sends no codes. */
  readonly action?: string | undefined
  readonly wrong?: boolean
}

const codeFormOf = (w: Words, { action, wrong = false }: CodeForm): string => (action === undefined ? '' : contactForm(w, action, wrong))

/** Where the code is typed. @param back where another is asked for */
export function codePage(
  w: Words,
  { action, back, wrong }: { readonly action: string; readonly back: string; readonly wrong: boolean },
): string {
  return document(
    `${wrong ? `${w.problem}: ` : ''}${w.code}`,
    `<p>${escape(w.codeText)}</p>
<form method="post" action="${escape(action)}" novalidate>
<p><label for="code">${escape(w.codeLabel)}</label>
${wrong ? `<span class="wrong" id="code-error">${escape(w.problem)}: ${escape(w.codeWrong)}</span>` : ''}
<input id="code" name="code" class="short" inputmode="numeric" autocomplete="one-time-code" autofocus${wrong ? ' aria-invalid="true" aria-describedby="code-error"' : ''}></p>
<button class="button" type="submit"><strong>${escape(w.check)}</strong></button></form>
<p><a href="${escape(back)}">${escape(w.again)}</a></p>`,
    w,
    w.code,
  )
}

/** Where an invitation becomes a passkey, or an address that codes go to. */
export function joinPage(w: Words, { name, title }: { readonly name: string; readonly title: string }, code: CodeForm): string {
  return document(
    w.invited,
    `<p>${escape(name)}, ${escape(title)}</p>
<p>${escape(w.makeText)}</p>
${passkeyButton(w, 'make')}
${codeFormOf(w, code)}`,
    w,
  )
}

/** A way to sign in that begins at somebody else's issuer. */
export interface Elsewhere {
  readonly name: string
  readonly href: string
}

const elsewhereList = (w: Words, others: readonly Elsewhere[]): string =>
  others.length === 0
    ? ''
    : `<h2>${escape(w.elsewhere)}</h2>
<p>${escape(w.elsewhereText)}</p>
<ul>${others.map(({ name, href }) => `<li><a class="button" href="${escape(href)}"><strong>${escape(name)}</strong></a></li>`).join('\n')}</ul>`

/** The sign-in page of people who were invited. */
export const passkeyPage = (w: Words, code: CodeForm, others: readonly Elsewhere[] = []): string =>
  document(
    w.signIn,
    `<p>${escape(w.useText)}</p>
${elsewhereList(w, others)}
${passkeyButton(w, 'use')}
${codeFormOf(w, code)}
<p>${escape(w.none)}</p>`,
    w,
  )

/** The sign-in page of the demonstration: one button for each person. */
export function peoplePage(w: Words, uid: string, people: readonly Person[], code: CodeForm, others: readonly Elsewhere[] = []): string {
  const buttons = people.map(
    ({ id, name, title }) =>
      `<li><button class="button" type="submit" name="person" value="${escape(id)}"><strong>${escape(name)}</strong>${escape(title)}</button></li>`,
  )
  return document(
    w.demo,
    `<p class="note">${escape(w.demoText)}</p>
<form method="post" action="./${escape(uid)}/sign-in"><ul>${buttons.join('\n')}</ul></form>
${elsewhereList(w, others)}
${passkeyButton(w, 'use')}
${codeFormOf(w, code)}`,
    w,
  )
}

/** A page that says something; `after` is markup of ours. */
export function messagePage(title: string, sentences: readonly string[], after = '', w?: Words): string {
  return document(title, sentences.map((sentence) => `<p>${escape(sentence)}</p>`).join('\n') + after, w)
}

/** A link to a page of ours, for `messagePage`. */
export const linkTo = (href: string, text: string): string => `<p><a href="${escape(href)}">${escape(text)}</a></p>`

const document = (title: string, body: string, w?: Words, heading = title): string => `<!doctype html>
<html lang="${w?.lang === 'cy' ? 'cy' : 'en-GB'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)} – Handrail</title><style>${STYLE}</style></head>
<body><header><p>Handrail</p></header><main><h1>${escape(heading)}</h1>
${body}
</main></body>
</html>
`

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)

/** A field of a form that was sent; empty when it has none of this name. */
export const fieldIn = (body: unknown, name: string): string => (body instanceof URLSearchParams ? (body.get(name) ?? '') : '')

/** Sends a page that no cache keeps and no other site frames, with scripts of our own alone. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .headers({
      'content-security-policy': scriptSecurityPolicy,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}
