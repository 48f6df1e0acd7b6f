/** The red-flag cues that a referrer can tick: those that a named clinician has approved. None is shown that nobody stands for. HAZ-R50 */
import type { PersonalRecord } from '../../clients/record.ts'
import type { Choice } from '../../knowledge/catalogue.ts'

/** Reads them; none where none is approved. */
export async function loadRedFlags(record: PersonalRecord): Promise<readonly Choice[]> {
  const { parameter = [] } = await record.ask('', '$red-flag-cues')
  return parameter.flatMap(({ part = [] }) => {
    const { code, display } = part.find(({ name }) => name === 'code')?.valueCoding ?? {}
    return code === undefined || display === undefined ? [] : [{ code, display }]
  })
}
