/** Pages from templates: nunjucks on the components of nhsuk-frontend, everything escaped, nothing inline. */
import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import { ageInYears, showDay, showMoment, showMonth, showNhsNumber, showSpan } from './dates.ts'
import { nhsukFolder } from './assets.ts'

/** Renders `pages/<page>/view.njk` or another template of the portal. */
export type Render = (template: string, view: object) => string

/** Reads the templates; they are compiled at first use and kept. */
export function openViews(): Render {
  const source = fileURLToPath(new URL('..', import.meta.url))
  const loader = new nunjucks.FileSystemLoader([source, nhsukFolder])
  const environment = new nunjucks.Environment(loader, { autoescape: true, trimBlocks: true, lstripBlocks: true })
  environment.addFilter('day', showDay)
  environment.addFilter('moment', showMoment)
  environment.addFilter('month', showMonth)
  environment.addFilter('nhsNumber', showNhsNumber)
  environment.addFilter('age', ageInYears)
  environment.addFilter('span', showSpan)
  return (template, view) => environment.render(template, view)
}
