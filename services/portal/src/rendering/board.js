// Follows the alerts as they are told: on each, the board is read again and put in place, with what is open and whoever is on it as they were. Where the
// stream breaks it is opened again, and what could not be read is read again: a board on a wall has nobody who does it. A person who is about to press
// something is not disturbed, and is told that something has changed. HAZ-A93
const place = document.querySelector('#board')
const said = document.querySelector('#board-live')
const spans = JSON.parse(said.dataset.spans)
const COUNT_EVERY_MS = 10_000
const IN_USE_MS = 5_000
const AGAIN_MS = 5_000
const AGAIN_AT_MOST_MS = 60_000
let timer
let usedAt = -Infinity
let readAt = performance.now()

// What was acknowledged is said once: whoever shows the page again asks for the board alone.
const address = new URL(location.href)
if (address.searchParams.has('taken')) {
  address.searchParams.delete('taken')
  history.replaceState(null, '', address)
}

for (const kind of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'])
  place.addEventListener(kind, () => (usedAt = performance.now()), { passive: true })

const say = (text) => {
  if (said.textContent !== text) said.textContent = text
}

function readAgain(afterMs = 200) {
  timer ??= setTimeout(read, afterMs)
}

/** How long somebody is still about to press something. */
const inUseMs = () => usedAt + IN_USE_MS - performance.now()

async function read() {
  timer = undefined
  const answer = await fetch(`/board${location.search}`, { headers: { accept: 'text/html' }, redirect: 'manual' }).catch(() => undefined)
  if (answer?.ok !== true) {
    say(said.dataset.broken)
    // Whoever is signed out has nothing to read here until they sign in.
    if (answer === undefined || answer.status >= 429) readAgain(AGAIN_MS)
    return
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#board')
  if (fresh === null) return
  const changed = linesOf(fresh) !== linesOf(place)
  if (changed && inUseMs() > 0) {
    say(said.dataset.waits)
    return readAgain(inUseMs())
  }
  putInPlace(fresh)
  readAt = performance.now()
  say(changed ? said.dataset.changed : said.dataset.live)
}

/** As dates.ts says it. */
function spanOf(seconds) {
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return spans.none
  const [count, unit] =
    minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [Math.floor(minutes / 60), 'hour'] : [Math.floor(minutes / 1440), 'day']
  return `${count} ${spans[unit][Math.min(count, 3) - 1]}`
}

/** How long each has waited by now. It stands in no live region, so nobody is told of every minute. */
function countOn() {
  for (const waited of place.querySelectorAll('[data-waited]')) {
    const text = waited.dataset.said.replace('{}', spanOf(Number(waited.dataset.waited) + (performance.now() - readAt) / 1000))
    if (waited.textContent !== text) waited.textContent = text
  }
}
setInterval(countOn, COUNT_EVERY_MS)

/** What a board says, whatever of it is open and however long it was. */
function linesOf(board) {
  const lines = board.querySelector('.app-board')?.cloneNode(true)
  for (const waited of lines?.querySelectorAll('[data-waited]') ?? []) waited.replaceWith()
  for (const part of lines?.querySelectorAll('details, input') ?? []) for (const name of ['open', 'value']) part.removeAttribute(name)
  return lines?.innerHTML ?? ''
}

const lineOf = (element) => element?.closest('[data-line]')?.dataset.line
const lineNamed = (name) => [...place.querySelectorAll('[data-line]')].find(({ dataset }) => dataset.line === name)
const CAN_BE_ON = 'summary, button, a, h2'

function putInPlace(fresh) {
  const open = [...place.querySelectorAll('details[open]')].map(lineOf)
  const on = place.contains(document.activeElement) ? document.activeElement : undefined
  const [line, kind] = [lineOf(on), on?.tagName]
  const nth = [...(lineNamed(line)?.querySelectorAll(CAN_BE_ON) ?? [])].filter(({ tagName }) => tagName === kind).indexOf(on)
  place.replaceChildren(...fresh.childNodes)
  for (const name of open) lineNamed(name)?.querySelector('details')?.setAttribute('open', '')
  if (on === undefined) return
  const same = [...(lineNamed(line)?.querySelectorAll(CAN_BE_ON) ?? [])].filter(({ tagName }) => tagName === kind)[nth]
  // Gone: nothing else is under the finger of whoever was on it.
  if (same === undefined) place.tabIndex = -1
  ;(same ?? place).focus({ preventScroll: true })
}

let pauseMs = AGAIN_MS
function follow() {
  const stream = new EventSource('/board/stream')
  stream.addEventListener('alert', () => readAgain())
  stream.addEventListener('open', () => {
    pauseMs = AGAIN_MS
    say(said.dataset.live)
    readAgain()
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
