/** Which data classes a caller's standing to one person opens, whatever there is: for saying that a part is not shown, and nothing more. */
import type { Caller } from '@platform/fhir/caller'
import { masksFor, type Kind } from './policy.ts'

/**
 * @param patient id of the person
 * @param standing how the caller stands to them, and what they closed it out of
 * @returns the classes as bits. What a caller wrote itself, or is named in, it may see beside these.
 */
export function openClasses(
  { role, grade, patient: own }: Pick<Caller, 'role' | 'grade' | 'patient'>,
  patient: string,
  { kinds, closed }: { readonly kinds: readonly Kind[]; readonly closed: number },
): number {
  const { read } = masksFor(role, grade)
  if (read.anybody !== 0) return read.anybody
  const open = kinds.reduce((bits, kind) => bits | read[kind], 0)
  return own === patient ? read.self | open : open & ~closed
}
