import fc, { anyCharacter } from '@platform/testing/properties'
import t from 'tap'
import { checkFile, MAXIMUM_ATTACHMENT_BYTES } from './attachment.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const pdf = bytes('%PDF-1.7\n%\xe2\xe3\xcf\xd3 1 0 obj')

t.test('HAZ-R62: a file is what it holds, whatever it is called', async (t) => {
  t.same(checkFile(pdf, 'letter.exe'), { contentType: 'application/pdf', name: 'letter.pdf' })
  t.same(checkFile(bytes('\x89PNG\r\n\x1a\n0'), 'walk.jpg'), { contentType: 'image/png', name: 'walk.png' })
  t.same(checkFile(bytes('\xff\xd8\xff\xe0'), 'walk'), { contentType: 'image/jpeg', name: 'walk.jpg' })
  t.same(checkFile(new Uint8Array(Buffer.from('Walks 14 metres. Dŵr')), 'notes.md'), { contentType: 'text/plain', name: 'notes.txt' })
  for (const [what, held] of [
    ['a program', 'MZ\x90\x00\x03'],
    ['an archive, and an office document', 'PK\x03\x04'],
    ['a page', '<html><script>alert(1)</script>'],
    ['a picture that runs', '  <svg xmlns="http://www.w3.org/2000/svg" onload="x()">'],
    ['a script', '#!/bin/sh\nrm'],
    ['bytes that are no text', '\xc3\x28\xa0'],
  ] as const)
    t.same(checkFile(bytes(held), 'letter.pdf'), { no: 'type' }, what)
  t.same(checkFile(new Uint8Array(), 'letter.pdf'), { no: 'empty' })
  t.same(checkFile(new Uint8Array(MAXIMUM_ATTACHMENT_BYTES + 1), 'letter.pdf'), { no: 'too-large' })
})

t.test('HAZ-R62: a name names a file and does nothing else', async (t) => {
  const named = (name: string) => (checkFile(pdf, name) as { name: string }).name
  t.equal(named('../../etc/passwd'), 'passwd.pdf')
  t.equal(named('C:\\Users\\x\\letter.pdf'), 'letter.pdf')
  t.equal(named('gpj.\u202Efdp.exe'), 'gpj.fdp.pdf', 'nothing is read backwards')
  t.equal(named('CON.txt'), 'file.pdf')
  t.equal(named('.htaccess'), 'file.pdf')
  t.equal(named('a"; filename="x.html\r\nSet-Cookie: y'), 'a filenamex.pdf')
  t.equal(named('Llythyr am Siân (2).pdf'), 'Llythyr am Siân (2).pdf')
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (name) => {
      const safe = named(name)
      return /^[\p{L}\p{N}(_][\p{L}\p{N} ._()-]*\.pdf$/u.test(safe) && safe.length <= 400
    }),
  )
})
