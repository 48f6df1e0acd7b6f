/** Messages written by others are read as their manifest says. Skipped where the examples are not beside this repository. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readMessages, type Message, type Repetition } from '@platform/hl7v2/message'

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'examples', 'hl7v2')
const skip = existsSync(folder) ? false : 'shared/examples/hl7v2 is not beside this repository'

interface Listed {
  readonly messageType: string
  readonly event: string
  readonly controlId: string
  readonly version: string
  readonly charset: string
  readonly acceptAck: string
  readonly applicationAck: string
  readonly sendingApp: string
  readonly sendingFacility: string
  readonly evn?: { readonly code: string; readonly recorded: string; readonly occurred: string }
  readonly pid?: {
    readonly count: number
    readonly identifiers: readonly object[]
    readonly family: string
    readonly given: string
    readonly birth: string
    readonly sex: string
  }
  readonly pv1?: {
    readonly class: string
    readonly location: readonly string[]
    readonly visit: string
    readonly admit: string
    readonly discharge: string
  }
  readonly mrg?: readonly object[]
  readonly segments: readonly string[]
}

const identifier = (each: Repetition) => ({ value: each.text(), authority: each.text(4), type: each.text(5) })
/** A component with its subcomponents, as the manifest writes it. */
const whole = (message: Message, raw: string, component: number) => (raw.split(message.delimiters.component)[component - 1] ?? '').trim()

function readOut(message: Message): Partial<Listed> {
  const { msh } = message
  const [evn, pid] = [message.segment('EVN'), message.segment('PID')]
  const pv1 = message.segment('PV1')
  return {
    messageType: message.type,
    event: message.event,
    controlId: message.controlId,
    version: msh.text(12),
    charset: msh.text(18),
    acceptAck: msh.text(15),
    applicationAck: msh.text(16),
    sendingApp: msh.text(3),
    sendingFacility: msh.text(4),
    ...(evn === undefined ? {} : { evn: { code: evn.text(1), recorded: evn.text(2), occurred: evn.text(6) } }),
    ...(pid === undefined
      ? {}
      : {
          pid: {
            count: message.all('PID').length,
            identifiers: pid.repetitions(3).map(identifier),
            family: pid.text(5, 1),
            given: pid.text(5, 2),
            birth: pid.text(7),
            sex: pid.text(8),
          },
        }),
    ...(pv1 === undefined
      ? {}
      : {
          pv1: {
            class: pv1.text(2),
            location: [1, 2, 3, 4].map((component) => whole(message, pv1.repetitions(3)[0]?.raw ?? '', component)),
            visit: pv1.text(19),
            admit: pv1.text(44),
            discharge: pv1.text(45),
          },
        }),
    ...(message.segment('MRG') === undefined ? {} : { mrg: message.all('MRG').flatMap((mrg) => mrg.repetitions(1).map(identifier)) }),
    segments: message.segments.map(({ name }) => name),
  }
}

/** Where the manifest's own parser splits an escaped delimiter, which belongs to the text. HL7 v2, 2.7.1 */
const MANIFEST_SLIPS: Readonly<Record<string, object>> = {
  'rethinkhealth--hl7v2__edge-escaped-delimiters.hl7': { pid: { family: 'DOE&SMITH' } },
}

t.test('every field of the manifest is read out of every message', { skip }, async (t) => {
  const { files } = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8')) as {
    files: readonly { file: string; messages: readonly Listed[] }[]
  }
  let count = 0
  for (const { file, messages: listed } of files) {
    const messages = readMessages(readFileSync(join(folder, file)))
    t.equal(messages.length, listed.length, file)
    for (const [index, expected] of listed.entries()) {
      const message = messages[index]
      if (message?.readable !== true) {
        t.fail(`${file} ${String(index)} cannot be read`)
        continue
      }
      count += 1
      const trimmed = JSON.parse(JSON.stringify(expected), (_key, value: unknown) =>
        typeof value === 'string' ? value.trim() : value,
      ) as Listed
      const slip = MANIFEST_SLIPS[file] as Partial<Listed> | undefined
      t.match(
        readOut(message),
        slip === undefined ? trimmed : { ...trimmed, pid: { ...trimmed.pid, ...slip.pid } },
        `${file} ${String(index)}`,
      )
    }
  }
  t.equal(count, 95)
})
