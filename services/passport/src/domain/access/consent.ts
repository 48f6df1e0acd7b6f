/**
 * What a person closed out, and what they agreed to. A Consent (FHIR R4, https://hl7.org/fhir/R4/consent.html) that is active is read
 * provision by provision, nested ones too. It works on the next request of whoever it is about, whatever token they hold.
 *
 * - **deny** closes the actors it names out of the classes it names: no actor, or one that nobody signs in as, is everybody; no class is
 *   all. With `data` that names a ServiceRequest it closes what that referral opens to them, and the referral itself.
 * - **permit** opens the classes it names to the organisations and people it names, within the policy; to a RelatedPerson what a carer may
 *   see, or those of it that are named; with the action `ask-for-help` it lets a carer ask for help in the person's name. One that is bound to what is not understood here (a purpose, a code, dates of data) opens nothing.
 *
 * Where both speak of one thing, deny holds. Periods are real time.
 */
import type { FhirResource } from '../references.ts'
import { isObject, referencesAt, valuesAt } from '../references.ts'
import { dateRange } from '../search/date-range.ts'
import type { DataClass } from './data-class.ts'
import { BIT, DATA_CLASSES, EVERYTHING } from './data-class.ts'
import type { ClosedOut, During, Relationship } from './relationship.ts'

export const CLASS_SYSTEM = 'https://handrail.example/fhir/CodeSystem/data-class'

/** Everybody but the person. */
export const EVERYBODY = '*'

/** References that somebody signs in under. */
const PARTIES: ReadonlySet<string> = new Set(['Organization', 'Practitioner', 'PractitionerRole', 'RelatedPerson'])

/** What an active Consent closes, or a contact who is a contact no more; nothing from one that is a draft, inactive, or an error. */
export function closedOutBy(resource: FhirResource, patient: string | undefined, id = resource.id): ClosedOut[] {
  if (patient === undefined) return []
  if (resource.resourceType === 'RelatedPerson') return id === undefined ? [] : whileNoContact(resource, patient, id)
  if (!isActive(resource)) return []
  return provisionsOf(resource)
    .filter(({ provision }) => provision['type'] === 'deny')
    .flatMap(({ provision, during }) => {
      const classes = classesNamed(provision)
      const referrals = referralsIn(provision)
      return partiesOf(provision).flatMap((party) =>
        (referrals.length === 0 ? [undefined] : referrals).map((referral) => ({
          patient,
          party,
          classes: classes === 0 ? EVERYTHING : classes,
          during,
          ...(referral === undefined ? {} : { referral }),
        })),
      )
    })
}

/** Whom an active Consent lets see something, and what; every one of them with the classes it is bound to. */
export function agreedTo(resource: FhirResource, patient: string): Relationship[] {
  if (!isActive(resource)) return []
  return provisionsOf(resource)
    .filter(({ provision }) => provision['type'] === 'permit' && isUnderstood(provision))
    .flatMap(({ provision, during }) => {
      const classes = classesNamed(provision)
      return referencesAt(provision, ['actor.reference']).flatMap(({ type, id }): Relationship[] => {
        const party = `${type}/${id}`
        if (type === 'RelatedPerson') {
          const carer: Relationship = { patient, party, kind: 'carer', during, ...(classes === 0 ? {} : { classes }) }
          return letsAsk(provision, classes) ? [carer, { patient, party, kind: 'carer-asks', during, classes: ASKING }] : [carer]
        }
        return PARTIES.has(type) && classes !== 0 ? [{ patient, party, kind: 'agreed', during, classes }] : []
      })
    })
}

/** The action by which a carer asks for help in the person's name. FHIR R4 Consent.provision.action. */
export const ASK_FOR_HELP = { system: 'https://handrail.example/fhir/CodeSystem/carer-action', code: 'ask-for-help' } as const
/** Whoever asks for somebody must see who that is, and what becomes of it. */
const TO_ASK = BIT.identity | BIT.referral
/** A request, from its draft on. */
const ASKING = BIT.referral | BIT['own-draft']

/** Whether a permission says so in words of its own, and opens what is needed for it. Nobody may who was only let look. */
const letsAsk = (provision: Record<string, unknown>, classes: number): boolean =>
  (classes === 0 || (classes & TO_ASK) === TO_ASK) &&
  valuesAt(provision, 'action.coding').some(
    (coding) => isObject(coding) && coding['system'] === ASK_FOR_HELP.system && coding['code'] === ASK_FOR_HELP.code,
  )

/** The span of a Consent's first provision. */
export const periodOf = (consent: FhirResource): During =>
  isObject(consent['provision']) ? spanOf(consent['provision']['period'], {}) : {}

/** Whoever is looked after by somebody that is no contact any more, or not yet: the carer is closed out for that time, whatever a Consent says. */
function whileNoContact(resource: FhirResource, patient: string, id: string): ClosedOut[] {
  const closed = (during: During): ClosedOut => ({ patient, party: `RelatedPerson/${id}`, classes: EVERYTHING, during })
  if (resource['active'] === false) return [closed({})]
  const { starts, ends } = spanOf(resource['period'], {})
  return [...(starts === undefined ? [] : [closed({ ends: starts })]), ...(ends === undefined ? [] : [closed({ starts: ends })])]
}

const isActive = (resource: FhirResource) => resource.resourceType === 'Consent' && resource['status'] === 'active'

/** Every provision with the time it holds for: that of those around it too. */
function provisionsOf(consent: FhirResource): { provision: Record<string, unknown>; during: During }[] {
  const walk = (provision: unknown, around: During): { provision: Record<string, unknown>; during: During }[] => {
    if (!isObject(provision)) return []
    const during = spanOf(provision['period'], around)
    return [{ provision, during }, ...valuesAt(provision, 'provision').flatMap((inner) => walk(inner, during))]
  }
  return walk(consent['provision'], {})
}

/** A FHIR Period within another span: the later start and the earlier end. A day as an end includes that day. */
function spanOf(period: unknown, { starts: from, ends: to }: During): During {
  const given = (name: 'start' | 'end') => {
    const value = isObject(period) ? period[name] : undefined
    return typeof value === 'string' ? dateRange(value) : undefined
  }
  const starts = [from, given('start')?.low]
    .filter((one) => one !== undefined)
    .toSorted(inTime)
    .at(-1)
  const [ends] = [to, given('end')?.high].filter((one) => one !== undefined).toSorted(inTime)
  return { ...(starts === undefined ? {} : { starts }), ...(ends === undefined ? {} : { ends }) }
}

/** Instants in UTC as text, with `-infinity` before and `infinity` after them all. */
const inTime = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The data classes a provision names, as bits; 0 when it names none. A label that is none of ours is no class. */
function classesNamed(provision: Record<string, unknown>): number {
  return valuesAt(provision, 'class')
    .concat(valuesAt(provision, 'securityLabel'))
    .filter(isObject)
    .filter(({ system }) => system === CLASS_SYSTEM)
    .reduce((sum, { code }) => sum | (DATA_CLASSES.includes(code as DataClass) ? BIT[code as DataClass] : 0), 0)
}

/** Whom a denial is about: everybody, when it names nobody or somebody whom no token could name. */
function partiesOf(provision: Record<string, unknown>): string[] {
  const actors = valuesAt(provision, 'actor')
  const named = referencesAt(provision, ['actor.reference']).filter(({ type }) => PARTIES.has(type))
  return actors.length === 0 || named.length < actors.length ? [EVERYBODY] : named.map(({ type, id }) => `${type}/${id}`)
}

const referralsIn = (provision: Record<string, unknown>): string[] =>
  referencesAt(provision, ['data.reference']).flatMap(({ type, id }) => (type === 'ServiceRequest' ? [id] : []))

/** Limits of a permission that are not kept here: it is not given, rather than given without them. */
const LIMITS = ['purpose', 'code', 'dataPeriod', 'data'] as const
const isUnderstood = (provision: Record<string, unknown>) =>
  LIMITS.every((limit) => valuesAt(provision, limit).length === 0) && labelsAreOurs(provision)

const labelsAreOurs = (provision: Record<string, unknown>) =>
  valuesAt(provision, 'class')
    .concat(valuesAt(provision, 'securityLabel'))
    .every((coding) => isObject(coding) && coding['system'] === CLASS_SYSTEM && DATA_CLASSES.includes(coding['code'] as DataClass))

/** Why a part of a Consent does less, or more, than it says. */
export type NotKept =
  'not-active' | 'permission-limited' | 'permission-without-class' | 'actor-unknown' | 'denial-wider' | 'denial-of-everybody'

/** What of a Consent is not done as it is written, so that nobody relies on it. */
export function notKeptOf(resource: FhirResource): NotKept[] {
  if (!isActive(resource)) return ['not-active']
  const found = provisionsOf(resource).flatMap(({ provision }): NotKept[] => {
    const actors = valuesAt(provision, 'actor')
    const named = referencesAt(provision, ['actor.reference']).filter(({ type }) => PARTIES.has(type))
    if (provision['type'] === 'deny') {
      const limited = ['purpose', 'code', 'dataPeriod', 'action'].some((limit) => valuesAt(provision, limit).length > 0)
      return [...(limited ? ['denial-wider' as const] : []), ...(named.length < actors.length ? ['denial-of-everybody' as const] : [])]
    }
    if (provision['type'] !== 'permit' || actors.length === 0) return []
    return [
      ...(isUnderstood(provision) ? [] : ['permission-limited' as const]),
      ...(named.length < actors.length ? ['actor-unknown' as const] : []),
      ...(classesNamed(provision) === 0 && named.some(({ type }) => type !== 'RelatedPerson') ? ['permission-without-class' as const] : []),
    ]
  })
  return [...new Set(found)]
}
