/** A parameter name in its parts: `subject:Patient.name:exact` → subject, Patient, `name:exact`. */
export interface ParameterName {
  readonly code: string
  readonly modifier?: string
  /** What follows the dot of a chain. */
  readonly chained?: string
}

/** Takes a parameter name apart; nothing when it has no such form. */
export function parameterName(name: string): ParameterName | undefined {
  const [, code, modifier, chained] = /^([A-Za-z0-9_-]+)(?::([A-Za-z-]+))?(?:\.(.+))?$/.exec(name) ?? []
  if (code === undefined) return undefined
  return { code, ...(modifier !== undefined && { modifier }), ...(chained !== undefined && { chained }) }
}
