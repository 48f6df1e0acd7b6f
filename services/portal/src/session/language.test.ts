import t from 'tap'
import { ownPath } from './language.ts'

t.test('a sign-in leads back to the page that was asked for', async (t) => t.equal(ownPath('/people/1?from=nhs'), '/people/1?from=nhs'))

t.test('a sign-in never leads to another server', async (t) => {
  for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/\r\nx: y', ''])
    t.equal(ownPath(to), '/', to)
})

t.test('a sign-in does not lead to signing in or out', async (t) => {
  for (const to of ['/sign-in', '/sign-out', '/signed-in?code=1', '/signed-out']) t.equal(ownPath(to), '/', to)
})
