/**
 * What says that nobody outside the direct-care team is told where somebody is. The alerts service writes no place then, and the record shows none to others.
 * HAZ-A17
 */
import { HANDRAIL } from '@platform/nhs/systems'

/** Our own extension, on a Patient. */
export const RESTRICTED = { url: `${HANDRAIL}/StructureDefinition/location-restricted`, valueBoolean: true } as const

/** HL7 v3 Confidentiality: restricted, very restricted. PDS marks people so. https://terminology.hl7.org/CodeSystem-v3-Confidentiality.html */
const CONFIDENTIAL: ReadonlySet<string | undefined> = new Set(['R', 'V'])

/** What of a Patient says so. */
interface Restrictable {
  readonly extension?: readonly { readonly url?: string; readonly valueBoolean?: boolean }[]
  readonly meta?: Labelled
}
interface Labelled {
  readonly security?: readonly { readonly code?: string }[]
}

/** Whether the whereabouts of a person are restricted: asked for here, or a sensitive record elsewhere. */
export const isRestricted = ({ extension = [], meta }: Restrictable): boolean =>
  extension.some(({ url, valueBoolean }) => url === RESTRICTED.url && valueBoolean === true) || bearsLabel(meta)

/** Whether a hospital marks its own stay as sensitive, by a security label on the resource. */
export const isMarkedSensitive = ({ meta }: { readonly meta?: Labelled }): boolean => bearsLabel(meta)

const bearsLabel = (meta: Labelled | undefined): boolean => (meta?.security ?? []).some(({ code }) => CONFIDENTIAL.has(code))
