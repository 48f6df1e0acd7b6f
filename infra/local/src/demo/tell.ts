/** How the demonstration reads on stdout: sentences, and under each what was seen. */
import { NotSo, type Ending, type Step, type Story } from './story.ts'

const WIDTH = 110
const INDENT = ' '.repeat(15)

/** The head of a story. */
export const tellStory = ({ title, about }: Story, number: number): string =>
  `\n${bold(`Story ${String(number)}. ${title}`)}\n${wrap(about, '  ').join('\n')}\n\n`

/** One step and how it went. */
export function tellStep({ word, text }: Step, ending: Ending): string {
  const [first = '', ...more] = wrap(`${text}.`, INDENT)
  const sentence = [`  ${word.padEnd(13)}${first.trimStart()}`, ...more].join('\n')
  return `${sentence}\n${endingOf(ending)}\n`
}

/** The last line. */
export const closingLine = (counts: { readonly stories: number; readonly steps: number; readonly failed: number }): string =>
  `${String(counts.stories)} stories, ${String(counts.steps)} steps, ${String(counts.failed)} failed`

/** What went wrong, in words; with where, when it is a fault of the program. */
export const reasonOf = (because: unknown): string =>
  because instanceof NotSo ? because.message : because instanceof Error ? (because.stack ?? because.message) : String(because)

function endingOf(ending: Ending): string {
  if (ending.went === 'not tried') return mark('not tried', ['An earlier step failed.'])
  if (ending.went === 'failed') return mark('FAILED', reasonOf(ending.because).split('\n'))
  return mark('ok', ending.saw.split('\n'))
}

function mark(word: string, lines: readonly string[]): string {
  const wrapped = lines.flatMap((line, index) => wrap(index === 0 ? line : `- ${line}`, INDENT))
  const [first = '', ...more] = wrapped
  return [`    ${word.padEnd(11)}${first.trimStart()}`, ...more].join('\n')
}

const bold = (text: string): string => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text)

function wrap(text: string, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, indent + line]
}
