import { defineErrors } from '@platform/fhir/errors'

/** Every way the hub itself says no; its services have their own. */
export const refuse = defineErrors({
  DEMO_CLOCK_MOVE_INVALID: {
    issue: 'invalid',
    says: 'The demo clock is moved by a duration or to an instant, not both.',
    remedy: 'Send {"advance": "PT30M"} or {"set": "2026-11-21T02:14:00Z"}.',
  },
  DEMO_ADMIN_ONLY: {
    issue: 'forbidden',
    says: 'Only the client demo-admin moves the demo clock.',
    remedy: 'Ask for a token with "npm run -s token -- demo-admin".',
  },
})
