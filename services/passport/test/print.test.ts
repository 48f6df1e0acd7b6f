/** The printed page and the wallet card, read as a program that speaks them would read them. */
import { loadTimeCritical } from '@handrail/fhir-profiles/time-critical'
import t from 'tap'
import { sheetOf } from '../src/domain/share/printed-sheet.ts'
import { emergencyView } from '../src/domain/summary/emergency/emergency-view.ts'
import { printSheet } from '../src/store/print-sheet.ts'
import { aMaterial } from './a-material.ts'
import { readPdf } from './a-pdf.ts'
import { aRecord } from './a-record.ts'

t.setTimeout(600_000)
const AT = new Date('2026-11-21T09:00:00Z')
const knowledge = loadTimeCritical()
const LINK = `https://hub.example/view#shlink:/${'A'.repeat(220)}`

const print = (who: string, language: 'en' | 'cy', form: 'a4' | 'card', link?: string) => {
  const view = emergencyView(aMaterial(who), { today: '2026-11-21', language, knowledge })
  return printSheet(sheetOf(view, { form, until: link === undefined ? undefined : new Date('2027-05-20T09:00:00Z') }), {
    form,
    at: AT,
    link,
  })
}

t.test('a page is one side, tagged, in its language, with a title, its date, and the words that need no network', async (t) => {
  const { raw, pages, words } = readPdf(await print('dafydd', 'en', 'a4', LINK))
  t.equal(pages, 1)
  t.match(raw, /^%PDF-1\.7/)
  t.match(raw, /\/Marked true/)
  t.match(raw, /\/Lang \(en-GB\)/)
  t.match(raw, /\/DisplayDocTitle true/)
  t.match(raw, /\/StructTreeRoot/)
  for (const tag of ['/S /Document', '/S /H1', '/S /H2', '/S /P', '/S /Figure']) t.ok(raw.includes(tag), tag)
  t.match(raw, /\/Alt \(A code that opens the live copy\)/)
  for (const said of [
    '21 November 2026',
    'check against the live copy',
    'until 20 May 2027',
    'First: devices and treatments',
    'Do not stop suddenly',
    'Allergies',
    'Conditions',
  ])
    // prettier-ignore
    t.ok(words.includes(said), said)
  t.match(words, /01632 960107/, 'whom to call about the pump')
})

t.test('the same page in Welsh has every letter of Welsh', async (t) => {
  const { raw, words, pages } = readPdf(await print('dafydd', 'cy', 'a4', LINK))
  t.equal(pages, 1)
  t.match(raw, /\/Lang \(cy\)/)
  t.match(words, /21 Tachwedd 2026/)
  t.match(words, /gwiriwch yn erbyn y copi byw/)
  const view = emergencyView(aMaterial('ada', { patient: (patient) => ({ ...patient, name: [{ text: 'Siân Ŵyn Tŷ-gwŷdd' }] }) }), { today: '2026-11-21', language: 'cy', knowledge }) // prettier-ignore
  const welsh = readPdf(await printSheet(sheetOf(view, { form: 'a4' }), { form: 'a4', at: AT }))
  t.match(welsh.words, /Siân Ŵyn Tŷ-gwŷdd/)
})

t.test('a wallet card is one small page with what must be known when there is no network', async (t) => {
  const { pages, words, raw } = readPdf(await print('dafydd', 'en', 'card', LINK))
  t.equal(pages, 1)
  t.match(raw, /\/MediaBox \[0 0 485\.\d+ 153\.\d+\]/, 'two halves of 85.6 by 54 mm')
  for (const said of ['Dafydd', 'baclofen pump', '01632 960107', '21 November 2026']) t.ok(words.includes(said), said)
})

t.test('a card without a code says its date and whom to ring, and says once that nothing recorded is not none. HAZ-P13', async (t) => {
  for (const [language, date, ring] of [
    ['en', '21 November 2026', 'Whom to call'],
    ['cy', '21 Tachwedd 2026', 'Pwy i’w ffonio'],
  ] as const) {
    const { pages, words } = readPdf(await print('ada', language, 'card'))
    t.equal(pages, 1)
    for (const said of [date, ring]) t.ok(words.includes(said), said)
    t.equal(words.split('This does not mean that there is none').length, 2, 'once')
    t.notMatch(words, /since \d+ (Ionawr|Chwefror)/, 'a sentence that stayed English has an English date')
  }
})

t.test('what finds no room is said, and never runs onto a second side', async (t) => {
  const many = aMaterial('dafydd', {
    patient: (patient) => ({
      ...patient,
      contact: Array.from({ length: 120 }, (_, n) => ({
        name: { text: `Contact ${n}` },
        telecom: [{ system: 'phone', value: '01632 960001' }],
      })),
    }),
  })
  const view = emergencyView(many, { today: '2026-11-21', language: 'en', knowledge })
  const { pages, words } = readPdf(await printSheet(sheetOf(view, { form: 'a4' }), { form: 'a4', at: AT }))
  t.equal(pages, 1)
  t.match(words, /There was no room for \d+ more: see the live copy/)
})

t.test('the same sheet gives the same bytes', async (t) => {
  t.ok((await print('ada', 'en', 'a4', LINK)).equals(await print('ada', 'en', 'a4', LINK)))
})

t.test('$print gives the page to the person, with the code of a long-term link that is good, and to no stranger', async (t) => {
  const hub = await aRecord(t)
  const ada = await hub.store({ resourceType: 'Patient', name: [{ family: 'Probert', given: ['Ada'] }] })
  hub.caller('ada', { role: 'patient', patient: ada.id, scope: 'patient/*.crus' })
  hub.caller('stranger', { role: 'professional', organization: 'Organization/elsewhere' })
  const get = async (query: string, who = 'ada') => hub.send(who, 'GET', `/Patient/${ada.id}/$print${query}`)
  const plain = await get('')
  t.equal(plain.headers['content-type'], 'application/pdf')
  t.match(readPdf(plain.rawPayload).words, /There is no code on this print/)
  const made = await hub.send('ada', 'POST', `/Patient/${ada.id}/$share-link`, {
    resourceType: 'Parameters',
    parameter: [
      { name: 'long-term', valueBoolean: true },
      { name: 'passcode', valueString: 'correct horse' },
      { name: 'expires', valueInstant: '2027-05-20T09:00:00Z' },
    ],
  })
  const id = made.json<{ parameter: { name: string; valueId?: string }[] }>().parameter.find(({ name }) => name === 'id')?.valueId ?? ''
  const withCode = readPdf((await get(`?form=a4&language=en&link=${id}`)).rawPayload)
  t.match(withCode.words, /opens the live copy until 20 May 2027/)
  t.match(withCode.raw, /\/S \/Figure/)
  t.equal((await get('?form=poster')).statusCode, 400)
  t.equal((await get('?language=fr')).statusCode, 400)
  t.equal((await get(`?link=${ada.id}`)).statusCode, 404)
  t.equal((await get('', 'stranger')).statusCode, 404)
})
