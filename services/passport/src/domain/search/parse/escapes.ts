// FHIR R4 Search, escaping search parameters: `\,` `\|` `\$` `\\` stand for themselves. https://hl7.org/fhir/R4/search.html#escaping

/** Splits at a separator that is not escaped; the parts keep their escapes. */
export function splitAt(text: string, separator: ',' | '|' | '$'): string[] {
  if (!text.includes('\\')) return text.split(separator)
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

/** The text that is meant. A backslash before any other sign is kept as it is. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,|$\\])/g, '$1') : text
}
