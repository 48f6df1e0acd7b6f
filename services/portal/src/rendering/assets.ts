/** The stylesheet and the icon: read once, named by their content so that a browser may keep them for ever. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** One file as it is sent. */
export interface Asset {
  /** `/assets/handrail-<hash>.css` */
  readonly path: string
  readonly type: string
  readonly plain: Buffer
  readonly gzip: Buffer
  readonly brotli: Buffer
}

/** Where the templates and styles of nhsuk-frontend lie. */
export const nhsukFolder: string = fileURLToPath(new URL('..', import.meta.resolve('nhsuk-frontend/dist/nhsuk/template.njk')))

const read = (path: string) => readFileSync(path, 'utf8')

/**
 * The design system's styles and ours in one file. Its webfont is left out: it is licensed for the NHS, and lies on another server.
 */
export function stylesheet(): Asset {
  const nhsuk = read(`${nhsukFolder}/nhsuk/nhsuk-frontend.min.css`)
    .replaceAll(/@font-face\{[^}]*\}/g, '')
    .replace(/\/\*# sourceMappingURL=.*?\*\//, '')
  return asset('handrail', 'css', 'text/css; charset=utf-8', `${nhsuk}\n${read(fileURLToPath(new URL('handrail.css', import.meta.url)))}`)
}

/** The sign in the browser's tab. */
export const icon = (): Asset => asset('handrail', 'svg', 'image/svg+xml', read(fileURLToPath(new URL('handrail.svg', import.meta.url))))

/** A script of ours, for the pages that are better with one. */
export const script = (name: string): Asset =>
  asset(name, 'js', 'text/javascript; charset=utf-8', read(fileURLToPath(new URL(`${name}.js`, import.meta.url))))

function asset(name: string, extension: string, type: string, text: string): Asset {
  const plain = Buffer.from(text)
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 12)
  // Made when first asked for: a start does not wait for it, and most programs that start the hub open no page.
  let gzip: Buffer | undefined
  let brotli: Buffer | undefined
  return {
    path: `/assets/${name}-${hash}.${extension}`,
    type,
    plain,
    get gzip() {
      return (gzip ??= gzipSync(plain, { level: 9 }))
    },
    get brotli() {
      return (brotli ??= brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
    },
  }
}
