import type { ServiceRequest } from '@medplum/fhirtypes'
import { codesOf } from './directory.ts'

/**
 * What a request asks for, `system|code`: its code, and the kinds of service among its details, where the form of the pages puts them.
 * Empty for a request in words alone.
 */
export const wantsOf = ({ code, orderDetail = [] }: ServiceRequest): readonly string[] =>
  [code, ...orderDetail].flatMap((concept) => (concept === undefined ? [] : codesOf(concept)))
