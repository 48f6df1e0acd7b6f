// HL7 v2, chapter 2: message delimiters (2.5.4) and escape sequences in text fields (2.7).

/** The separators of one message, as its MSH-1 and MSH-2 give them. An absent one is not used in the message. */
export interface Delimiters {
  readonly field: string
  readonly component: string
  readonly repetition?: string
  readonly escape?: string
  readonly subcomponent?: string
  /** Since v2.7, the fifth character of MSH-2. */
  readonly truncation?: string
}

/** The delimiters the standard recommends, `|^~\&`. */
export const USUAL_DELIMITERS: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' }

/**
 * The delimiters out of MSH-1 and MSH-2, or nothing when no message can be read with them: a letter or digit among them, none at
 * all, or more than five. A character written twice (`^~\\&`, out of an escaped source text) counts once.
 */
export function delimitersOf(field: string, encodingCharacters: string): Delimiters | undefined {
  if (encodingCharacters === USUAL && field === '|') return USUAL_DELIMITERS
  const characters = [...new Set(encodingCharacters)]
  const all = [field, ...characters]
  if (field === '' || characters.length === 0 || characters.length > 5) return undefined
  if (characters.includes(field) || all.some((character) => !/^[\x21-\x7e]$/.test(character) || /[A-Za-z0-9]/.test(character)))
    return undefined

  const [component = '', repetition, escape, subcomponent, truncation] = characters
  return {
    field,
    component,
    ...(repetition === undefined ? {} : { repetition }),
    ...(escape === undefined ? {} : { escape }),
    ...(subcomponent === undefined ? {} : { subcomponent }),
    ...(truncation === undefined ? {} : { truncation }),
  }
}

const USUAL = '^~\\&'

/**
 * The text as its writer meant it: `\F\ \S\ \T\ \R\ \E\ \P\` become the delimiters of this message, `\Xhh..\` bytes, `\.br\` a line
 * break. Unknown escapes stay as they stand. Done after splitting, never before.
 *
 * @param bytesToText how the message's character set reads the bytes of `\X..\`
 */
export function unescape(text: string, delimiters: Delimiters, bytesToText: (bytes: Buffer) => string): string {
  const { escape } = delimiters
  if (escape === undefined || !text.includes(escape)) return text

  let out = ''
  let at = 0
  for (;;) {
    const open = text.indexOf(escape, at)
    const close = open < 0 ? -1 : text.indexOf(escape, open + 1)
    if (close < 0) return out + text.slice(at)
    const meant = meaning(text.slice(open + 1, close), delimiters, bytesToText)
    out += text.slice(at, open) + (meant ?? escape)
    at = meant === undefined ? open + 1 : close + 1
  }
}

function meaning(code: string, delimiters: Delimiters, bytesToText: (bytes: Buffer) => string): string | undefined {
  if (code === 'F') return delimiters.field
  if (code === 'S') return delimiters.component
  if (code === 'T') return delimiters.subcomponent
  if (code === 'R') return delimiters.repetition
  if (code === 'E') return delimiters.escape
  if (code === 'P') return delimiters.truncation
  if (code === '.br') return '\n'
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(code)) return bytesToText(Buffer.from(code.slice(1), 'hex'))
  return undefined
}

/** Text that may stand in a field of a message with these delimiters. Without an escape character delimiters become spaces. */
export function escapeText(text: string, { field, component, repetition, escape, subcomponent }: Delimiters): string {
  const codes = new Map([
    [field, 'F'],
    [component, 'S'],
    [subcomponent, 'T'],
    [repetition, 'R'],
    [escape, 'E'],
  ])
  let out = ''
  for (const character of text) {
    const code = codes.get(character)
    if (character < ' ') out += ' '
    else if (code === undefined) out += character
    else out += escape === undefined ? ' ' : `${escape}${code}${escape}`
  }
  return out
}
