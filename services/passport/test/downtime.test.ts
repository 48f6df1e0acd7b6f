/** Copies of emergency views for when the database is down. HAZ-A18 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@platform/service/log'
import { aDeviceBlock, aPatient, aRegisterEntry } from '@platform/testing/cast'
import t from 'tap'
import { sheetOf } from '../src/domain/share/printed-sheet.ts'
import { downtimeKeeper } from '../src/store/downtime-keeper.ts'
import { openDowntimeCopies } from '../src/store/downtime-copies.ts'
import { printSheets } from '../src/store/print-sheet.ts'
import { readPdf } from './a-pdf.ts'
import { aRecord } from './a-record.ts'

const AT = new Date('2026-11-21T09:00:00Z')
const later = (hours: number) => new Date(AT.getTime() + hours * 3_600_000)

const aLatexAllergy = (patient: string) => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  patient: { reference: `Patient/${patient}` },
  code: { text: 'Latex' },
})

t.test(
  'HAZ-A18: the copies are the emergency views of who is on the register, without the database, encrypted, and follow the record',
  async (t) => {
    const record = await aRecord(t)
    const home = mkdtempSync(join(tmpdir(), 'handrail-downtime-'))
    t.teardown(() => rmSync(home, { recursive: true, force: true }))
    const copies = await openDowntimeCopies(home)
    const keep = downtimeKeeper({ ...record.dependencies, log: silentLog, copies })

    const { id: _, ...who } = aPatient('dafydd')
    const patient = await record.store(who)
    const about = <T extends object>(resource: T): T & { resourceType: string } => {
      const { id: _id, ...rest } = JSON.parse(JSON.stringify(resource).replaceAll('"Patient/dafydd"', `"Patient/${patient.id}"`)) as T & {
        id?: string
      }
      return rest as unknown as T & { resourceType: string }
    }
    const { consent, flag } = aRegisterEntry()
    const { device, use } = aDeviceBlock()
    const agreed = await record.store(about(consent))
    const pump = await record.store(about(device))
    const { extension, ...withoutBasis } = about(flag)
    const basis = JSON.parse(
      JSON.stringify(extension).replaceAll('"Consent/dafydd-alert-consent"', `"Consent/${agreed.id}"`),
    ) as typeof extension
    await record.store({ ...withoutBasis, ...(basis === undefined ? {} : { extension: basis }) } as { resourceType: string })
    await record.store({ ...about(use), device: { reference: `Device/${pump.id}` } } as { resourceType: string })
    const { id: __, ...other } = aPatient('ada')
    await record.store(other) // not on the register

    await keep(AT)
    const [file, ...others] = await copies.files()
    t.strictSame(others, [])
    const copy = await copies.read(file ?? '')
    const page = (await record.send('admin', 'GET', `/Patient/${patient.id}/$emergency`)).json<{
      parameter: { name: string; part?: unknown[] }[]
    }>()
    t.equal(copy?.view.blocks.length, page.parameter.filter(({ name }) => name === 'block').length)
    const said = JSON.stringify(page)
    for (const text of (copy?.view.blocks ?? []).flatMap(({ lines }) => lines.map((line) => line.text)))
      t.ok(said.includes(JSON.stringify(text).slice(1, -1)), text)
    t.ok((copy?.view.blocks ?? []).flatMap(({ lines }) => lines).length > 2)

    const bytes = readdirSync(join(home, 'downtime')).map((name) => `${name} ${readFileSync(join(home, 'downtime', name), 'latin1')}`)
    t.notMatch(bytes.join(), /Dafydd|Rees|9990004447|baclofen/i)
    if (copy === undefined) throw new Error('There is no copy.')
    const sheet = sheetOf(copy.view, { form: 'a4', copiedAt: new Date(copy.at) })
    const pdf = readPdf(await printSheets([sheet, sheet], 'Emergency views', { form: 'a4', at: AT }))
    const alone = readPdf(await printSheets([sheet], 'Emergency view', { form: 'a4', at: AT }))
    t.equal(pdf.pages, 2 * alone.pages, 'each begins on a side of its own')
    t.notOk(pdf.words.includes('There was no room'), 'there is nothing else to look at: nothing is left out')
    for (const { title } of sheet.blocks) t.ok(pdf.words.includes(title), title)
    const many = Array.from({ length: 60 }, (_, index) => ({
      text: `Substance ${String(index)}, which is described at some length`,
      strong: true,
    }))
    const long = { ...sheet, blocks: [{ title: 'Allergies', lines: many }, ...sheet.blocks] }
    const goesOn = readPdf(await printSheets([long, sheet], 'Emergency views', { form: 'a4', at: AT }))
    t.ok(goesOn.pages > pdf.pages, 'on as many sides as it takes')
    for (const words of [
      'Substance 59,',
      'It goes on: see the next side.',
      '999 000 4447 · As the record was on 21 November 2026 at 09:00 · side 2',
    ])
      t.ok(goesOn.words.includes(words), words)
    t.notOk(goesOn.words.includes('There was no room'))
    const madeOf = (copiedAt: string, printedAt: string) =>
      sheetOf(copy.view, { form: 'a4', copiedAt: new Date(copiedAt), printedAt: new Date(printedAt) }).made
    t.equal(
      madeOf('2026-06-20T23:30:00Z', '2026-06-21T02:00:00Z'),
      'As the record was on 21 June 2026 at 00:30',
      'HAZ-A131: the day on the wall',
    )
    t.equal(
      madeOf('2026-11-21T09:00:00Z', '2026-11-24T03:00:00Z'),
      'As the record was on 21 November 2026 at 09:00. That is 3 days ago: what is due, and how old each fact is, is said as of then',
    )
    t.match(madeOf('2026-11-21T23:50:00Z', '2026-11-22T03:00:00Z'), /That was yesterday:/)
    const live = sheetOf(copy.view, { form: 'a4' })
    const oneSide = readPdf(await printSheets([{ ...live, blocks: long.blocks }], 'Emergency view', { form: 'a4', at: AT }))
    t.equal(oneSide.pages, 1, 'what has a live copy stays one side')
    t.ok(oneSide.words.includes('There was no room'))
    for (const words of ['As the record was on 21 November 2026 at 09:00', 'while the systems are down', '01632 960107'])
      t.ok(pdf.words.includes(words), words)

    await keep(later(1))
    t.equal((await copies.get(patient.id))?.at, copy.at, 'nothing changed: the copy stands')
    await record.store(aLatexAllergy(patient.id))
    await keep(later(2))
    t.match(JSON.stringify(await copies.get(patient.id)), /Latex/, 'something changed: a new copy')
    await keep(later(27))
    t.equal((await copies.get(patient.id))?.at, later(27).toISOString(), 'a day has passed: a new copy')

    await copies.printed({ at: AT.toISOString(), by: 'Eleri Jones, ward nurse', people: [patient.id] })
    await keep(later(28))
    await keep(later(28))
    const { rows } = await record.database.query({
      text: `SELECT subject, patient, purpose FROM passport.audit_entry WHERE interaction = 'downtime-print'`,
    })
    t.strictSame(rows, [{ subject: 'Eleri Jones, ward nurse', patient: patient.id, purpose: 'ETREAT' }])

    const stored = (await record.send('admin', 'GET', `/Consent/${agreed.id}`)).json<object>()
    t.equal((await record.send('admin', 'PUT', `/Consent/${agreed.id}`, { ...stored, status: 'inactive' })).statusCode, 200)
    await keep(later(29))
    t.strictSame(await copies.files(), [], 'who has left the register is on no copy')
  },
)
