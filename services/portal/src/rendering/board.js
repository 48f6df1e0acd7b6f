// Follows the alerts as they are told: on each, the board is read again and put in place. Where the stream breaks the browser opens it again; a person
// who is about to press something is not disturbed.
const place = document.querySelector('#board')
const said = document.querySelector('#board-live')
let asked = false

function readAgain() {
  if (asked) return
  asked = true
  setTimeout(async () => {
    asked = false
    if (place.contains(document.activeElement) && document.activeElement !== place) return void setTimeout(readAgain, 5000)
    const answer = await fetch(`/board${location.search}`, { headers: { accept: 'text/html' }, redirect: 'error' }).catch(() => undefined)
    if (answer === undefined || !answer.ok) return void (said.textContent = said.dataset.broken)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.querySelector('#board')
    if (fresh === null || fresh.innerHTML === place.innerHTML) return
    place.replaceChildren(...fresh.childNodes)
    said.textContent = said.dataset.changed
  }, 200)
}

const stream = new EventSource('/board/stream')
stream.addEventListener('alert', readAgain)
stream.addEventListener('open', () => {
  said.textContent = said.dataset.live
  readAgain()
})
stream.addEventListener('error', () => {
  said.textContent = said.dataset.broken
})
