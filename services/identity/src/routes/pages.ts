/** The few pages of the issuer: written here, no script, no request to anywhere. */
import { createHash } from 'node:crypto'
import type { Person } from '../domain/registration.ts'

const STYLE = `
body{margin:0;background:#f0f4f5;color:#212b32;font:1.1875rem/1.5 Arial,sans-serif}
header{background:#005eb8;color:#fff;padding:1rem}
header p,main{max-width:44rem;margin:0 auto}
header p{font-weight:700}
main{padding:1.5rem 1rem 3rem}
h1{font-size:2rem;line-height:1.2;margin:.5rem 0 1rem}
ul{list-style:none;padding:0}
li{margin:0 0 1rem}
.button{display:block;width:100%;text-align:left;font:inherit;padding:.75rem 1rem;border:2px solid #005eb8;border-radius:4px;background:#fff;color:#212b32;cursor:pointer}
.button strong{display:block;color:#005eb8}
.button:hover{background:#d8dde0}
.button:focus{outline:4px solid #ffeb3b;outline-offset:0;background:#ffeb3b;border-color:#212b32}
.button:focus strong{color:#212b32}
.note{border-left:8px solid #005eb8;background:#fff;padding:1rem}
`

const hash = createHash('sha256').update(STYLE).digest('base64')

/** Content-Security-Policy of every page of the issuer: its own style, forms to its own origin, nothing else. */
export const pageSecurityPolicy = `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`

/** The same for the two pages with a script, which is a file of this server and asks nobody else. */
export const scriptSecurityPolicy = `${pageSecurityPolicy}; script-src 'self'; connect-src 'self'`

const passkeyButton = (does: 'make' | 'use', says: string, failed: string): string => `<p id="problem" role="alert" tabindex="-1"></p>
<button class="button" type="button" data-passkey="${does}" data-failed="${escape(failed)}" hidden><strong>${escape(says)}</strong></button>
<noscript><p class="note">A passkey needs JavaScript, which is switched off in this browser. Switch it on for this page, or ask your organisation to enter things for you.</p></noscript>
<script src="/identity/passkey.js" defer></script>`

/** Where an invitation becomes a passkey. */
export function joinPage({ name, title }: { readonly name: string; readonly title: string }): string {
  return document(
    'You are invited to Handrail',
    `<p>${escape(name)}, ${escape(title)}</p>
<p>Make a passkey on this device: your fingerprint, your face or the code of the device. There is no password to remember or to lose.</p>
${passkeyButton('make', 'Make a passkey', 'No passkey was made. Try again, or use another device.')}`,
  )
}

/** The sign-in page of people who have a passkey. */
export const passkeyPage = (): string =>
  document(
    'Sign in with your passkey',
    `<p>Use the device on which you made it.</p>
${passkeyButton('use', 'Sign in with a passkey', 'The passkey was not used. Try again.')}
<p>If you have none, your organisation can invite you. People with an NHS account sign in where the operator of this hub says.</p>`,
  )

/** The sign-in page of the demonstration: one button for each person. */
export function peoplePage(uid: string, people: readonly Person[]): string {
  const buttons = people.map(
    ({ id, name, title }) =>
      `<li><button class="button" type="submit" name="person" value="${escape(id)}"><strong>${escape(name)}</strong>${escape(title)}</button></li>`,
  )
  return document(
    'Choose who to sign in as',
    `<p class="note">This is a demonstration with made-up people. There is no password.</p>
<form method="post" action="./${escape(uid)}/sign-in"><ul>${buttons.join('\n')}</ul></form>
${passkeyButton('use', 'Sign in with a passkey', 'The passkey was not used. Try again.')}`,
  )
}

/** A page that says something; `after` is markup of ours. */
export function messagePage(title: string, sentences: readonly string[], after = ''): string {
  return document(title, sentences.map((sentence) => `<p>${escape(sentence)}</p>`).join('\n') + after)
}

const document = (title: string, body: string): string => `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)} - Handrail</title><style>${STYLE}</style></head>
<body><header><p>Handrail</p></header><main><h1>${escape(title)}</h1>
${body}
</main></body>
</html>
`

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
