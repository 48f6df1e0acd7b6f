/** What to do where somebody needs help at once: to ring 999, and what a named clinician has approved. Nothing of it is the portal's own. HAZ-R51, HAZ-C14 */
import type { ParametersParameter } from '@medplum/fhirtypes'
import { Refusal } from '@platform/fhir/errors'
import type { PersonalRecord } from '../clients/record.ts'
import type { Words } from '../words/words.ts'

/** One line of what to do now. */
export interface CrisisShown {
  readonly says: string
  /** Said in English on a page in Welsh, because nobody stands for a translation. */
  readonly english: boolean
  readonly telephone?: string
  readonly nations: readonly string[]
  readonly approved?: string
}

/** What to do now, beyond ringing 999, which every page says in its own words. */
export function crisisShown(parameters: readonly ParametersParameter[], { lang, crisis: words }: Words): readonly CrisisShown[] {
  return parameters.flatMap(({ name, part = [] }): readonly CrisisShown[] => {
    const text = (of: string) => part.find((one) => one.name === of)?.valueString
    const [says, source, by, telephone] = [text('says'), text('source'), text('approvedBy'), text('telephone')]
    if (name !== 'crisis' || says === undefined || source === undefined || by === undefined) return []
    const welsh = lang === 'cy' ? text('saysWelsh') : undefined
    const nations = part.flatMap((one) => (one.name === 'nation' && one.valueCode !== undefined ? [one.valueCode] : []))
    return [
      {
        says: welsh ?? says,
        english: lang === 'cy' && welsh === undefined,
        nations: nations.map((nation) => words.nation[nation as keyof typeof words.nation] ?? nation),
        approved: words.approved(source, by),
        ...(telephone === undefined ? {} : { telephone }),
      },
    ]
  })
}

/** The approved lines. That they cannot be looked up takes nothing from the page but them: to ring 999 stands there all the same. */
export async function loadCrisis(record: PersonalRecord, words: Words): Promise<readonly CrisisShown[]> {
  try {
    return crisisShown((await record.ask('', '$crisis-words')).parameter ?? [], words)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return []
  }
}
