/** Asks the hub who could help with a request, stored or not. */
import { isSubsetted } from '@platform/fhir/subsetted'
import type { Patient, ServiceRequest } from '@medplum/fhirtypes'
import { ageBandOf } from '@platform/fhir/age-band'
import type { PersonalRecord } from '../../clients/record.ts'
import { codes } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'
import { organisationsIn, showOptions, type Option, type Options } from './options.ts'

/** More than that nobody compares on one page; the rest are counted. */
const MOST_OPTIONS = 10

/**
 * @param patient whose home postcode says what is near, where it is known; the band of their age is counted and decides nothing
 * @param today `YYYY-MM-DD`
 */
export async function loadOptions(
  record: PersonalRecord,
  request: ServiceRequest,
  patient: Patient | undefined,
  today: string,
  { lang }: Pick<Words, 'lang'>,
): Promise<Options> {
  const near = patient?.address?.find(({ postalCode }) => postalCode !== undefined)?.postalCode
  const ageBand = ageBandOf(patient?.birthDate, today)
  const parameter = [
    { name: 'request', resource: request },
    { name: 'count', valueInteger: MOST_OPTIONS },
    { name: 'language', valueCode: lang },
    ...(near === undefined ? [] : [{ name: 'near', valueString: near }]),
    ...(ageBand === undefined ? [] : [{ name: 'ageBand', valueCode: ageBand }]),
  ]
  const answer = await record.ask('ServiceRequest', '$match', { resourceType: 'Parameters', parameter })
  return { ...showOptions(answer, await record.resolve(organisationsIn(answer))), inPart: isSubsetted(request) }
}

/** The option that was chosen. */
export const chosenOf = ({ open, excluded }: Options, service: string): Option | undefined =>
  [...open, ...excluded].find((option) => option.service === service)

/** The kinds of help that a request asks for, codes of service-kind. */
export const kindsIn = ({ orderDetail = [], code }: ServiceRequest): readonly string[] =>
  [code, ...orderDetail].flatMap((concept) =>
    (concept?.coding ?? []).flatMap((coding) =>
      coding.system === codes('service-kind') && coding.code !== undefined ? [coding.code] : [],
    ),
  )

/** The request as it would be if these kinds of help were asked for. */
export function asking(request: ServiceRequest, kinds: readonly { readonly code: string; readonly display: string }[]): ServiceRequest {
  const { orderDetail = [], ...rest } = request
  const other = orderDetail.filter(({ coding = [] }) => coding.every(({ system }) => system !== codes('service-kind')))
  const asked = kinds.map(({ code, display }) => ({ coding: [{ system: codes('service-kind'), code, display }] }))
  return [...other, ...asked].length === 0 ? rest : { ...rest, orderDetail: [...other, ...asked] }
}
