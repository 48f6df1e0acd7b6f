/** Who administers an organisation sees what became of the feed that it publishes, in a real hub and a real browser. */
import { feedServer } from '@platform/testing/feed-server'
import { until } from '@platform/testing/until'
import t from 'tap'
import { comesTo, isFitForEverybody } from './browser.ts'
import type { Stage } from './stage.ts'

const service = (id: string, name: string) => ({
  id,
  name,
  status: 'active',
  organization: { id: 'o', name: 'Maes Hafan Leisure Centre' },
  service_at_locations: [{ location: { latitude: 53.2, longitude: -3.04, addresses: [{ postal_code: 'QQ1 2CN' }] } }],
})
const REFUSED = '/our-organisation/feeds/maes-hafan-list'

export async function ownFeeds({ signIn, admin, operator }: Stage): Promise<void> {
  const publisher = await feedServer(t)

  await t.test('whoever administers an organisation that publishes nothing reads what a feed is and whom to ask', async (t) => {
    const page = await signIn('therapy-centre-worker')
    await page.goto('/our-organisation')
    t.match(await page.textContent('main'), /reads no feed of yours.*Open Referral UK or OpenActive.*give the operator/s)
    await isFitForEverybody(t, page)
  })

  await t.test('whoever administers a publisher sees how its feed stands, what could not be taken and how to mend it', async (t) => {
    const list = publisher.openReferral('maes-hafan-list', '3.0')
    const nameless = Array.from({ length: 22 }, (_, nth) => ({ id: `without-a-name-${String(nth + 1)}` }))
    list.set([service('m1', 'Walking group'), ...nameless])
    const leisure = await admin.find('Organization', 'leisure')
    const reading = async (...words: readonly string[]) => (await operator('feed', 'run', ...words)).code === 0
    const given = ['--type', 'oruk', '--url', list.url, '--name', 'maes-hafan-list', '--publisher', 'Maes Hafan', '--organization', leisure]
    await until('the feed was read', () => reading(...given))

    const page = await signIn('leisure-instructor')
    t.match(await page.textContent('.app-waiting'), /22\s+items of your feed to mend/, 'told on the first page, without being asked')
    await isFitForEverybody(t, page)
    await page.click('main a:has-text("items of your feed to mend")')
    const said = async () => (await page.textContent('main')) ?? ''
    t.match(await said(), /Up to date\s+It was read to its end\./)
    t.match(await said(), /Open Referral UK/)
    t.match(await said(), /1 listing\s/)
    await isFitForEverybody(t, page)
    await page.click('text=22 items to mend')
    t.equal(new URL(page.url()).pathname, REFUSED)
    t.equal(await page.locator('tbody tr').count(), 20)
    t.match(
      await page.locator('tbody tr', { hasText: /without-a-name-20/ }).textContent(),
      /name.*It has no name\..*Give the service the name/s,
    )
    await isFitForEverybody(t, page)
    await page.click('text=Next page')
    t.equal(await page.locator('tbody tr').count(), 2)
    t.match(await said(), 'Page 2 of 2')
    for (const odd of ['0', '99', 'x']) t.equal((await page.request.get(`${REFUSED}?page=${odd}`)).status(), 200, odd)

    const file = await page.request.get(`${REFUSED}/refused.csv`)
    t.match(file.headers(), { 'content-type': /^text\/csv/, 'content-disposition': /refused\.csv/, 'cache-control': 'no-store' })
    const lines = (await file.text()).trim().split('\n')
    t.match([lines.length, lines[0]], [23, /Item,id,Place,What is wrong,How to mend it/])

    await page.goto(`/language/cy?to=${REFUSED}`)
    t.match(await said(), /Nid oes ganddi enw\./)
    await isFitForEverybody(t, page)
    await page.goto('/language/cy?to=/our-organisation')
    t.match(await said(), 'Yn gyfredol')
    await isFitForEverybody(t, page)
    await page.goto('/language/en?to=/our-organisation')

    list.set([service('m1', 'Walking group'), service('without-a-name-1', 'Chair class')])
    await page.click('button:has-text("Read it again now")')
    t.match(await page.textContent('.nhsuk-notification-banner'), 'The hub reads the feed as soon as it can')
    t.match(await said(), /You can ask once more from/)
    await isFitForEverybody(t, page)
    // The command and the hub may both read it: whoever is second hears that the other one is at it.
    await until('it was read again', () => reading('maes-hafan-list'))
    await comesTo(page, '/our-organisation', '2 listings')
    t.match(await said(), /Could not be taken\s*Nothing/)
    await page.goto(REFUSED)
    t.match(await said(), 'Nothing is to be mended')
    await isFitForEverybody(t, page)
  })

  await t.test('what may be listed twice is said, and a feed that does not answer or is paused says what that means', async (t) => {
    const council = publisher.openReferral('council-list', '3.0')
    council.set([service('c1', 'Walking group for beginners')])
    const words = ['--type', 'oruk', '--url', council.url, '--name', 'council-list', '--publisher', 'Pont-y-Garreg council']
    await until('the other feed was read', async () => (await operator('feed', 'run', ...words)).code === 0)
    const page = await signIn('leisure-instructor')
    await comesTo(page, '/our-organisation', 'What may be listed twice')
    t.match(await page.textContent('main'), '“Walking group” may be the same as “Walking group for beginners” (Pont-y-Garreg council).')
    t.notMatch(await page.textContent('main'), 'council-list')
    await isFitForEverybody(t, page)

    publisher.openReferral('maes-hafan-list', '3.0').fault({ kind: 'down', status: 503 })
    t.equal((await operator('feed', 'run', 'maes-hafan-list')).code, 1)
    await comesTo(page, '/our-organisation', 'Not answering')
    t.match(await page.textContent('main'), /It has been so since.*It answered HTTP 503.*Your listings stay as they were/s)
    await isFitForEverybody(t, page)
    await operator('feed', 'pause', 'maes-hafan-list')
    await comesTo(page, '/our-organisation', 'has paused it')
    t.equal(await page.locator('button:has-text("Read it again now")').count(), 0)
    await isFitForEverybody(t, page)
  })

  await t.test('HAZ-R83: the pages of a feed are for who administers its publisher: nobody else opens them', async (t) => {
    for (const path of [REFUSED, `${REFUSED}/refused.csv`]) {
      const other = await signIn('therapy-centre-worker')
      t.equal((await other.request.get(path)).status(), 404, 'another organisation’s administrator')
      for (const who of ['physiotherapist', 'ward-nurse', 'commissioner', 'ada'])
        t.equal((await (await signIn(who)).request.get(path)).status(), 403, who)
    }
  })
}
