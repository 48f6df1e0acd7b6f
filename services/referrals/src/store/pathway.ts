/** The pathway of this hub, read from `fhir-profiles/pathway` at start and put into the words of the domain. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFolder } from '@handrail/fhir-profiles/package'
import { taskDueAt, type Pathway as PathwayData } from '@handrail/fhir-profiles/pathway'
import { NOTHING_APPROVED, type ApprovedWords } from '../domain/approved-words.ts'
import type { CodeSystem } from '@medplum/fhirtypes'
import type { Pathway } from '../domain/pathway.ts'

/**
 * What the domain needs of the pathway's data.
 *
 * @param approved what somebody has approved, asked each time; default: nothing
 */
export function toPathway(data: PathwayData, approved: () => ApprovedWords = () => NOTHING_APPROVED): Pathway {
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
      interim: jointReview.interim,
    },
    unmetNeedOwner: identifierOf(unmetNeed.owner),
    approved,
    reEntryMonths: reEntry.months,
    holidaysKnownUntil: data.calendar.knownUntil,
  }
}

/** The codes of a CodeSystem of ours, read at start from the compiled profiles. */
export async function loadCodes(name: 'refusal-reason' | 'unmet-need'): Promise<ReadonlySet<string>> {
  const { concept = [] } = JSON.parse(await readFile(join(packageFolder, `CodeSystem-${name}.json`), 'utf8')) as CodeSystem
  return new Set(concept.map(({ code }) => code))
}
