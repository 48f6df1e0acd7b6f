import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import t from 'tap'
import { nhsukFolder } from './assets.ts'
import { openViews, optionList } from './views.ts'
import { approvedText, type ApprovedName } from '../words/approved.ts'
import { cy, en } from '../words/words.ts'

const source = fileURLToPath(new URL('..', import.meta.url))

t.test('every page renders when it is given nothing but the words', async (t) => {
  const render = openViews()
  for (const w of [en, cy])
    for (const template of globSync('pages/*/*.njk', { cwd: source })) {
      const say = (name: ApprovedName) => approvedText(name, w.lang)
      const times = { now: new Date(0), at: new Date(0), expires: new Date(0), report: { publishedAt: new Date(0) } }
      const given = {
        title: 'A title',
        person: {},
        launched: { nhsNumber: '', bornOn: '1974-03-18' },
        step: {},
        values: {},
        of: {},
        ...times,
      }
      const html = render(template, { w, say, ...given })
      // What has no frame is a part of pages, with macros alone.
      if (readFileSync(`${source}/${template}`, 'utf8').startsWith('{% extends')) t.match(html, `<html lang="${w.lang}">`, template)
      t.notMatch(html, /<script(?! src=)|<style|\sstyle="|\son[a-z]+="|\[object Object\]/, template)
    }
})

t.test('a long list is written as the design system writes it', async (t) => {
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader([source, nhsukFolder]), { autoescape: true })
  environment.addFilter('optionList', optionList)
  const html = (macros: string, call: string, given: object) =>
    environment
      .renderString(`{% from "${macros}" import ${call.split('(')[0] ?? ''} %}{{ ${call} }}`, given)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/ ?([<>]) ?/g, '$1')
  const codes = [
    { value: 'a', text: 'Walking & "turning"', lang: 'en' },
    { value: 'b', text: '<Standing>' },
  ]
  for (const errorMessage of [undefined, { text: 'Choose one' }]) {
    const given = { id: 'kind', name: 'kind', label: { text: 'Kind', size: 's' }, value: 'b', ...(errorMessage && { errorMessage }) }
    const items = codes.map(({ lang, ...one }) => ({ ...one, ...(lang && { attributes: { lang } }) }))
    t.equal(
      html('rendering/long-lists.njk', 'longSelect(given)', { given: { ...given, choose: 'Choose', items: codes } }),
      html('nhsuk/components/select/macro.njk', 'select(given)', { given: { ...given, items: [{ value: '', text: 'Choose' }, ...items] } }),
    )
  }
  for (const hint of [undefined, 'As many as apply']) {
    const items = codes.map(({ lang, ...one }) => ({
      ...one,
      checked: one.value === 'b',
      ...(lang && { label: { attributes: { lang } } }),
    }))
    const fieldset = { legend: { text: 'Needs', size: 's' } }
    const usual = {
      idPrefix: 'need',
      name: 'need',
      small: true,
      classes: 'app-columns',
      fieldset,
      items,
      ...(hint && { hint: { text: hint } }),
    }
    t.equal(
      html('rendering/long-lists.njk', 'longCheckboxes(given)', {
        given: { name: 'need', legend: 'Needs', hint, items: codes, values: ['b'] },
      }),
      html('nhsuk/components/checkboxes/macro.njk', 'checkboxes(given)', { given: usual }),
    )
  }
})
