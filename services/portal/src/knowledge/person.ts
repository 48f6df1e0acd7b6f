/** A person as the head of a page shows them. */
import type { Consent, Flag, Patient, Resource } from '@medplum/fhirtypes'
import { registersInForce } from '@platform/fhir/register-entry'
import { isSubsetted } from '@platform/fhir/subsetted'
import { codeOf, nameOf, nhsNumberOf, ours, textsIn, wordsOf } from './reading.ts'

export interface PersonShown {
  readonly id: string
  readonly name?: string
  /** FHIR date, perhaps partial. */
  readonly bornOn?: string
  /** Ten digits. */
  readonly nhsNumber?: string
  /** The reader's organisation is shown a part of the person: what is not here may be known all the same. HAZ-R30 */
  readonly inPart?: true
  /** Of whom the reader is shown a part: by what two people of one name are told apart. HAZ-P144 */
  readonly telephone?: string
  /** The language they prefer, where it is not English: `cy`, or in words. */
  readonly reads?: string
  readonly needs: readonly string[]
  readonly about: readonly string[]
  /** Said only of a record that is not in use: entered by mistake, or part of another since. */
  readonly notInUse?: true
  /** What the person is on the hospital alert register for, as far as the reader may see it. */
  readonly register: readonly string[]
}

/** What the reader may see of a person. */
export function showPerson(patient: Patient, flags: readonly Flag[] = []): PersonShown {
  const [name, nhsNumber] = [nameOf(patient.name), nhsNumberOf(patient)]
  const inPart = isSubsetted(patient)
  const telephone = inPart ? telephoneOf(patient) : undefined
  return {
    id: patient.id ?? '',
    ...(name === undefined ? {} : { name }),
    ...(patient.birthDate === undefined ? {} : { bornOn: patient.birthDate }),
    ...(nhsNumber === undefined ? {} : { nhsNumber }),
    ...(inPart ? { inPart } : {}),
    ...(telephone === undefined ? {} : { telephone }),
    ...(languageOf(patient) === undefined ? {} : { reads: languageOf(patient) as string }),
    ...(patient.active === false ? { notInUse: true as const } : {}),
    needs: textsIn(patient, 'needs'),
    about: textsIn(patient, 'about-me'),
    register: flags.flatMap(({ status, code }) => (status === 'active' ? [wordsOf(code) ?? ''] : [])).filter((words) => words !== ''),
  }
}

/** What entries of the alerts register rest on. */
export const basesOf = (flags: readonly Flag[]): readonly string[] =>
  flags.flatMap(({ extension = [] }) =>
    extension.filter(({ url }) => url === ours('register-basis')).flatMap(({ valueReference }) => valueReference?.reference ?? []),
  )

/**
 * The entries of the alerts register that stand now: one whose consent or decision has ended is none, though nobody has ended the entry. HAZ-A135
 *
 * @param known what they rest on, as far as the reader may see it; of what they may not see nothing is said
 */
export function entriesThatStand(flags: readonly Flag[], known: ReadonlyMap<string, Resource>, now: Date): readonly Flag[] {
  return flags.filter((flag) => {
    if (codeOf(flag.code, 'register') === undefined) return false
    const bases = basesOf([flag])
    const consents = bases.flatMap((reference) => (known.get(reference) as Consent | undefined) ?? [])
    return consents.length < bases.length || bases.length === 0 || registersInForce([flag], consents, now).length > 0
  })
}

/** How they are rung, where that is known. */
const telephoneOf = ({ telecom = [] }: Patient): string | undefined =>
  telecom.find(({ system, use, value }) => system === 'phone' && use !== 'old' && value !== undefined)?.value

/** The preferred language, where somebody has said one that is not English. */
function languageOf({ communication = [] }: Patient): string | undefined {
  const { language } = communication.find(({ preferred }) => preferred === true) ?? communication[0] ?? {}
  const code = language?.coding
    ?.find(({ system }) => system === 'urn:ietf:bcp:47')
    ?.code?.slice(0, 2)
    .toLowerCase()
  return code === 'en' ? undefined : (code ?? language?.text)
}
