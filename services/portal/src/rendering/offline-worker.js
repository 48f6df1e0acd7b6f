// Keeps the sessions that somebody records without a connection, and sends them when there is one. The line before this one, which the
// portal writes, says which files a page needs that is opened offline. What is kept is encrypted with a key that no script can read out, for
// whoever was signed in, for 72 hours; it is gone when they sign out. Nothing of anybody's record is kept for reading.
const KEPT_FOR_MS = 72 * 60 * 60 * 1000
const SHELL = '/waiting/offline'
const CACHE = 'handrail-offline'
const DATABASE = 'handrail-offline'
const FORGETTING = 'handrail-forgetting'
/** Signing out here, and everywhere. */
const LEAVING = ['/sign-out', '/sign-ins/end']
/** By the status of the answer; anything else is a form to be mended. */
const NOT_TAKEN = { 403: 'barred', 404: 'barred', 409: 'twice' }
const RECORDING = /^\/people\/[A-Za-z0-9.-]{1,64}\/record-session$/

self.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('sync', (event) => event.waitUntil(send()))
self.addEventListener('message', ({ data, ports }) => void answer(data).then((said) => ports[0].postMessage(said)))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (origin !== self.location.origin) return
  if (request.mode !== 'navigate') {
    if (FILES.includes(pathname)) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)))
    return
  }
  if (request.method === 'POST' && RECORDING.test(pathname)) event.respondWith(recordOrKeep(request, pathname))
  if (request.method === 'POST' && LEAVING.includes(pathname)) event.respondWith(signOut(request))
  if (request.method === 'GET') event.respondWith(fetch(request).catch(() => caches.match(SHELL)))
})

/** The page that is shown without a connection, in the language that is read now; it names nobody. */
async function keepShell() {
  const cache = await caches.open(CACHE)
  await cache.addAll([SHELL, ...FILES].map((path) => new Request(path, { cache: 'reload' })))
}

async function recordOrKeep(request, path) {
  const fields = Object.fromEntries(await request.clone().formData())
  try {
    const response = await fetch(request)
    // What was not taken before, and is taken now that it was mended, waits no longer.
    if (response.type === 'opaqueredirect') await change('entries', (store) => store.delete(fields.key))
    return response
  } catch {
    await keep(path, fields)
    await self.registration.sync?.register('sessions').catch(() => undefined)
    return Response.redirect('/waiting?kept=yes', 303)
  }
}

/** What waits is sent before somebody goes; what cannot be sent is shown, and deleted only when they say so. */
async function signOut(request) {
  const form = await request.clone().formData()
  if (form.has('which') && form.get('which') !== 'all') return fetch(request)
  if (form.get('anyway') !== 'yes') {
    await send()
    if ((await all('entries')).some(({ state }) => state !== 'sent')) return Response.redirect('/waiting?leaving=yes', 303)
  }
  await wipe()
  return fetch(request).catch(() => caches.match(SHELL))
}

async function answer({ ask, id }) {
  if (ask === 'start') await keepShell().catch(() => undefined)
  if (ask === 'drop') await change('entries', (store) => store.delete(id))
  if (ask === 'as-well') await reseal(id, 'waits', (content) => ({ ...content, fields: { ...content.fields, asWell: 'yes' }, says: [] }))
  if (ask !== 'list') await send()
  return list()
}

/** What waits and what was sent, of whoever is signed in; without a connection, of whoever was. */
async function list() {
  await forgetOld()
  const state = await signedIn()
  const keys = await all('keys')
  const owner = state.owner ?? (state.offline && keys.length === 1 ? keys[0].owner : undefined)
  const own = (await all('entries')).filter((entry) => entry.owner === owner)
  const entries = await Promise.all(own.map(async (entry) => ({ ...plain(entry), ...shown(await unseal(entry)) })))
  return {
    signedOut: state.signedOut === true,
    offline: state.offline === true,
    entries: entries.sort((one, other) => one.keptAt - other.keptAt),
  }
}

const plain = ({ id, state, keptAt, sentAt }) => ({ id, state, keptAt, sentAt })
const shown = ({ path, about, what, on, says, fields }) => ({ path, about, what, on, says, fields })

/** Sends in the order in which they were kept, one at a time. The record takes each once, however often it comes. */
const send = () =>
  navigator.locks.request('handrail-send', async () => {
    await forgetOld()
    const waiting = (await all('entries'))
      .filter(({ state }) => state === 'waits' || state === 'barred')
      .sort((one, other) => one.keptAt - other.keptAt)
    if (waiting.length === 0) return
    const { owner, csrf } = await signedIn()
    for (const entry of waiting.filter((one) => one.owner === owner)) if (!(await sendOne(entry, csrf))) return
  })

/** @returns whether there is any point in sending the next */
async function sendOne(entry, csrf) {
  const { path, fields } = await unseal(entry)
  const body = new URLSearchParams({ ...fields, _csrf: csrf, offline: 'yes' })
  const response = await fetch(path, { method: 'POST', body, redirect: 'error' }).catch(() => undefined)
  if (response === undefined || response.status === 401 || response.status === 429 || response.status >= 500) return false
  const { says = [] } = await response.json().catch(() => ({}))
  if (response.ok) await reseal(entry.id, 'sent', ({ about, what, on }) => ({ about, what, on }))
  else await reseal(entry.id, NOT_TAKEN[response.status] ?? 'refused', (content) => ({ ...content, says }))
  return true
}

/** Whose sign-in this is, and the guard of their forms. */
async function signedIn() {
  const response = await fetch('/waiting/sign-in', { redirect: 'error', cache: 'no-store' }).catch(() => undefined)
  if (response === undefined) return { offline: true }
  return response.ok ? response.json() : { signedOut: true }
}

/** Only what is not sealed says whose it is, since when, and how far it came. */
async function keep(path, { _csrf, owner, about, what, ...fields }) {
  const on = `${fields['done[year]']}-${fields['done[month]'].padStart(2, '0')}-${fields['done[day]'].padStart(2, '0')}`
  const entry = { id: fields.key, owner, keptAt: Date.now(), state: 'waits' }
  const content = { path, fields: { ...fields, owner, about }, about, what: what || fields.kind, on }
  // No key is forgotten between being made and being used.
  await navigator.locks.request(FORGETTING, async () => put(await seal(entry, content)))
}

async function reseal(id, state, changed) {
  const entry = (await all('entries')).find((one) => one.id === id)
  if (entry === undefined) return
  const sentAt = state === 'sent' ? { sentAt: Date.now() } : {}
  await put(await seal({ ...entry, ...sentAt, state }, changed(await unseal(entry))))
}

async function seal(entry, content) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plaintext = new TextEncoder().encode(JSON.stringify(content))
  return { ...entry, iv, sealed: await crypto.subtle.encrypt(algorithm(entry, iv), await keyOf(entry.owner), plaintext) }
}

async function unseal(entry) {
  const plaintext = await crypto.subtle.decrypt(algorithm(entry, entry.iv), await keyOf(entry.owner), entry.sealed)
  return JSON.parse(new TextDecoder().decode(plaintext))
}

/** An entry that is put in another's place, or given to another owner, opens no more. */
const algorithm = ({ id, owner }, iv) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${owner} ${id}`) })

/** The key of one owner: made here, never readable by a script, not even this one. */
async function keyOf(owner) {
  const found = (await all('keys')).find((one) => one.owner === owner)
  if (found !== undefined) return found.key
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await change('keys', (store) => store.add({ owner, key }))
  return key
}

const forgetOld = () => navigator.locks.request(FORGETTING, forget)

async function forget() {
  const entries = await all('entries')
  const old = entries.filter(({ keptAt }) => keptAt + KEPT_FOR_MS < Date.now())
  for (const { id } of old) await change('entries', (store) => store.delete(id))
  const owners = new Set(entries.filter((one) => !old.includes(one)).map(({ owner }) => owner))
  for (const { owner } of await all('keys')) if (!owners.has(owner)) await change('keys', (store) => store.delete(owner))
}

async function wipe() {
  for (const name of ['entries', 'keys']) await change(name, (store) => store.clear())
}

const put = (entry) => change('entries', (store) => store.put(entry))
const all = (name) => inStore(name, 'readonly', (store) => store.getAll())
const change = (name, work) => inStore(name, 'readwrite', work)

async function inStore(name, mode, work) {
  const database = await openDatabase()
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode)
      const asked = work(transaction.objectStore(name))
      transaction.oncomplete = () => resolve(asked.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

const openDatabase = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1)
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('entries', { keyPath: 'id' })
      asked.result.createObjectStore('keys', { keyPath: 'owner' })
    }
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
