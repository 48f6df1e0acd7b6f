/** The pathway of this hub, read from `fhir-profiles/pathway` at start and put into the words of the domain. */
import { taskDueAt, type Pathway as PathwayData } from '@handrail/fhir-profiles/pathway'
import type { Pathway } from '../domain/pathway.ts'

/** What the domain needs of the pathway's data. */
export function toPathway(data: PathwayData): Pathway {
  const { category, owners, singlePointOfAccess, ladder, jointReview, unmetNeed, reEntry } = data.referrals
  const identifierOf = (owner: string): string => {
    const { system, value } = owners.get(owner) ?? { system: '', value: owner }
    return `${system}|${value}`
  }
  return {
    categories: new Set([`${category.system}|${category.code}`]),
    singlePointOfAccess: identifierOf(singlePointOfAccess),
    ladder: ladder.map(({ owner, says }) => ({ owner: identifierOf(owner), says })),
    dueAt: (kind, priority, from, nation) => taskDueAt(data, kind, priority, from, nation),
    jointReview: {
      afterRefusals: jointReview.afterRefusals,
      owner: identifierOf(jointReview.owner),
      notCounted: new Set(jointReview.notCounted),
      atOnce: { reason: jointReview.atOnce.reason, services: new Set(jointReview.atOnce.services) },
    },
    unmetNeedOwner: identifierOf(unmetNeed.owner),
    reEntryMonths: reEntry.months,
    holidaysKnownUntil: data.calendar.knownUntil,
  }
}
