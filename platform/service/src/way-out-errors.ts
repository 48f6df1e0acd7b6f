/** How a way out of the hub says no: nobody has set it up. */
import { defineErrors } from '@platform/fhir/errors'

export const wayOutRefuse = defineErrors({
  CHANNEL_NOT_SET_UP: {
    issue: 'not-supported',
    says: ({ setting }: { setting: string }) => `This channel is not set up: ${setting} is absent.`,
    remedy: 'Ask the operator to set it, or choose another channel.',
  },
})
