/** How a person wants to be written to, as far as a printed letter can follow it. Pure. Accessible Information Standard, DAPB1605. */
import type { Address, Organization, Patient } from '@medplum/fhirtypes'
import { preferencesOf } from '../../session/preferences.ts'
import type { Language } from '../../words/words.ts'
import { aboutMeOf, type Format } from '../about-me/about.ts'

/** What follows from what the person chose. */
export interface LetterForm {
  readonly language: Language
  readonly large: boolean
  /** What they asked for and this page cannot make: somebody has to arrange it. */
  readonly toArrange: readonly Format[]
  /** A language that these letters are not written in, in the person's words. */
  readonly otherLanguage?: string
}

/** What a letter on paper can be by itself. */
const ON_PAPER: ReadonlySet<Format> = new Set(['large-print', 'paper'])

/** @param asked the language that somebody chose on the page, before that of the person */
export function letterFormFor(patient: Patient, asked: Language | undefined): LetterForm {
  const { reads, largePrint = false } = preferencesOf(patient)
  const { formats, otherLanguage } = aboutMeOf(patient)
  return {
    language: asked ?? reads ?? 'en',
    large: largePrint,
    toArrange: formats.filter((format) => !ON_PAPER.has(format)),
    ...(otherLanguage === '' ? {} : { otherLanguage }),
  }
}

/** The lines of where post goes to: the home address that is not over. */
export function postalLines({ address = [] }: Patient): readonly string[] {
  const current = address.filter(({ use, period }) => use !== 'old' && period?.end === undefined)
  const { line = [], city, district, postalCode } = current.find(({ use }) => use === 'home') ?? current[0] ?? ({} as Address)
  return [...line, city, district, postalCode].filter((part): part is string => part !== undefined && part !== '')
}

/** Who writes, and how they are reached. */
export const senderOf = (
  organization: Organization | undefined,
): { readonly name: string | undefined; readonly reach: readonly string[] } => ({
  name: organization?.name,
  reach: (organization?.telecom ?? []).flatMap(({ system, value }) =>
    value !== undefined && (system === 'phone' || system === 'email') ? [value] : [],
  ),
})
