import t from 'tap'
import type { StoredAudit } from '../audit-event.ts'
import { accessLog } from './access-log.ts'

const AT = new Date('2026-11-22T14:37:00Z')
const said = (given: Partial<StoredAudit>, language: 'en' | 'cy' = 'en') => {
  const entry: StoredAudit = {
    epoch: 1,
    xid: '1',
    id: '1',
    at: AT,
    client: 'handrail-portal',
    subject: 'ada',
    organization: null,
    interaction: 'read',
    status: 200,
    entity: null,
    patient: 'ada',
    people: null,
    purpose: 'PATRQT',
    request: '1',
    ...given,
  }
  return accessLog([entry], { language, names: new Map([['Organization/gym', 'Maes Hafan']]), kinds: new Map() })[0]?.text
}

t.test('looking at the codes that one gave out is not making one, and making one is not opening it', async (t) => {
  t.equal(said({ interaction: 'share-links' }), '22 November 2026, 2:37pm: You looked at the codes and links that you gave out.')
  t.equal(said({ interaction: 'share-link' }), '22 November 2026, 2:37pm: You made a code or a link.')
  t.equal(said({ interaction: 'withdraw-link' }), '22 November 2026, 2:37pm: You took back a code or a link.')
  t.match(
    said({ interaction: 'open-link', client: 'unknown', purpose: null }),
    /Somebody who was not recognised opened part of your record/,
  )
  t.match(
    said({ interaction: 'accept-shown', organization: 'Organization/gym', purpose: null }),
    /Maes Hafan took a code to record sessions\./,
  )
  t.equal(said({ interaction: 'share-link' }, 'cy'), '22 Tachwedd 2026, 2:37yp: Gwnaeth chi god neu ddolen.')
})
