/** The page that opens a link: it asks who reads, fetches, decrypts, and shows. It keeps nothing. */
import { element, showDate, showDocument } from '/view/narrative.js'
import { decrypt, read, verifyCard } from '/view/shlink.js'
import { WORDS } from '/view/words.js'

const $ = (id) => document.getElementById(id)
const state = { language: 'en', given: undefined, opening: undefined, files: [], card: undefined, message: undefined }
const words = () => WORDS[state.language]

// The key stands behind the # and goes no further: not to the server, not into the history.
const fragment = location.hash
if (fragment.length > 1) history.replaceState(null, '', location.pathname)

function say(which, kind = 'error', more = '') {
  state.message = which === undefined ? undefined : { which, kind, more }
  const box = $('message')
  box.replaceChildren()
  if (which === undefined) return
  const text = typeof which === 'function' ? which(words()) : words()[which]
  box.append(element('div', { class: kind }, element('p', { text: `${text}${more}` })))
}

function translate() {
  document.documentElement.lang = state.language === 'cy' ? 'cy' : 'en-GB'
  for (const one of document.querySelectorAll('[data-say]')) one.textContent = words()[one.dataset.say]
  for (const one of document.querySelectorAll('[data-language]'))
    one.setAttribute('aria-pressed', String(one.dataset.language === state.language))
  document.title = `${words().title} – Handrail`
  if (state.message !== undefined) say(state.message.which, state.message.kind, state.message.more)
  if (!$('summary').hidden) show()
}

function take(text) {
  state.given = read(text)
  const { given } = state
  $('paste-field').hidden = given !== undefined
  if (given?.kind === 'card') return void openCard(given.jws)
  if (given?.kind === 'record') return showCode(given.token)
  $('ask').hidden = false
  $('passcode-field').hidden = given?.passcode !== true
  if (given?.kind === 'link' && given.expires !== undefined && given.expires.getTime() <= Date.now())
    say((now) => `${now.expired} ${showDate(given.expires.toISOString(), state.language)}. ${now.gone}`)
  if (given?.kind === 'link' && new URL(given.url, location.href).origin !== location.origin) {
    $('ask').hidden = true
    say('elsewhere')
  }
}

async function open() {
  const { given } = state
  const recipient = $('recipient').value.trim()
  if (recipient === '') return fail('recipientMissing', 'recipient')
  const passcode = $('passcode').value
  if (given.passcode && passcode === '') return fail('passcodeMissing', 'passcode')
  say('opening', 'good')
  const options = given.direct
    ? { method: 'GET' }
    : {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ recipient, ...(given.passcode ? { passcode } : {}), embeddedLengthMax: 5_000_000 }),
      }
  let answer
  try {
    answer = await fetch(given.direct ? `${given.url}?recipient=${encodeURIComponent(recipient)}` : given.url, {
      ...options,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
  } catch {
    return fail('offline')
  }
  if (answer.status === 401) {
    const { remainingAttempts } = await answer.json()
    $('passcode').value = ''
    return fail((now) => now.passcodeWrong(remainingAttempts), 'passcode')
  }
  if (answer.status === 404) return fail('gone')
  if (answer.status === 429) return fail('often')
  if (!answer.ok) return fail('failed')
  state.opening = answer.headers.get('handrail-opening')
  try {
    const jwes = given.direct ? [await answer.text()] : await Promise.all((await answer.json()).files.map(fetched))
    state.files = await Promise.all(jwes.map(async (jwe) => JSON.parse(await decrypt(jwe, given.key))))
  } catch {
    return fail('damaged')
  }
  state.given = undefined // the key is not needed any more
  $('ask').remove()
  say(undefined)
  show()
  $('note').hidden = state.opening === null
  $('main').focus()
}

const fetched = async ({ embedded, location: address }) =>
  embedded ?? (await fetch(address, { cache: 'no-store', credentials: 'omit' })).text()

function fail(which, field) {
  say(which)
  if (field !== undefined) $(field).focus()
}

function show() {
  const summary = $('summary')
  const documents = state.files.filter(({ resourceType }) => resourceType === 'Bundle')
  const attachments = state.files.flatMap((file) => (file.resourceType === 'DocumentReference' ? (file.content ?? []) : []))
  const actions = element('p', { class: 'actions' })
  const print = element('button', { type: 'button', text: words().print })
  print.addEventListener('click', () => window.print())
  actions.append(print)
  for (const { attachment } of attachments) {
    if (attachment?.contentType !== 'application/pdf' || attachment.data === undefined) continue
    const bytes = Uint8Array.from(atob(attachment.data), (one) => one.charCodeAt(0))
    const save = element('button', { type: 'button', text: words().download })
    save.addEventListener('click', () => {
      const url = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }))
      element('a', { href: url, download: 'summary.pdf' }).click()
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    })
    actions.append(' ', save)
  }
  const card =
    state.card === undefined
      ? []
      : [element('p', { class: 'good', text: `${words().cardGood} ${showDate(state.card.toISOString(), state.language)}.` })]
  summary.replaceChildren(...card, ...documents.flatMap((one) => showDocument(one, words(), state.language)), actions)
  summary.hidden = false
}

async function openCard(jws) {
  $('ask').hidden = true
  try {
    const { issuedAt, bundle } = await verifyCard(jws)
    state.card = issuedAt
    state.files = [bundle]
    say(undefined)
    show()
  } catch (error) {
    const which = { expired: 'cardExpired', unknown: 'cardUnknown', bad: 'cardBad' }[error.message] ?? 'offline'
    say(which)
  }
}

function showCode(token) {
  $('ask').hidden = true
  const summary = $('summary')
  summary.replaceChildren(
    element('h2', { text: words().recordTitle }),
    element('p', { text: words().recordText }),
    element('pre', { text: `record:/${token}`, tabindex: '0' }),
  )
  summary.hidden = false
  state.files = []
}

$('ask').addEventListener('submit', (event) => {
  event.preventDefault()
  if (state.given?.kind !== 'link') {
    take($('paste').value)
    if (state.given === undefined) return fail('unreadable', 'paste')
    if (state.given.kind !== 'link' || state.given.passcode) return
  }
  void open()
})

$('note').addEventListener('submit', async (event) => {
  event.preventDefault()
  const text = $('note-text').value.trim()
  const said = (which) => ($('note-said').textContent = words()[which])
  if (text === '') return said('noteEmpty')
  try {
    const answer = await fetch('/shl/note', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ opening: state.opening, text }),
      cache: 'no-store',
    })
    if (answer.status === 201) {
      $('note-text').value = ''
      $('note-text').disabled = true
      $('note').querySelector('button').disabled = true
    }
    said(answer.status === 201 ? 'noteSent' : answer.status === 404 ? 'noteGone' : answer.status === 400 ? 'noteEmpty' : 'failed')
  } catch {
    said('offline')
  }
})

for (const button of document.querySelectorAll('[data-language]'))
  button.addEventListener('click', () => {
    state.language = button.dataset.language
    translate()
  })

if (navigator.language.startsWith('cy')) state.language = 'cy'
translate()
take(fragment.slice(1))
if (fragment.length > 1 && state.given === undefined) say('unreadable')
