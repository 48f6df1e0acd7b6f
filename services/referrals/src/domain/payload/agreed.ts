/** What a person agreed to for one receiver beyond the table: the classes of data that an active Consent of theirs names for it, less what any closes. */
import type { Consent, ConsentProvision } from '@medplum/fhirtypes'

const DATA_CLASS = 'https://handrail.example/fhir/CodeSystem/data-class'

/**
 * Codes of data-class. A refusal counts whoever it names, an agreement only for the receiver it names: in doubt nothing more is sent.
 *
 * @param organization `Organization/<id>`
 */
export function agreedFor(consents: readonly Consent[], organization: string, at: Date): ReadonlySet<string> {
  const active = consents.filter(({ status }) => status === 'active')
  const provisions = active.flatMap(({ provision }) => (provision === undefined ? [] : flattened(provision)))
  const classes = (type: 'permit' | 'deny', counts: (one: ConsentProvision) => boolean) =>
    provisions.filter((one) => one.type === type && isInTime(one, at) && counts(one)).flatMap(classesOf)
  const closed = new Set(classes('deny', (one) => names(one, organization) || (one.actor ?? []).length === 0))
  return new Set(classes('permit', (one) => names(one, organization)).filter((code) => !closed.has(code)))
}

/** A provision and its exceptions. An exception without a type or actor of its own says the opposite about the same receivers. FHIR R4, Consent.provision. */
function flattened(provision: ConsentProvision): readonly ConsentProvision[] {
  const nested = (provision.provision ?? []).flatMap((one) =>
    flattened({
      ...one,
      type: one.type ?? (provision.type === 'deny' ? 'permit' : 'deny'),
      ...((one.actor ?? provision.actor) === undefined ? {} : { actor: one.actor ?? provision.actor ?? [] }),
    }),
  )
  return [provision, ...nested]
}

const classesOf = ({ class: classes = [] }: ConsentProvision): readonly string[] =>
  classes.flatMap(({ system, code }) => (system === DATA_CLASS && code !== undefined ? [code] : []))

const names = ({ actor = [] }: ConsentProvision, organization: string): boolean =>
  actor.some(({ reference }) => reference.reference === organization)

function isInTime({ period }: ConsentProvision, at: Date): boolean {
  const [start, end] = [period?.start, period?.end].map((text) => (text === undefined ? undefined : new Date(text).getTime()))
  return (start === undefined || start <= at.getTime()) && (end === undefined || at.getTime() <= end)
}
