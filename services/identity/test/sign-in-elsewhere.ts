/** Signing in at an issuer of somebody else: who is let in, and everything that is not believed. Decision 301, HAZ-E22. */
import { decodeJwt } from 'jose'
import type { LocalRecordFault, TestLocalRecord } from '@platform/testing/local-record'
import t from 'tap'
import { readSignInIssuer } from '../src/domain/sign-in-issuer.ts'
import { authorization, Browser } from './a-browser.ts'
import { aClient, anAssertion, askWith, clientKeys, PUBLIC_URL, type Issuer, type TokenAnswer } from './hub.ts'

/** One entry of `SIGN_IN_ISSUERS`. */
export const signInIssuerAt = ({ url, clientId }: TestLocalRecord) =>
  readSignInIssuer({ id: 'deeside', name: 'Deeside Care Identity', issuer: url, clientId, clientSecret: 'shared secret', acr: ['AAL2'] })

interface Given {
  readonly issuer: Issuer
  readonly elsewhere: TestLocalRecord
  redeem(code: string): Promise<TokenAnswer>
  renew(refreshToken: string): Promise<TokenAnswer>
  signInAs(person: string): Promise<{ readonly body: TokenAnswer['body'] }>
}

const SUBJECT = 'uuid-of-morgan'
const PROVED = { acr: 'AAL2' }

export async function signingInElsewhere({ issuer, elsewhere, redeem, renew, signInAs }: Given): Promise<void> {
  elsewhere.redirectUri = `${PUBLIC_URL}/identity/arrived/deeside`
  elsewhere.user = { sub: SUBJECT, fhirUser: 'Practitioner/morgan' }
  const keys = await clientKeys('ES384', 'operator-key')
  await aClient(issuer, keys, { clientId: 'operator', role: 'admin', scopes: 'system/*.rs' })
  const operator = (await askWith(issuer, await anAssertion(keys, { clientId: 'operator' }))).body.access_token ?? ''

  const ask = async (path: string, token: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${issuer.address}/identity/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as { registered?: string; says?: string } }
  }
  const MORGAN = { name: 'Morgan Ellis', title: 'Physiotherapist', role: 'professional', issuer: elsewhere.url, subject: SUBJECT }
  const STANDING = { organization: 'Organization/community-team', grade: 'full' }

  /** From the portal to the other issuer, up to the address that it sends the browser back to. */
  async function upThere(browser: Browser, fault: LocalRecordFault = { claims: PROVED }) {
    const { page } = await browser.follow(authorization())
    const link = /href="([^"]+\/at\/deeside)"/.exec((await page?.text()) ?? '')?.[1] ?? ''
    elsewhere.fault = {}
    const left = await browser.open(link)
    elsewhere.fault = fault
    const asked = new URL(left.headers.get('location') ?? '')
    const there = await fetch(asked, { redirect: 'manual' })
    return { asked, back: there.headers.get('location') ?? '' }
  }

  /** There and back: the page that is shown, or the address with the code for the portal. */
  async function goThere(fault?: LocalRecordFault) {
    const browser = new Browser(issuer)
    const { asked, back } = await upThere(browser, fault)
    return { ...(await browser.follow(back)), back, asked, browser }
  }

  await t.test('whoever is known there and not registered here is not let in, and is told what to give to whom', async (t) => {
    const { page, leftFor, asked } = await goThere()
    t.equal(leftFor, undefined)
    t.equal(page?.status, 403)
    t.match(await page?.text(), new RegExp(`not registered here yet[^]*${elsewhere.url} ${SUBJECT}[^]*Choose another way`))
    t.match(Object.fromEntries(asked.searchParams), { prompt: 'login', acr_values: 'AAL2', code_challenge_method: 'S256', scope: 'openid' })
  })

  await t.test('an administrator registers issuer and subject, once, and nobody else does', async (t) => {
    const { body } = await signInAs('physiotherapist')
    t.equal((await ask('invitations', body.access_token ?? '', { ...MORGAN, ...STANDING })).status, 403)
    for (const wrong of [
      { issuer: 'https://elsewhere.example' },
      { subject: '' },
      { subject: undefined },
      { contact: 'morgan@example.org' },
    ])
      t.equal((await ask('invitations', operator, { ...MORGAN, ...STANDING, ...wrong })).status, 422)
    t.match(await ask('invitations', operator, { ...MORGAN, ...STANDING }), { status: 201, body: { registered: /^person-/ } })
    t.match(await ask('invitations', operator, { ...MORGAN, ...STANDING }), { status: 422, body: { says: /already/ } })
  })

  await t.test('whoever is registered signs in there, and works here by a token of this issuer, with the standing of here', async (t) => {
    const { leftFor, back, browser } = await goThere({
      claims: { ...PROVED, role: 'admin', name: 'Somebody Else', email: 'ada@example.org' },
    })
    const { status, body } = await redeem(leftFor?.searchParams.get('code') ?? '')
    t.equal(status, 200)
    t.match(decodeJwt(body.access_token ?? ''), {
      iss: `${PUBLIC_URL}/identity`,
      sub: /^person-/,
      role: 'professional',
      grade: 'full',
      organization: 'Organization/community-team',
    })
    t.match(decodeJwt(body.id_token ?? ''), { name: 'Morgan Ellis' })
    t.equal((await browser.open(back)).status, 400, 'the way back is used once')

    const began = new Browser(issuer)
    const there = await upThere(began)
    t.equal((await new Browser(issuer).follow(there.back)).page?.status, 400, 'and belongs to the browser that began it')
    t.ok((await began.follow(there.back)).leftFor)
  })

  await t.test('what the other issuer answers is believed only if all of it fits', async (t) => {
    const faults: readonly (readonly [string, LocalRecordFault, number])[] = [
      ['it refuses', { refuses: true }, 403],
      ['another issuer', { claims: { ...PROVED, iss: 'https://elsewhere.example' } }, 403],
      ['for another application', { claims: { ...PROVED, aud: 'another' } }, 403],
      ['the answer to another question', { claims: { ...PROVED, nonce: 'another' } }, 403],
      ['too old', { claims: { ...PROVED, exp: 1_000_000 } }, 403],
      ['a key that is not its own', { claims: PROVED, foreignKey: true }, 403],
      ['another algorithm than was agreed', { claims: PROVED, algorithm: 'ES256' }, 403],
      ['proved less than is wanted', { claims: { acr: 'AAL1' } }, 403],
      ['another subject, in other letters', { claims: { ...PROVED, sub: SUBJECT.toUpperCase() } }, 403],
      ['away', { claims: PROVED, away: true }, 503],
    ]
    for (const [what, fault, status] of faults) {
      const { page, leftFor } = await goThere(fault)
      t.same([page?.status, leftFor], [status, undefined], what)
    }
    elsewhere.fault = { claims: PROVED }
    const at = await new Browser(issuer).open('/identity/arrived/deeside?code=x&state=aaaaaaaaaaaaaaaaaaaaaaaaaa')
    t.equal(at.status, 400, 'an answer that nobody asked for')
  })

  await t.test(
    'who is taken back signs in no more, and is renewed no more; of another organisation nobody takes anybody back',
    async (t) => {
      const { body } = await redeem((await goThere()).leftFor?.searchParams.get('code') ?? '')
      const of = { issuer: elsewhere.url, subject: SUBJECT }
      const other = (await signInAs('therapy-centre-worker')).body.access_token ?? ''
      t.equal((await ask('subjects/end', other, of)).status, 422)
      t.equal((await ask('subjects/end', (await signInAs('triager')).body.access_token ?? '', of)).status, 403)
      t.equal((await ask('subjects/end', operator, of)).status, 200)
      t.equal((await renew(body.refresh_token ?? '')).status, 400)
      t.equal((await goThere()).page?.status, 403)
      t.match(await ask('invitations', other, { ...MORGAN, role: 'worker' }), { status: 201 }, 'who administers registers their own')
    },
  )
}
