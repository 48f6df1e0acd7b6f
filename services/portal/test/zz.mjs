import { chromium } from 'playwright-core'
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'] })
const only = process.argv.slice(2)
const want = (n) => only.length === 0 || only.some((o) => n.includes(o))
const windows = new Map()
async function as(id) {
  if (windows.has(id)) return windows.get(id)
  const page = await (await browser.newContext({ baseURL: 'http://127.0.0.1:4600', viewport: { width: 1100, height: 900 } })).newPage()
  await page.goto('/')
  await page.click(`button[value="${id}"]`)
  await page.waitForURL('http://127.0.0.1:4600/')
  windows.set(id, page)
  return page
}
async function shot(page, name) {
  for (const [w, s] of [
    [1100, 'd'],
    [390, 'm'],
  ]) {
    await page.setViewportSize({ width: w, height: 850 })
    await page.screenshot({ path: `/tmp/h-clinic/shots/${name}-${s}.png`, fullPage: true })
  }
  await page.setViewportSize({ width: 1100, height: 900 })
}
const go = async (id, path, name) => {
  if (!want(name)) return
  const p = await as(id)
  if (typeof path === 'string') await p.goto(path)
  else await path(p)
  await shot(p, name)
}
const person =
  (name, suffix = '') =>
  async (p) => {
    await p.goto('/people')
    await p.click(`text=${name}`)
    if (suffix) await p.goto(p.url() + suffix)
  }
await go('physiotherapist', '/', 'physio-home')
await go('physiotherapist', '/people', 'physio-people')
await go('physiotherapist', person('Bryn Tudor'), 'physio-timeline')
await go('physiotherapist', person('Bryn Tudor', '/record-session'), 'physio-record')
await go('physiotherapist', person('Ada Probert', '/advice'), 'physio-advice')
await go('physiotherapist', '/waiting', 'physio-waiting')
await go('triager', '/', 'triager-home')
await go('triager', '/inbox', 'triager-inbox')
await go('therapy-centre-worker', '/', 'centre-home')
await go('therapy-centre-worker', '/group', 'centre-group')
await go('therapy-centre-worker', '/our-report', 'centre-report')
await go('therapy-centre-worker', '/import', 'centre-import')
await go('leisure-instructor', '/', 'leisure-home')
await go('leisure-instructor', '/group', 'leisure-group')
await go('leisure-instructor', person('', '/card'), 'leisure-card').catch((e) => console.log(String(e).slice(0, 100)))
await go('ward-nurse', '/board', 'ward-board')
await go('ward-nurse', '/alerts', 'ward-alerts')
await go('specialist-nurse', '/', 'nurse-home')
await browser.close()
