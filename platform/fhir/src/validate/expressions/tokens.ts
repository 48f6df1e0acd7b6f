/** A piece of a FHIRPath expression. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'variable' | 'symbol'
  readonly text: string
}

const TOKEN =
  /\s*(?:`([^`]*)`|([A-Za-z_]\w*)|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?)|(%[A-Za-z_]\w*|\$this)|(<=|>=|!=|[=<>()[\].,|&+{}]))|(\s*\S)/gy
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

/** The tokens of an expression; undefined when it has something this evaluator does not know. */
export function tokensOf(expression: string): Token[] | undefined {
  const tokens: Token[] = []
  const text = expression.trim()
  for (const [, quoted, name, string, number, variable, symbol, unknown] of text.matchAll(TOKEN)) {
    if (unknown !== undefined) return undefined
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (string !== undefined) tokens.push({ kind: 'string', text: unescaped(string) })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable })
    else tokens.push({ kind: 'symbol', text: symbol ?? '' })
  }
  return tokens
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escape: string) =>
    escape.length === 5 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : (ESCAPES[escape] ?? escape),
  )
}
