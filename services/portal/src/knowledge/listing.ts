/** How long a listing is believed after somebody confirmed it. */
import type { HealthcareService } from '@medplum/fhirtypes'
import { ours } from './reading.ts'

const STALE_AFTER_MS = 183 * 86_400_000 // six months, as matching counts them

/** The day on which somebody confirmed it last, as a FHIR date; nothing where nobody did. */
export const confirmedOnOf = ({ extension = [] }: HealthcareService): string | undefined =>
  extension.find(({ url }) => url === ours('service-confirmed'))?.extension?.find(({ url }) => url === 'on')?.valueDate

/** Whether nobody has confirmed it for six months, or ever. */
export function isStale(service: HealthcareService, now: Date): boolean {
  const on = confirmedOnOf(service)
  return on === undefined || now.getTime() - Date.parse(on) > STALE_AFTER_MS
}

/** A source of a listing whose feed has stopped: what is listed stays as it was. */
export interface StoppedSource {
  readonly publisher: string
  readonly why: 'paused' | 'silent'
  /** ISO 8601. */
  readonly since: string
}

/** The feeds that it is from and that a person has paused, or that do not answer. */
export const stoppedSourcesOf = ({ extension = [] }: HealthcareService): readonly StoppedSource[] =>
  extension
    .filter(({ url }) => url === ours('service-source'))
    .flatMap(({ extension: parts = [] }) => {
      const part = (name: string) => parts.find(({ url }) => url === name)
      const publisher = part('publisher')?.valueString ?? ''
      return (['paused', 'silent'] as const).flatMap((why) => {
        const since = part(`${why}Since`)?.valueDateTime
        return since === undefined ? [] : [{ publisher, why, since }]
      })
    })
