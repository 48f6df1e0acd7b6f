import type { inboxLive as English } from '../en/inbox-live.ts'

/** Yr hyn y mae’r mewnflwch yn ei ddweud am yr hyn sydd wedi dod ers ei agor. */
export const inboxLive: typeof English = {
  inboxLive: {
    still: 'Agorwch y dudalen hon eto i weld beth sydd wedi dod ers hynny.',
    live: 'Mae’r dudalen hon yn dweud yma pan fydd rhywbeth newydd wedi dod.',
    broken: 'Collwyd y cysylltiad. Agorwch y dudalen hon eto i weld beth sydd wedi dod ers hynny.',
    one: '1 newydd – ei ddangos',
    many: '{n} newydd – eu dangos',
  },
}
