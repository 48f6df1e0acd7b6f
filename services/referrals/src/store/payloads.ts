/** What a receiver is sent of a referral, put together from the record: the need, the person, and what they agreed to. */
import type { PayloadReceiver } from '@handrail/fhir-profiles/payload-kind'
import type { PartsPolicy } from '@handrail/fhir-profiles/payload-parts'
import type { Consent, Patient } from '@medplum/fhirtypes'
import { localId, type Need } from '../domain/need.ts'
import type { Directory } from '../domain/directory.ts'
import { agreedFor } from '../domain/payload/agreed.ts'
import { payloadOf, type Payload } from '../domain/payload/payload.ts'
import type { FhirRecord } from './record.ts'

/** Whom, by what. */
export interface PayloadFor {
  readonly need: Need
  readonly task: Need['tasks'][number]
  /** A key of the table's channels, or `hub`. */
  readonly channel: string
  readonly at: Date
  /** Reads the person; the hub's own record unless a caller looks, who is shown nothing that he may not see. */
  readonly read?: FhirRecord['read']
}

/** Puts payloads together. */
export interface Payloads {
  /** What its owner would be sent of this step; nothing where the person cannot be read. */
  of(given: PayloadFor): Promise<Payload | undefined>
}

/** Opens them. */
export function payloadsOf({
  record,
  directory,
  policy,
}: {
  readonly record: FhirRecord
  readonly directory: Directory
  readonly policy: PartsPolicy
}): Payloads {
  return {
    async of({ need, task, channel, at, read = record.read }) {
      const reference = need.request.subject.reference ?? ''
      const owner = task.owner?.reference ?? ''
      const [patient, consents] = await Promise.all([
        read<Patient>(reference),
        localId(need.request.subject, 'Patient') === undefined
          ? []
          : record.search<Consent>('Consent', { patient: reference, status: 'active' }),
      ])
      if (patient === undefined) return undefined
      const whole = { request: need.request, patient, task }
      return payloadOf(whole, { receiver: receiverIn(directory, owner), channel, agreed: agreedFor(consents, owner, at) }, policy)
    },
  }
}

function receiverIn(directory: Directory, organization: string): PayloadReceiver {
  const { sector, grade } = directory.listing(organization) ?? {}
  return { ...(sector === undefined ? {} : { sector }), ...(grade === undefined ? {} : { grade }) }
}
