// Beside the worker that keeps sessions without a connection: registers it, has it send what waits, and shows what waits and what was sent.
const note = document.querySelector('#waiting-note')
const place = document.querySelector('#waiting')
const form = document.querySelector('form[data-offline]')
let waits = false

/** Asks the worker and gives its answer. */
const ask = (question) =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => resolve(data)
    navigator.serviceWorker.controller.postMessage(question, [port2])
  })

// As the NHS writes a date.
const language = { en: 'en-GB', cy: 'cy-GB' }[document.documentElement.lang]
const time = (at) => new Date(at).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' })
const day = (on) => new Date(`${on}T12:00:00`).toLocaleDateString(language, { dateStyle: 'long' })

function show(said) {
  const open = said.entries.filter(({ state }) => state !== 'sent')
  waits = open.length > 0
  if (note !== null) {
    note.hidden = open.length === 0
    note.querySelector('span').textContent = String(open.length)
  }
  if (place === null) return
  const now = place.dataset
  document.querySelector('#waiting-state').textContent = said.signedOut
    ? now.signedOut
    : said.offline
      ? now.offline
      : open.length > 0
        ? now.still
        : now.nothing
  document.querySelector('#waiting-again').hidden = open.length === 0
  const leaving = document.querySelector('#waiting-leaving')
  if (leaving !== null) leaving.hidden = open.length === 0 || new URLSearchParams(location.search).get('leaving') !== 'yes'
  place.replaceChildren(...said.entries.map(card))
}

/** One session that waits, was sent, or was not taken. */
function card({ id, state, keptAt, sentAt, path, about, what, on, says = [], fields }) {
  const it = document.querySelector('#waiting-entry').content.cloneNode(true)
  const at = (name) => it.querySelector(`[data-at="${name}"]`)
  const words = place.dataset
  at('about').textContent = about
  at('what').textContent = `${what}, ${day(on)}`
  at('kept').textContent = time(keptAt)
  at('state').textContent = words[state]
  at('sent').textContent = sentAt === undefined ? '' : time(sentAt)
  at('says').replaceChildren(...says.map((text) => Object.assign(document.createElement('li'), { textContent: text })))
  for (const [name, question] of [
    ['drop', { ask: 'drop', id }],
    ['as-well', { ask: 'as-well', id }],
  ])
    at(name).addEventListener('click', () => void ask(question).then(show))
  at('drop').hidden = state === 'sent'
  at('as-well').hidden = state !== 'twice'
  at('open').hidden = state !== 'refused'
  at('open').addEventListener('click', () => fillIn(path, fields))
  return it
}

/** The form again, as it was filled in: the server says beside each field what is wrong with it. */
function fillIn(path, fields) {
  const again = Object.assign(document.createElement('form'), { method: 'post', action: path, hidden: true })
  const guard = document.querySelector('input[name="_csrf"]')?.value ?? ''
  for (const [name, value] of Object.entries({ ...fields, _csrf: guard }))
    again.append(Object.assign(document.createElement('input'), { name, value }))
  document.body.append(again)
  again.submit()
}

form?.addEventListener('submit', () => {
  form.elements.what.value = form.elements.kind.selectedOptions[0]?.text ?? ''
})
document.querySelector('#waiting-again')?.addEventListener('click', () => void ask({ ask: 'send' }).then(show))

await navigator.serviceWorker.register('/offline-worker.js')
await navigator.serviceWorker.ready
if (navigator.serviceWorker.controller === null)
  await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
show(await ask({ ask: 'start' }))
document.documentElement.dataset.offline = 'ready'
addEventListener('online', () => void ask({ ask: 'send' }).then(show))
// A connection that is there again is not always said to be.
setInterval(() => void (waits && ask({ ask: 'send' }).then(show)), 15_000)
