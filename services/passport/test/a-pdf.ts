import { inflateSync } from 'node:zlib'

/** Objects and streams of a PDF, inflated; and its words by the fonts' own tables from glyph to letter. */
export function readPdf(pdf: Buffer): { raw: string; pages: number; words: string } {
  const raw = pdf.toString('latin1')
  const streams = [...raw.matchAll(/(\d+) 0 obj\n<<((?:(?!endobj)[\s\S])*?)>>\nstream\n/g)].map((found) => {
    const from = found.index + found[0].length
    const length = Number(/\/Length (\d+)/.exec(found[2] ?? '')?.[1])
    const body = pdf.subarray(from, from + length)
    return {
      id: Number(found[1]),
      text: /FlateDecode/.test(found[2] ?? '') ? inflateSync(body).toString('latin1') : body.toString('latin1'),
    }
  })
  const maps = new Map<number, Map<string, string>>()
  for (const { id, text } of streams)
    if (text.includes('beginbfrange')) {
      const map = new Map<string, string>()
      for (const [, from = '', , list = ''] of text.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/g))
        for (const [index, [, unicode = '']] of [...list.matchAll(/<([0-9a-f ]+)>/g)].entries())
          map.set((Number.parseInt(from, 16) + index).toString(16).padStart(4, '0'), String.fromCodePoint(...(unicode.replaceAll(' ', '').match(/.{4}/g) ?? []).map((hex) => Number.parseInt(hex, 16)))) // prettier-ignore
      maps.set(id, map)
    }
  const fonts = new Map(
    [...raw.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => {
      const font = new RegExp(`\\n${id} 0 obj\\n<<([\\s\\S]*?)>>\\nendobj`).exec(raw)?.[1] ?? ''
      return [name, maps.get(Number(/\/ToUnicode (\d+) 0 R/.exec(font)?.[1]))]
    }),
  )
  let words = ''
  for (const { text } of streams.filter((stream) => stream.text.includes(' Tf'))) {
    let map: Map<string, string> | undefined
    for (const [, name, hex] of text.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9a-f]+)>/g)) {
      if (name !== undefined) map = fonts.get(name)
      else for (const glyph of hex?.match(/.{4}/g) ?? []) words += map?.get(glyph) ?? '\u{FFFD}'
    }
    words += '\n'
  }
  return { raw, pages: [...raw.matchAll(/\/Type \/Page\n/g)].length, words: words.replaceAll(/\s+/g, ' ') }
}
