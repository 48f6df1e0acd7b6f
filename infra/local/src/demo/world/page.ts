/** A page of the portal as a person sees it: its words, parts of it, and its forms with what is filled in already. */
import { NotSo } from '../story.ts'

/** What a person is about to send. Values by field name; a list where several are chosen. */
export type Fields = Readonly<Record<string, string>>

/** A form of a page. */
export interface Form {
  readonly action: string
  /** What it holds already: hidden fields and what is filled in or chosen. */
  readonly fields: Fields
  /** The value behind an option of this name. @throws NotSo when the list does not offer it */
  choice(field: string, label: string): string
}

/** A page that was opened. */
export interface Page {
  readonly status: number
  readonly path: string
  /** The words of the main part, with single spaces. */
  readonly text: string
  /** Where its links lead, in their order. */
  readonly links: readonly string[]
  /** The words of the element whose id (or `attribute`) is this; nothing when the page has no such part. */
  part(value: string, attribute?: string): string | undefined
  /** The form that is sent to an address with this end. @throws NotSo when the page has none */
  form(actionEnd: string): Form
}

/** Reads a page of the portal, whose markup is regular. */
export function readPage(html: string, status: number, path: string): Page {
  const main = elementWith(html, 'maincontent', 'id') ?? html
  return {
    status,
    path,
    text: wordsOf(main),
    links: [...html.matchAll(/<a\b([^>]*)>/g)].flatMap(([, tag = '']) => attributeOf(tag, 'href') ?? []),
    part(value, attribute = 'id') {
      const element = elementWith(html, value, attribute)
      return element === undefined ? undefined : wordsOf(element)
    },
    form(actionEnd) {
      const found = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(([, tag = '']) =>
        attributeOf(tag, 'action')?.endsWith(actionEnd),
      )
      if (found === undefined) throw new NotSo(`The page ${path} has no form for "${actionEnd}".`)
      const [, tag = '', content = ''] = found
      return {
        action: attributeOf(tag, 'action') ?? '',
        fields: fieldsOf(content),
        choice: (field, label) => choiceIn(content, field, label, path),
      }
    },
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }

const decode = (text: string): string => text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)

function wordsOf(html: string): string {
  const visible = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' ')
  return decode(visible).replace(/\s+/g, ' ').trim()
}

const attributeOf = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : decode(value)
}

/** The whole element that has this attribute, to its own end tag. */
function elementWith(html: string, value: string, attribute: string): string | undefined {
  for (const opened of html.matchAll(/<([a-z]\w*)\b([^>]*)>/g)) {
    const [, name = '', tag = ''] = opened
    if (attributeOf(tag, attribute) !== value) continue
    let depth = 0
    for (const one of html.slice(opened.index).matchAll(new RegExp(`<(/?)${name}\\b[^>]*>`, 'g'))) {
      depth += one[1] === '/' ? -1 : 1
      if (depth === 0) return html.slice(opened.index, opened.index + one.index + one[0].length)
    }
  }
  return undefined
}

function fieldsOf(form: string): Fields {
  const fields: Record<string, string> = {}
  for (const [, tag = ''] of form.matchAll(/<input\b([^>]*)>/g)) {
    const name = attributeOf(tag, 'name')
    const choosable = /\btype="(radio|checkbox)"/.test(tag)
    if (name !== undefined && (!choosable || /\bchecked\b/.test(tag))) fields[name] = attributeOf(tag, 'value') ?? ''
  }
  for (const [, tag = '', content = ''] of form.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
    const name = attributeOf(tag, 'name')
    if (name !== undefined) fields[name] = decode(content)
  }
  for (const [, tag = '', content = ''] of form.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const name = attributeOf(tag, 'name')
    const chosen = [...content.matchAll(/<option\b([^>]*)>/g)].find(([, option = '']) => /\bselected\b/.test(option))
    if (name !== undefined) fields[name] = attributeOf(chosen?.[1] ?? '', 'value') ?? ''
  }
  return fields
}

function choiceIn(form: string, field: string, label: string, path: string): string {
  const list = [...form.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)].find(([, tag = '']) => attributeOf(tag, 'name') === field)?.[2]
  const option = [...(list ?? '').matchAll(/<option\b([^>]*)>([\s\S]*?)<\/option>/g)].find(([, , text = '']) => wordsOf(text) === label)
  const value = attributeOf(option?.[1] ?? '', 'value')
  if (value === undefined) throw new NotSo(`The page ${path} does not offer "${label}".`)
  return value
}
