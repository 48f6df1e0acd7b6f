/** What a referrer asks for, as matching reads it: from the request and the call alone, and never from the record of the person (decision 110). */
import type { ServiceRequest } from '@medplum/fhirtypes'
import { codesOf } from '../directory.ts'
import type { Position } from '../listed-service.ts'
import { wantsOf } from '../wants.ts'

const CRITERIA = 'https://handrail.example/fhir/StructureDefinition/request-criteria'

/** What is asked. */
export interface Asked {
  /** `system|code` */
  readonly wanted: readonly string[]
  /** References that the request names. */
  readonly named: ReadonlySet<string>
  readonly accessNeeds: readonly string[]
  readonly precautions: readonly string[]
  /** `HH:MM:SS` by the local clock. */
  readonly avoidAfter?: string
  readonly avoidBefore?: string
  readonly languages: readonly string[]
  readonly costAtMost?: number
  readonly mode?: string
  readonly age?: number
  readonly condition?: string
  readonly near?: Near
  /** How far is still near, in kilometres. */
  readonly withinKm: number
  readonly at: Date
}

/** Where it is wanted: a position, or a postcode, for which no coordinates are held here. */
export type Near = { readonly position: Position } | { readonly postcode: string }

/** Thirty miles. */
const WITHIN_KM = 48

/** Reads what is asked. */
export function askedIn(
  request: ServiceRequest,
  { near, withinKm = WITHIN_KM, at }: { near?: string; withinKm?: number; at: Date },
): Asked {
  const parts = request.extension?.find(({ url }) => url === CRITERIA)?.extension ?? []
  const one = (url: string) => parts.find((part) => part.url === url)
  const codes = (url: string) => parts.flatMap((part) => (part.url === url ? (part.valueCode ?? []) : []))
  const { performerType } = request
  const [place, avoidAfter, avoidBefore] = [nearIn(near), one('avoidAfter')?.valueTime, one('avoidBefore')?.valueTime]
  const [costAtMost, mode, age, condition] = [
    one('costAtMost')?.valueMoney?.value,
    one('mode')?.valueCode,
    one('age')?.valueUnsignedInt,
    one('condition')?.valueCode,
  ]
  return {
    wanted: [...wantsOf(request), ...(performerType === undefined ? [] : codesOf(performerType))],
    named: new Set((request.performer ?? []).flatMap(({ reference }) => reference ?? [])),
    accessNeeds: codes('accessNeed'),
    precautions: codes('precaution'),
    languages: codes('language'),
    withinKm,
    at,
    ...(avoidAfter === undefined ? {} : { avoidAfter }),
    ...(avoidBefore === undefined ? {} : { avoidBefore }),
    ...(costAtMost === undefined ? {} : { costAtMost }),
    ...(mode === undefined ? {} : { mode }),
    ...(age === undefined ? {} : { age }),
    ...(condition === undefined ? {} : { condition }),
    ...(place === undefined ? {} : { near: place }),
  }
}

/** `53.1,-3.2` is a position; anything else is taken for a postcode. */
function nearIn(near: string | undefined): Near | undefined {
  if (near === undefined) return undefined
  const [, latitude, longitude] = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(near) ?? []
  if (latitude === undefined || longitude === undefined) return { postcode: near.trim().toUpperCase() }
  return { position: { latitude: Number(latitude), longitude: Number(longitude) } }
}

/** The outward part of a postcode, such as CH5 of CH5 1AB. */
export const outwardOf = (postcode: string): string => {
  const plain = postcode.toUpperCase().replaceAll(/\s+/g, ' ').trim()
  return plain.includes(' ') ? (plain.split(' ')[0] ?? plain) : plain.length > 4 ? plain.slice(0, -3) : plain
}

/** How far two places are apart as the crow flies, in kilometres. */
export function kilometresBetween(one: Position, other: Position): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [latitude, longitude] = [radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)]
  const half =
    Math.sin(latitude / 2) ** 2 + Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * Math.sin(longitude / 2) ** 2
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(half)))
}
