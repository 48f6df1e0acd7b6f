/** Pages from templates: nunjucks on the components of nhsuk-frontend, everything escaped, nothing inline. */
import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import type { Language, Words } from '../words/words.ts'
import { ageInYears, showDay, showMoment, showMonth, showNhsNumber, showPeriod, showSpan, showTime, showWeekday } from './dates.ts'
import { nhsukFolder } from './assets.ts'

/** Renders `pages/<page>/view.njk` or another template of the portal, with the words `w` of its view. */
export type Render = (template: string, view: { readonly w: Words; readonly [name: string]: unknown }) => string

/** Reads the templates; they are compiled at first use and kept, once for each language, whose dates the filters write. */
export function openViews(): Render {
  const environments = { en: environmentOf('en'), cy: environmentOf('cy') }
  return (template, view) => environments[view.w.lang].render(template, view)
}

interface Exporting {
  readonly getExported: (this: Exporting, ...given: readonly unknown[]) => unknown
  exported?: unknown
}

/**
 * Runs a file of macros once, and not at each import of it: without a context there is nothing that its macros could say differently. A form
 * of ours imports some hundred times, by way of the components it is made of, and that was a third of its rendering.
 */
function keepExports({ Template }: typeof nunjucks): void {
  const prototype = Template.prototype as unknown as { getExported: Exporting['getExported'] }
  const { getExported } = prototype
  prototype.getExported = function (first, ...rest) {
    if (typeof first !== 'function') return getExported.call(this, first, ...rest)
    const tell = first as (error: unknown, exported?: unknown) => void
    if (this.exported !== undefined) return tell(null, this.exported)
    return getExported.call(this, (error: unknown, exported: unknown) => {
      if (error === null || error === undefined) this.exported = exported
      tell(error, exported)
    })
  }
}
keepExports(nunjucks)

interface Frame {
  readonly variables: Record<string, unknown>
  readonly set: (this: Frame, name: string, value: unknown, resolveUp?: boolean) => void
}

/**
 * Sets what a loop says of itself without taking its name apart: `loop.index` and six more are set at every turn, and on a page with lists that was
 * the largest part of rendering. Whatever else is set, is set as before.
 */
function countTurnsQuickly(runtime: { readonly Frame: { readonly prototype: unknown } }): void {
  const prototype = runtime.Frame.prototype as { set: Frame['set'] }
  const { set } = prototype
  prototype.set = function (name, value, resolveUp) {
    if (resolveUp === true || !name.startsWith(LOOP) || name.includes('.', LOOP.length)) return set.call(this, name, value, resolveUp)
    const loop = (this.variables['loop'] ??= {}) as Record<string, unknown>
    loop[name.slice(LOOP.length)] = value
  }
}
const LOOP = 'loop.'
countTurnsQuickly((nunjucks as unknown as { runtime: { Frame: { prototype: unknown } } }).runtime)

/** A choice of a list. */
interface Choice {
  readonly value: string
  readonly text: string
  readonly lang?: string
}

const { escape } = nunjucks.lib as unknown as { readonly escape: (text: string) => string }

/** The options of a select, for lists of many codes. */
export function optionList(choices: readonly Choice[] = [], chosen?: string): nunjucks.runtime.SafeString {
  const options = choices.map(
    ({ value, text, lang }) =>
      `<option value="${escape(value)}"${chosen === value ? ' selected' : ''}${lang === undefined ? '' : ` lang="${escape(lang)}"`}>${escape(text)}</option>`,
  )
  return new nunjucks.runtime.SafeString(options.join('\n'))
}

function environmentOf(language: Language): nunjucks.Environment {
  const source = fileURLToPath(new URL('..', import.meta.url))
  const loader = new nunjucks.FileSystemLoader([source, nhsukFolder])
  const environment = new nunjucks.Environment(loader, { autoescape: true, trimBlocks: true, lstripBlocks: true })
  environment.addFilter('day', (date: string | Date) => showDay(date, language))
  environment.addFilter('moment', (date: string | Date) => showMoment(date, language))
  environment.addFilter('period', (from: string, to: string, until: string) => showPeriod(from, to, until, language))
  environment.addFilter('time', (time: string | Date) => showTime(time, language))
  environment.addFilter('weekday', (date: string) => showWeekday(date, language))
  environment.addFilter('month', (date: string) => showMonth(date, language))
  environment.addFilter('span', (from: Date, to: Date) => showSpan(from, to, language))
  environment.addFilter('nhsNumber', showNhsNumber)
  environment.addFilter('age', ageInYears)
  environment.addFilter('optionList', optionList)
  return environment
}
