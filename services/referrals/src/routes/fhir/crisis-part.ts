/** A line of crisis wording, as a part of an answer: what is said, for which nations, and who stands for it. */
import type { ParametersParameter } from '@medplum/fhirtypes'
import type { ShownCrisisLine } from '../../domain/assessment/crisis.ts'

/** The part; source and approver are absent of the one line that needs none. */
export const crisisPart = ({ says, inWelsh, telephone, nations, source, approvedBy }: ShownCrisisLine): ParametersParameter => ({
  name: 'crisis',
  part: [
    { name: 'says', valueString: says },
    ...(inWelsh === undefined ? [] : [{ name: 'saysWelsh', valueString: inWelsh }]),
    ...(telephone === undefined ? [] : [{ name: 'telephone', valueString: telephone }]),
    ...nations.map((nation) => ({ name: 'nation', valueCode: nation })),
    ...(source === undefined ? [] : [{ name: 'source', valueString: source }]),
    ...(approvedBy === undefined ? [] : [{ name: 'approvedBy', valueString: approvedBy }]),
  ],
})
