/** The hub itself, which may see everybody: for rules, and for what the record writes of its own accord. It asks for nobody. */
import type { Caller } from '@platform/fhir/caller'

export const HUB: Caller = { clientId: 'handrail', subject: 'handrail', role: 'admin', grade: 'full', scopes: [], token: '', expiresAt: 0 }
