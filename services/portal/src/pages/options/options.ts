/** Who could help, as `ServiceRequest/$match` answers it: every option with its reasons, the excluded too. Pure. Features D1 to D4. */
import type { Organization, Parameters, ParametersParameter } from '@medplum/fhirtypes'
import type { Resolved } from '../../clients/record.ts'
import { codeIn } from '../../knowledge/reading.ts'

/** One reason, in the words of the rule. */
export interface Reason {
  readonly rule: string
  readonly says: string
  /** Where that is from. */
  readonly source: string
}

/** One service that was looked at. */
export interface Option {
  /** `HealthcareService/<id>` */
  readonly service: string
  readonly name: string
  /** `Organization/<id>` that answers for it. */
  readonly answeredBy?: string
  readonly organisation?: string
  readonly sector?: string
  readonly excluded: boolean
  /** Nobody has confirmed the listing for half a year. */
  readonly stale: boolean
  readonly for: readonly Reason[]
  readonly against: readonly Reason[]
  /** Warnings of harm among the reasons against. */
  readonly harm: readonly Reason[]
  /** Choosing it needs a reason of one's own. */
  readonly overrules: boolean
}

export interface Options {
  /** Best first. */
  readonly open: readonly Option[]
  readonly excluded: readonly Option[]
  /** How many more were left out for being elsewhere, or for other rules. */
  readonly counted: number
  /** The reader is shown a part of the request, so that warnings may be missing. */
  readonly inPart?: boolean
}

const partsOf = (parameter: ParametersParameter, name: string) => (parameter.part ?? []).filter((part) => part.name === name)

function toReason(parameter: ParametersParameter): Reason {
  const [rule, says, source] = ['rule', 'says', 'source'].map((name) => partsOf(parameter, name)[0])
  return { rule: rule?.valueCode ?? '', says: says?.valueString ?? '', source: source?.valueString ?? '' }
}

/** Organisations that an answer of `$match` names. */
export const organisationsIn = ({ parameter = [] }: Parameters): readonly (string | undefined)[] =>
  parameter.map((one) => partsOf(one, 'organization')[0]?.valueReference?.reference)

/** @param resolved the organisations behind the services */
export function showOptions({ parameter = [] }: Parameters, resolved: Resolved): Options {
  const all = parameter.filter(({ name }) => name === 'candidate').map((one) => toOption(one, resolved))
  const counted = parameter.filter(({ name }) => name === 'counted')
  return {
    open: all.filter(({ excluded }) => !excluded),
    excluded: all.filter(({ excluded }) => excluded),
    counted: counted.reduce((sum, one) => sum + (partsOf(one, 'times')[0]?.valueUnsignedInt ?? 0), 0),
  }
}

function toOption(candidate: ParametersParameter, resolved: Resolved): Option {
  const service = partsOf(candidate, 'service')[0]?.valueReference
  const answeredBy = partsOf(candidate, 'organization')[0]?.valueReference?.reference
  const organization = resolved.get(answeredBy ?? '') as Organization | undefined
  const [excluded, stale] = ['excluded', 'stale'].map((name) => partsOf(candidate, name)[0]?.valueBoolean === true)
  const against = partsOf(candidate, 'against').map(toReason)
  const harm = against.filter(({ rule }) => rule === 'harm')
  const sector = codeIn(organization, 'sector')
  return {
    service: service?.reference ?? '',
    name: service?.display ?? '',
    excluded: excluded === true,
    stale: stale === true,
    for: partsOf(candidate, 'for').map(toReason),
    against: against.filter(({ rule }) => rule !== 'harm'),
    harm,
    overrules: excluded === true || harm.length > 0,
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(organization?.name === undefined ? {} : { organisation: organization.name }),
    ...(sector === undefined ? {} : { sector }),
  }
}
