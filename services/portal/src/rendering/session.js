// Warns before a sign-in ends, and covers the page when it has ended: what was typed stays in it, and is seen again after a sign-in
// in another tab. Without a script the form that is sent is kept by the page that asks to sign in.
const place = document.querySelector('#session')
const main = document.querySelector('main')
const [says, stay, again] = ['#session-says', '#session-stay', '#session-again'].map((id) => place.querySelector(id))
const { warn, end, who, warning, ended } = place.dataset
const WARN_MS = Number(warn)
let endsAt = Date.now() + Number(end)
let shown = 'nothing'

const show = (what, text = '') => {
  if (shown === what) return
  shown = what
  place.hidden = what === 'nothing'
  stay.hidden = what !== 'warning'
  again.hidden = what !== 'ended'
  main.hidden = what === 'ended'
  says.textContent = text
}

// Another tab may have been used: only the server knows.
async function ask(path = '/sign-in-time', init = {}) {
  const answer = await fetch(path, { ...init, redirect: 'error' }).catch(() => undefined)
  if (answer === undefined || !answer.ok) return
  const said = await answer.json()
  endsAt = said.who === who ? Date.now() + said.secondsLeft * 1000 : 0
}

async function look() {
  if (Date.now() < endsAt - WARN_MS && shown === 'nothing') return
  await ask()
  if (Date.now() >= endsAt) show('ended', ended)
  else if (Date.now() >= endsAt - WARN_MS) show('warning', warning)
  else show('nothing')
}

setInterval(look, 10_000)
document.addEventListener('visibilitychange', () => (document.hidden ? undefined : look()))
stay.addEventListener('click', async () => {
  const _csrf = document.querySelector('.nhsuk-header__account-form [name=_csrf]')?.value ?? ''
  await ask('/stay-signed-in', { method: 'POST', body: new URLSearchParams({ _csrf }) })
  await look()
  main.querySelector('h1')?.setAttribute('tabindex', '-1')
  main.querySelector('h1')?.focus()
})
