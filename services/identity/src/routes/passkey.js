// Makes a passkey from an invitation, or signs in with one. The only script of the issuer; it asks only this server.
// Web Authentication Level 2. https://www.w3.org/TR/webauthn-2/
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

async function ask(path, body) {
  const answer = await fetch(`${location.pathname}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.says)
  return said
}

async function make() {
  const options = await ask('options', {})
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: [],
    },
  })
  const { clientDataJSON, attestationObject } = made.response
  return ask('finish', {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) },
  })
}

async function use() {
  const options = await ask('passkey-options', {})
  const used = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: [] } })
  const { clientDataJSON, authenticatorData, signature, userHandle } = used.response
  return ask('passkey', {
    id: used.id,
    rawId: text(used.rawId),
    type: used.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      ...(userHandle ? { userHandle: text(userHandle) } : {}),
    },
  })
}

const button = document.querySelector('[data-passkey]')
const problem = document.querySelector('#problem')
button.hidden = false
button.addEventListener('click', async () => {
  problem.textContent = ''
  button.disabled = true
  try {
    const { to } = await (button.dataset.passkey === 'make' ? make() : use())
    location.assign(to)
  } catch (error) {
    problem.textContent = error.name === 'Error' && error.message ? error.message : button.dataset.failed
    button.disabled = false
    problem.focus()
  }
})
