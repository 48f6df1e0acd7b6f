// Says how much has come since the list was read. The list itself stays as it is, and so does the focus: whoever wants to see what is new follows the
// link that stands where the sentence stood.
const said = document.querySelector('#inbox-live')
const steps = (page) => new Set([...page.querySelectorAll('[data-step]')].map((row) => row.dataset.step))
const known = steps(document)
const READ_AFTER_MS = 2_000
// What came between reading the page and being heard from: the stream begins to tell within a few seconds.
const READ_ONCE_MORE_AFTER_MS = 8_000
const AGAIN_MS = 5_000
const AGAIN_AT_MOST_MS = 60_000
let due = Infinity
let timer

function readAgain(afterMs) {
  if (performance.now() + afterMs >= due) return
  clearTimeout(timer)
  due = performance.now() + afterMs
  timer = setTimeout(read, afterMs)
}

async function read() {
  due = Infinity
  const answer = await fetch('/inbox', { headers: { accept: 'text/html' }, redirect: 'manual' }).catch(() => undefined)
  if (answer?.ok !== true) {
    say(said.dataset.broken)
    // Whoever is signed out has nothing to read here until they sign in.
    if (answer === undefined || answer.status >= 429) readAgain(AGAIN_MS)
    return
  }
  if (stream.readyState === EventSource.OPEN) say(said.dataset.live)
  const fresh = steps(new DOMParser().parseFromString(await answer.text(), 'text/html'))
  const count = [...fresh].filter((step) => !known.has(step)).length
  if (count > 0) tell(count)
}

function say(text) {
  if (said.querySelector('a') === null && said.textContent !== text) said.textContent = text
}

function tell(count) {
  const text = count === 1 ? said.dataset.one : said.dataset.many.replace('{n}', count)
  const link = said.querySelector('a') ?? Object.assign(document.createElement('a'), { href: '/inbox' })
  if (link.textContent === text) return
  link.textContent = text
  if (!link.isConnected) said.replaceChildren(link)
}

let stream
let pauseMs = AGAIN_MS
function follow() {
  stream = new EventSource('/inbox/stream')
  stream.addEventListener('task', () => readAgain(READ_AFTER_MS))
  stream.addEventListener('open', () => {
    pauseMs = AGAIN_MS
    say(said.dataset.live)
    readAgain(READ_ONCE_MORE_AFTER_MS)
  })
  stream.addEventListener('error', () => {
    say(said.dataset.broken)
    // A browser opens again what was cut off, and nothing that was answered with an error.
    if (stream.readyState !== EventSource.CLOSED) return
    setTimeout(follow, pauseMs)
    pauseMs = Math.min(2 * pauseMs, AGAIN_AT_MOST_MS)
  })
}
follow()
