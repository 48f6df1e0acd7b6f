/** Links and cards, read in the browser: nothing of a key or of the content is sent anywhere. */

const bytesOf = (base64url) => Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
const textOf = (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

/** The most that a file may be once it is inflated: 20 MB. */
const LARGEST = 20_000_000

/** What a text from a code, an address or a clipboard is: a link, a card, a code to record by, or nothing of ours. */
export function read(text) {
  const trimmed = decoded(text.trim())
  const token = /(?:^|#)record:\/([\w-]{43})$/.exec(trimmed)?.[1]
  if (token !== undefined) return { kind: 'record', token }
  const numeric = /(?:^|#)shc:\/(\d+)$/.exec(trimmed)?.[1]
  if (numeric !== undefined)
    return numeric.length % 2 === 0
      ? { kind: 'card', jws: numeric.replace(/\d\d/g, (two) => String.fromCharCode(Number(two) + 45)) }
      : undefined
  const encoded = /(?:^|#)shlink:\/([\w-]+)$/.exec(trimmed)?.[1]
  if (encoded === undefined) return undefined
  try {
    const payload = JSON.parse(textOf(bytesOf(encoded)))
    const { url, key, flag = '', exp } = payload
    if (typeof url !== 'string' || !/^[\w-]{43}$/.test(key) || typeof flag !== 'string' || (flag.includes('P') && flag.includes('U')))
      return undefined
    // Some makers write milliseconds.
    const expires = typeof exp === 'number' ? new Date(exp > 1e11 ? exp : exp * 1000) : undefined
    return { kind: 'link', url, key, passcode: flag.includes('P'), direct: flag.includes('U'), expires }
  } catch {
    return undefined
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The text of an encrypted file. RFC 7516, compact: dir, A256GCM, DEF or none. @throws when key and content do not fit */
export async function decrypt(jwe, key) {
  const [header, encryptedKey, iv, body, tag, more] = jwe.trim().split('.')
  const { alg, enc, zip, crit } = JSON.parse(textOf(bytesOf(header)))
  if (
    alg !== 'dir' ||
    enc !== 'A256GCM' ||
    encryptedKey !== '' ||
    more !== undefined ||
    crit !== undefined ||
    (zip !== undefined && zip !== 'DEF')
  )
    throw new Error('unreadable')
  const secret = await crypto.subtle.importKey('raw', bytesOf(key), 'AES-GCM', false, ['decrypt'])
  const [cipher, mark] = [bytesOf(body), bytesOf(tag)]
  if (mark.length !== 16) throw new Error('unreadable')
  const joined = new Uint8Array(cipher.length + mark.length)
  joined.set(cipher)
  joined.set(mark, cipher.length)
  const plain = new Uint8Array(
    await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: bytesOf(iv), additionalData: new TextEncoder().encode(header), tagLength: 128 },
      secret,
      joined,
    ),
  )
  return textOf(zip === undefined ? plain : await inflate(plain))
}

async function inflate(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const parts = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > LARGEST) throw new Error('too large')
    parts.push(value)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** What a health card says, once its signature has been checked with the published keys of this hub. @throws Error with 'bad', 'expired' or 'unknown' as its message */
export async function verifyCard(jws) {
  const [header, payload, signature, more] = jws.split('.')
  let claims
  let head
  try {
    head = JSON.parse(textOf(bytesOf(header)))
    if (head.alg !== 'ES256' || head.zip !== 'DEF' || more !== undefined) throw new Error('bad')
    claims = JSON.parse(textOf(await inflate(bytesOf(payload))))
  } catch {
    throw new Error('bad')
  }
  if (claims.iss !== location.origin) throw new Error('unknown')
  const { keys } = await (await fetch('/.well-known/jwks.json', { cache: 'no-store' })).json()
  const key = keys.find(({ kid, kty, crv }) => kid === head.kid && kty === 'EC' && crv === 'P-256')
  if (key === undefined) throw new Error('bad')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const open = await crypto.subtle.importKey('jwk', { kty: key.kty, crv: key.crv, x: key.x, y: key.y }, algorithm, false, ['verify'])
  const good = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    open,
    bytesOf(signature),
    new TextEncoder().encode(`${header}.${payload}`),
  )
  if (!good) throw new Error('bad')
  if (typeof claims.exp === 'number' && claims.exp * 1000 <= Date.now()) throw new Error('expired')
  return { issuedAt: new Date(claims.nbf * 1000), bundle: claims.vc?.credentialSubject?.fhirBundle }
}
