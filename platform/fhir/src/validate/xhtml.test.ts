import { processorMs } from '@platform/testing/processor-time'
import fc from '@platform/testing/properties'
import t from 'tap'
import { whyNotNarrative } from './xhtml.ts'

const div = (inner: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`
const isFine = (inner: string): boolean => whyNotNarrative(div(inner)) === undefined

t.test('basic formatting, lists, tables, links, images and styles are a narrative', async (t) => {
  for (const inner of [
    'A session',
    '<p>Walked <b>20</b> metres<br/>with <i class="x">one</i> stick</p>',
    '<ul><li>gait</li><li>balance</li></ul>',
    '<table border="1"><caption>Dose</caption><thead><tr><th scope="col">Day</th></tr></thead><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    '<a href="https://a.example/x?a=1&amp;b=2">more</a> <a href="#there" name="here">there</a> <a href="mailto:a@a.example">mail</a>',
    '<img src="#photo" alt="A photo"/>',
    '<img src="data:image/png;base64,AAAA" alt="A photo"/>',
    '<p style="font-weight: bold; color: #333">text</p>',
    'a &lt; b &amp; c &gt; d &quot;e&quot; &#160;&#xA0; NBSP:\u00a0',
    '<!-- a note --><p lang="cy" xml:lang="cy">Bore da</p>',
  ]) {
    t.ok(isFine(inner), inner)
  }
})

t.test('what could run, load or deceive is no narrative', async (t) => {
  for (const inner of [
    '<script>alert(1)</script>',
    '<p onclick="alert(1)">x</p>',
    '<P>x</P>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html;base64,AAAA">x</a>',
    '<img src="data:image/svg+xml;base64,AAAA" alt="x"/>',
    '<p style="width: expression(alert(1))">x</p>',
    '<p style="width: e/**/xpression(alert(1))">x</p>',
    '<p style="b\\65haviour: url(x)">x</p>',
    '<iframe src="https://a.example"></iframe>',
    '<form><input/></form>',
    '<link href="x.css"/>',
    '<style>p { color: red }</style>',
    '<object data="x"></object>',
    '<svg><script>1</script></svg>',
    '<p xmlns="http://www.w3.org/2000/svg">x</p>',
    '<![CDATA[x]]>',
    '<?php x ?>',
    '<!DOCTYPE html>',
    '&nbsp;',
    '&copy;',
    'a & b',
  ]) {
    t.notOk(isFine(inner), inner)
  }
})

t.test('what is not well-formed is no narrative', async (t) => {
  for (const inner of [
    '<p>x',
    'x</p>',
    '<b><i>x</b></i>',
    '<br>',
    '<p a=b>x</p>',
    '<p class="a" class="b">x</p>',
    '<p class=">x</p>',
    'a < b',
    '<p/ >x',
    '</>',
    '<!-- x',
    '<!-- a -- b -->',
    '\u0000',
  ])
    t.notOk(isFine(inner), inner)
})

t.test('a narrative is one div that says something', async (t) => {
  for (const text of [
    '',
    'text',
    '<p>text</p>',
    '<div>no namespace</div>',
    '<div xmlns="http://a.example">x</div>',
    div(''),
    div(' \u00a0 '),
    div('<p></p>'),
    `${div('x')}${div('y')}`,
    `x${div('x')}`,
    `${div('x')}x`,
    '<div xmlns="http://www.w3.org/1999/xhtml"/>',
  ]) {
    t.not(whyNotNarrative(text), undefined, text)
  }
  t.equal(whyNotNarrative(` ${div('x')}\n`), undefined)
  t.equal(whyNotNarrative(div('<img src="#a" alt=""/>')), undefined, 'an image says something')
})

t.test('no text makes it throw, nor take long', async (t) => {
  const pieces = [
    '<',
    '>',
    '/',
    'div',
    'p',
    ' ',
    '"',
    "'",
    '=',
    '&',
    '&amp;',
    ';',
    '<!--',
    '-->',
    'a',
    'style',
    '/*',
    '\\',
    '<p',
    '</p>',
    '\u0000',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 200 }), (parts) => {
      whyNotNarrative(div(parts.join('')))
      return true
    }),
    { numRuns: 1_000 },
  )
  const spent = await processorMs(() => {
    for (const piece of ['<p ', '<p a="', '<!--', '&', '<p style="/*', '<div>', "<a href='"]) whyNotNarrative(div(piece.repeat(200_000)))
  })
  t.ok(spent < 5_000)
})
