/** A carer as the record has them, read with the token of the person who names them: the issuer believes nobody else about it. */

/** Until when a carer is one: the last day, as the record has it. */
export interface NamedCarer {
  readonly endsOn: string
}

/**
 * @param passportUrl where the record is reached from here, without `/fhir`
 * @returns nothing unless the record shows this carer of this person, active, with an end
 * @throws when the record does not answer
 */
export async function namedCarer(
  passportUrl: string,
  { token, patient, reference }: { readonly token: string; readonly patient: string; readonly reference: string },
): Promise<NamedCarer | undefined> {
  const answer = await fetch(`${passportUrl}/fhir/${reference}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/fhir+json' },
    signal: AbortSignal.timeout(10_000),
  })
  if (answer.status >= 500) throw new Error(`The record answered ${answer.status}.`)
  if (!answer.ok) return undefined
  const carer = (await answer.json()) as { active?: boolean; patient?: { reference?: string }; period?: { end?: string } }
  const endsOn = /^\d{4}-\d{2}-\d{2}$/.exec(carer.period?.end ?? '')?.[0]
  if (carer.active === false || carer.patient?.reference !== `Patient/${patient}` || endsOn === undefined) return undefined
  return { endsOn }
}
