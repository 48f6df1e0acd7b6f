/**
 * Codes to scan, as pictures inside the page: an address of their own would hold what opens them. Dark on white in every mode, four
 * modules of white around, error correction M. SMART Health Links; of a health card the two segments are kept apart.
 */
import QRCode from 'qrcode'

const QUIET = 4

/** @param title what a screen reader says */
export function qrSvg(content: string | readonly { readonly data: string; readonly mode: 'byte' | 'numeric' }[], title: string): string {
  const level = typeof content === 'string' ? 'M' : 'L'
  const { modules } = QRCode.create(content as Parameters<typeof QRCode.create>[0], { errorCorrectionLevel: level })
  const side = modules.size + 2 * QUIET
  const dark = Array.from({ length: modules.size }, (_none, row) =>
    Array.from({ length: modules.size }, (_nothing, column) =>
      modules.get(row, column) ? `M${column + QUIET} ${row + QUIET}h1v1h-1z` : '',
    ).join(''),
  ).join('')
  const name = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return (
    `<svg class="app-qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="${name}" shape-rendering="crispEdges">` +
    `<rect width="${side}" height="${side}" fill="#fff"></rect><path d="${dark}" fill="#000"></path></svg>`
  )
}

/** A health card for `qrSvg`: `shc:/` as bytes and its digits as digits. SMART Health Cards, encoding as QR. */
export function cardSegments(text: string): readonly { readonly data: string; readonly mode: 'byte' | 'numeric' }[] {
  const [head = '', digits = ''] = text.split('/')
  return [
    { data: `${head}/`, mode: 'byte' },
    { data: digits, mode: 'numeric' },
  ]
}
