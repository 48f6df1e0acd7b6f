// What stands on an alert and on its answers: where the person is, and the lines of the rules with who wrote and approved them.
import type { Task, TaskInput } from '@medplum/fhirtypes'
import { CODES, EXTENSION } from '@platform/nhs/systems'
import type { AlertContext } from './alert-context.ts'
import type { AlertLine, AlertLines } from './alert-lines.ts'
import { hasDied, type StayView } from './encounter.ts'
import { showInstant, showPlace } from './place.ts'
import { concept } from './vocabulary.ts'

/** Where and since when, in words for those who may read the record. */
export function describe(view: StayView): string {
  const { facility, called = facility, stay, concealed } = view
  const place =
    concealed === undefined
      ? stay.location === undefined
        ? ''
        : `, ${showPlace(stay.location)}`
      : ' (where exactly is not shown: ring the switchboard of the hospital)'
  const since =
    stay.admittedAt === undefined
      ? ''
      : `, since ${showInstant(stay.admittedAt)}${stay.admissionInferred ? ' (concluded, no admission message)' : ''}`
  const what = {
    attending: 'Attending the emergency department',
    inpatient: 'Admitted',
    'on-leave': 'On leave from hospital',
    ended: 'Left hospital',
    cancelled: 'Admission cancelled',
    planned: 'Admission planned',
    unknown: 'In hospital',
  }[stay.status]
  if (hasDied(view)) return `The stay is over: ${called}${place}${since}.` // nobody learns of a death from a page
  const ended = stay.endedAt === undefined ? '' : `, until ${showInstant(stay.endedAt)}`
  return `${what}: ${called}${place}${since}${ended}.`
}

/** The seven lines, each with its source. */
export const inputOf = ({ lines }: AlertLines): Pick<Task, 'input'> => (lines.length === 0 ? {} : { input: lines.map(toInput) })

/** What did not fit into seven lines is said where notes are read: nothing is dropped without a word. */
export const noteOf = ({ more }: AlertLines, { now }: Pick<AlertContext, 'now'>): Pick<Task, 'note'> =>
  more.length === 0
    ? {}
    : { note: more.map(({ title, text }) => ({ time: now.toISOString(), text: `Further line, below the seven: ${title}: ${text}` })) }

function toInput({ title, text, source, asOf, rule, author, approval }: AlertLine): TaskInput {
  const from = [
    ...(source === undefined
      ? []
      : [
          /^[A-Z][A-Za-z]+\/\S+$/.test(source)
            ? { url: 'source', valueReference: { reference: source } }
            : { url: 'words', valueString: source },
        ]),
    ...(asOf === undefined ? [] : [{ url: 'as-of', valueDate: asOf }]),
    { url: 'rule', valueString: rule },
    ...(author === undefined ? [] : [{ url: 'author', valueString: author }]),
    ...(approval === undefined
      ? []
      : [
          { url: 'approver', valueString: approval.by },
          { url: 'approved-on', valueDate: approval.on },
          ...(approval.reviewBy === undefined ? [] : [{ url: 'review-by', valueDate: approval.reviewBy }]),
        ]),
  ]
  return {
    extension: [{ url: EXTENSION.LINE_SOURCE, extension: from }],
    type: concept(CODES.TASK_INPUT, 'alert-line', title),
    valueString: text,
  }
}
