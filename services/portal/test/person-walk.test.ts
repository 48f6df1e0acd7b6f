/** A person of the demonstration walks through the pages of their own record, in a real browser without scripts. */
import t from 'tap'
import { decidingWhoSees } from './deciding-who-sees.ts'
import { ownRecord } from './own-record.ts'
import { ownReferrals } from './own-referrals.ts'
import { secureLink } from './secure-link.ts'
import { openStage } from './stage.ts'

const stage = await openStage(t)

await ownReferrals(stage)
await ownRecord(stage)
await decidingWhoSees(stage)
await secureLink(stage)
