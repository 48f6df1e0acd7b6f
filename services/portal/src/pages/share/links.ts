/** The links, codes and notes of a record as the person sees them. Pure. Story 5. */
import type { Communication, Parameters } from '@medplum/fhirtypes'
import { problems, textIn, type Problems } from '../../forms/fields.ts'
import { parametersOf, readParts, type Parts } from '../../knowledge/parameters.ts'
import { codeOf } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** One opening, or a try. */
export interface OpeningShown {
  readonly at: string
  /** As the reader stated; nobody has checked it. */
  readonly saidToBe: string
  readonly outcome: string
  readonly noteLeft: boolean
}

export interface LinkShown {
  readonly id: string
  readonly label?: string
  readonly status: 'active' | 'expired' | 'locked' | 'withdrawn'
  readonly sections: readonly string[]
  readonly expires: string
  readonly longTerm: boolean
  readonly passcode: boolean
  /** A carer gave it out, not the person. */
  readonly byCarer: boolean
  readonly attempts?: number
  readonly openings: readonly OpeningShown[]
}

export interface CodeShown {
  readonly id: string
  readonly status: LinkShown['status']
  readonly purpose?: string
  readonly expires: string
  readonly accepted: readonly string[]
}

const STATUSES = ['active', 'expired', 'locked', 'withdrawn'] as const
const statusOf = (parts: Parts) => STATUSES.find((one) => one === parts.text('status')) ?? 'expired'

/** What `$share-links` answers, newest first, those that can be opened before the others. */
export function showLinks(
  answer: Parameters,
  { share: words }: Words,
): { readonly links: readonly LinkShown[]; readonly codes: readonly CodeShown[] } {
  const parts = readParts(answer)
  const first = (one: { status: string }, other: { status: string }) => Number(other.status === 'active') - Number(one.status === 'active')
  const links = parts.all('link').map((link): LinkShown => {
    const [label, attempts] = [link.text('label'), link.number('remainingAttempts')]
    return {
      id: link.text('id') ?? '',
      status: statusOf(link),
      sections: link.texts('section').map((one) => words.sections[one as keyof typeof words.sections] ?? one),
      expires: link.text('expires') ?? '',
      longTerm: link.text('flag')?.includes('L') === true,
      passcode: link.text('flag')?.includes('P') === true,
      byCarer: link.reference('by') !== undefined,
      openings: link.all('opening').map((opening) => ({
        at: opening.text('at') ?? '',
        saidToBe: opening.text('saidToBe') ?? '',
        outcome: words.outcome[opening.text('outcome') as keyof typeof words.outcome] ?? opening.text('outcome') ?? '',
        noteLeft: opening.text('noteLeft') !== undefined,
      })),
      ...(label === undefined ? {} : { label }),
      ...(attempts === undefined ? {} : { attempts }),
    }
  })
  const codes = parts.all('shown').map((code): CodeShown => {
    const purpose = code.text('purpose')
    const accepted = code.all('accepted').length
    return {
      id: code.text('id') ?? '',
      status: statusOf(code),
      expires: code.text('expires') ?? '',
      accepted: Array.from({ length: accepted }, () => code.reference('accepted')?.reference ?? ''),
      ...(purpose === undefined ? {} : { purpose }),
    }
  })
  return { links: links.toSorted(first), codes: codes.toSorted(first) }
}

/** A note that a reader of a link left. */
export interface NoteShown {
  readonly at?: string
  readonly from: string
  readonly text: string
  readonly status: string
  readonly waits: boolean
}

/** Notes of readers among the messages about a person. */
export const showNotes = (messages: readonly Communication[], { share: { noteStatus } }: Words): readonly NoteShown[] =>
  messages
    .filter(({ category }) => category?.some((one) => codeOf(one, 'task-kind') === 'reader-note') === true)
    .map(({ sent, sender, payload = [], status }) => ({
      from: sender?.display ?? '',
      text: payload.flatMap(({ contentString }) => contentString ?? []).join('\n'),
      status: noteStatus[status as keyof typeof noteStatus] ?? noteStatus.unknown,
      waits: status === 'on-hold',
      ...(sent === undefined ? {} : { at: sent }),
    }))

export const SECTIONS = ['emergency', 'therapies', 'measures', 'referrals', 'about-me'] as const
/** How long a link may be good for, in milliseconds. A year is a long-term link, whose content is what is so then. */
export const LENGTHS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
} as const

export interface LinkEntered {
  readonly sections: readonly string[]
  readonly length: string
  readonly passcode: string
  readonly label: string
}

/** The form as it was sent, whatever is in it: shown again as it is where something is wrong. */
export function enteredLink(body: unknown): LinkEntered {
  const chosen = (body as Readonly<Record<string, unknown>> | undefined)?.['sections']
  const sections = Array.isArray(chosen) ? chosen : [chosen]
  return {
    sections: SECTIONS.filter((section) => sections.includes(section)),
    length: textIn(body, 'length'),
    passcode: textIn(body, 'passcode'),
    label: textIn(body, 'label'),
  }
}

/** What `$share-link` is given; `at` is now. What the record checks beyond this it says itself. */
export function readLink(
  { sections, length, passcode, label }: LinkEntered,
  at: Date,
  { lang, share: { new: words } }: Words,
): { readonly wrong: Problems; readonly given?: Parameters } {
  const wrong = problems()
  if (sections.length === 0) wrong.add('sections', words.whatMissing)
  const lifetime = Object.hasOwn(LENGTHS, length) ? LENGTHS[length as keyof typeof LENGTHS] : undefined
  if (lifetime === undefined) wrong.add('length', words.lengthMissing)
  if (passcode !== '' && [...passcode].length < 6) wrong.add('passcode', words.passcodeShort)
  if ([...label].length > 80) wrong.add('label', words.labelLong)
  if (wrong.list.length > 0 || lifetime === undefined) return { wrong }
  return {
    wrong,
    given: parametersOf(
      ...sections.map((section) => ({ name: 'section', valueCode: section })),
      { name: 'expires', valueInstant: new Date(at.getTime() + lifetime).toISOString() },
      ...(passcode === '' ? [] : [{ name: 'passcode', valueString: passcode }]),
      ...(length === 'year' ? [{ name: 'long-term', valueBoolean: true }] : []),
      ...(label === '' ? [] : [{ name: 'label', valueString: label }]),
      // The link speaks the language in which it was made.
      { name: 'language', valueCode: lang },
    ),
  }
}
