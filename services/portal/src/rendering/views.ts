/** Pages from templates: nunjucks on the components of nhsuk-frontend, everything escaped, nothing inline. */
import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import type { Language, Words } from '../words/words.ts'
import { ageInYears, showDay, showMoment, showMonth, showNhsNumber, showSpan } from './dates.ts'
import { nhsukFolder } from './assets.ts'

/** Renders `pages/<page>/view.njk` or another template of the portal, with the words `w` of its view. */
export type Render = (template: string, view: { readonly w: Words; readonly [name: string]: unknown }) => string

/** Reads the templates; they are compiled at first use and kept, once for each language, whose dates the filters write. */
export function openViews(): Render {
  const environments = { en: environmentOf('en'), cy: environmentOf('cy') }
  return (template, view) => environments[view.w.lang].render(template, view)
}

function environmentOf(language: Language): nunjucks.Environment {
  const source = fileURLToPath(new URL('..', import.meta.url))
  const loader = new nunjucks.FileSystemLoader([source, nhsukFolder])
  const environment = new nunjucks.Environment(loader, { autoescape: true, trimBlocks: true, lstripBlocks: true })
  environment.addFilter('day', (date: string | Date) => showDay(date, language))
  environment.addFilter('moment', (date: string | Date) => showMoment(date, language))
  environment.addFilter('month', (date: string) => showMonth(date, language))
  environment.addFilter('span', (from: Date, to: Date) => showSpan(from, to, language))
  environment.addFilter('nhsNumber', showNhsNumber)
  environment.addFilter('age', ageInYears)
  return environment
}
