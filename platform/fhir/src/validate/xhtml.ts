/**
 * The XHTML a narrative may hold: basic formatting of HTML 4.0 chapters 7 to 11 and 15, links and images, style attributes.
 * No head, body, script, form, frame, object, external style sheet or event attribute; the entities of XML only.
 *
 * @see https://hl7.org/fhir/R4/narrative.html#xhtml
 */
const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const ELEMENTS = words(
  'p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area ins del',
)
const ATTRIBUTES = words(
  'title style class id lang xml:lang xml:space dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan',
)
const ATTRIBUTES_OF: Readonly<Record<string, ReadonlySet<string>>> = {
  a: words('href name charset type hreflang rel rev shape coords target'),
  area: words('shape coords href nohref alt'),
  blockquote: words('cite'),
  del: words('cite datetime'),
  div: words('xmlns'),
  hr: words('size noshade'),
  img: words('src alt longdesc height usemap ismap border'),
  ins: words('cite datetime'),
  li: words('value'),
  map: words('name'),
  ol: words('start type'),
  q: words('cite'),
  table: words('summary border frame rules cellspacing cellpadding bgcolor'),
  td: words('nowrap'),
  ul: words('type'),
}
const LINKS = words('href src cite longdesc usemap')
const EMPTY = words('br hr img col area')
const XHTML = 'http://www.w3.org/1999/xhtml'
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)/
const SCHEME = /^([a-z][a-z0-9+.-]*):/i
const SAFE_SCHEMES = words('http https mailto tel ftp urn')
// oxlint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** Longer than any style of text; what looks into styles takes time with the square of it. */
const LONGEST_STYLE = 1_000
/** Deeper than any text is marked up. */
const DEEPEST = 128

/** A sentence on what is wrong with the XHTML of a narrative, or undefined when it may be shown as it is. One pass over the text. */
export function whyNotNarrative(xhtml: string): string | undefined {
  if (NOT_XML.test(xhtml) || !xhtml.isWellFormed()) return 'The narrative has characters that XHTML does not.'
  const text = xhtml.trim()
  const open: string[] = []
  let says = false
  let at = 0
  while (at < text.length) {
    const lt = text.indexOf('<', at)
    const between = text.slice(at, lt < 0 ? text.length : lt)
    if (between !== '') {
      if (open.length === 0) return 'The narrative is one <div> and nothing around it.'
      if (REFERENCE.test(between)) return 'The narrative has an & that is no XML entity; &nbsp; and the like are written as characters.'
      says ||= /[^\s\u00a0]/.test(between)
    }
    if (lt < 0) break
    if (text.startsWith('<!--', lt)) {
      const end = text.indexOf('-->', lt + 4)
      if (end < 0 || text.slice(lt + 4, end).includes('--')) return 'The narrative has a comment that does not end as XML comments do.'
      at = end + 3
      continue
    }
    const tag = readTag(text, lt)
    if (typeof tag === 'string') return tag
    if (tag.kind === 'end') {
      if (open.pop() !== tag.name) return 'The narrative is not well-formed: an end tag does not match.'
      if (open.length === 0 && tag.end < text.length) return 'The narrative is one <div> and nothing around it.'
    } else {
      if (open.length === 0 && (tag.name !== 'div' || tag.attributes.get('xmlns') !== XHTML)) {
        return `The narrative begins with <div xmlns="${XHTML}">.`
      }
      const reason = whyNotElement(tag)
      if (reason !== undefined) return reason
      says ||= tag.name === 'img'
      if (tag.kind === 'start') open.push(tag.name)
      if (open.length > DEEPEST) return 'The narrative is nested too deep.'
    }
    at = tag.end
  }
  if (open.length > 0 || text === '') return 'The narrative is not well-formed: an element is not closed.'
  return says ? undefined : 'The narrative has no content.'
}

interface Tag {
  readonly kind: 'start' | 'end' | 'empty'
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** Where the text goes on. */
  readonly end: number
}

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?/y
const ATTRIBUTE = /[\t\n\r ]+([A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?)[\t\n\r ]*=[\t\n\r ]*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /[\t\n\r ]*(\/?)>/y
const NOT_WELL_FORMED = 'The narrative is not well-formed XHTML.'

function readTag(text: string, lt: number): Tag | string {
  const isEnd = text[lt + 1] === '/'
  NAME.lastIndex = lt + (isEnd ? 2 : 1)
  const name = NAME.exec(text)?.[0]
  // Also <!DOCTYPE, <![CDATA[ and <?…?>: nothing a narrative needs.
  if (name === undefined) return NOT_WELL_FORMED
  const attributes = new Map<string, string>()
  let at = NAME.lastIndex
  for (;;) {
    ATTRIBUTE.lastIndex = at
    const match = isEnd ? null : ATTRIBUTE.exec(text)
    if (match === null) break
    const [, key = '', double, single] = match
    const value = double ?? single ?? ''
    if (attributes.has(key)) return 'The narrative has an attribute twice on one element.'
    if (REFERENCE.test(value)) return 'The narrative has an & that is no XML entity.'
    attributes.set(key, value)
    at = ATTRIBUTE.lastIndex
  }
  TAG_END.lastIndex = at
  const end = TAG_END.exec(text)
  if (end === null || (isEnd && end[1] === '/')) return NOT_WELL_FORMED
  return { kind: isEnd ? 'end' : end[1] === '/' ? 'empty' : 'start', name, attributes, end: TAG_END.lastIndex }
}

function whyNotElement({ name, attributes, kind }: Tag): string | undefined {
  if (!ELEMENTS.has(name)) return `The narrative has an element that is not allowed: only ${[...ELEMENTS].join(', ')} are.`
  if (kind === 'start' && EMPTY.has(name)) return `The narrative has a <${name}> that is not closed at once, as <${name}/>.`
  for (const [attribute, value] of attributes) {
    if (!ATTRIBUTES.has(attribute) && ATTRIBUTES_OF[name]?.has(attribute) !== true) {
      return `The narrative has an attribute on <${name}> that is not allowed there, such as an event handler.`
    }
    if (LINKS.has(attribute) && !isSafeLink(decoded(value), name))
      return `The narrative has a ${attribute} on <${name}> that could run a program.`
    if (attribute === 'style' && value.length > LONGEST_STYLE) return 'The narrative has a style that is too long.'
    if (attribute === 'style' && /expression|javascript|@import|behaviou?r|-moz-binding/i.test(styleText(decoded(value)))) {
      return 'The narrative has a style that could load or run something.'
    }
  }
  return undefined
}

function isSafeLink(value: string, element: string): boolean {
  // Browsers ignore white space and control characters in a scheme.
  // oxlint-disable-next-line no-control-regex
  const link = value.replaceAll(/[\u0000-\u0020]/g, '')
  const scheme = SCHEME.exec(link)?.[1]?.toLowerCase()
  if (scheme === undefined || SAFE_SCHEMES.has(scheme)) return true
  return element === 'img' && /^data:image\/(?:png|jpe?g|gif|webp|bmp);/i.test(link)
}

/** CSS may hide letters behind escapes and comments. */
function styleText(style: string): string {
  return style.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) => character(Number.parseInt(hex, 16)))
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(value: string): string {
  return value.replaceAll(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/gi, (_, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return character(Number.parseInt(hex, 16))
    return decimal !== undefined ? character(Number(decimal)) : (NAMED[name ?? ''] ?? '')
  })
}

function character(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : ''
}
