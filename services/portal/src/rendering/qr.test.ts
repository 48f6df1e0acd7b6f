import QRCode from 'qrcode'
import t from 'tap'
import { cardSegments, qrSvg } from './qr.ts'

/** The dark squares of a picture, by column and row. */
const squares = (svg: string) => new Set([...svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x},${y}`))
const sideOf = (svg: string) => Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])

t.test('the picture has the three corners, four modules of white around, and not one module of grey', async (t) => {
  const svg = qrSvg(`https://hub.example/view#shlink:/${'eyJ1cmwiOiJ'.repeat(20)}`, 'Code to scan')
  const [dark, side] = [squares(svg), sideOf(svg)]
  for (const [x, y] of [
    [4, 4],
    [side - 11, 4],
    [4, side - 11],
  ] as const) {
    t.ok(dark.has(`${x},${y}`) && dark.has(`${x + 6},${y + 6}`), 'a corner')
    t.notOk(dark.has(`${x + 1},${y + 1}`), 'white within it')
  }
  for (const square of dark) {
    const [x = 0, y = 0] = square.split(',').map(Number)
    if (x < 4 || y < 4 || x >= side - 4 || y >= side - 4) t.fail(`dark in the white around: ${square}`)
  }
  t.same([...new Set([...svg.matchAll(/fill="(#\w+)"/g)].map(([, colour]) => colour))], ['#fff', '#000'])
})

t.test('a health card is written as bytes and digits, which takes far fewer modules', async (t) => {
  const card = `shc:/${'5629095243206034602924374044603122295953265460346029254077280433'.repeat(6)}`
  t.same(
    cardSegments(card).map(({ mode, data }) => [mode, data.length]),
    [
      ['byte', 5],
      ['numeric', 384],
    ],
  )
  t.ok(sideOf(qrSvg(cardSegments(card), 'Card')) < QRCode.create(card, { errorCorrectionLevel: 'M' }).modules.size + 8)
})

t.test('the name of the picture is text, whatever stands in it', async (t) => {
  t.match(qrSvg('x', 'a "b" <c> & d'), 'aria-label="a &quot;b&quot; &lt;c> &amp; d"')
})
