/** ADT messages about seeded people, cheap enough to make while measuring. */
import { connectMllp } from '@platform/hl7v2/mllp-client'
import { anAdmissionMessage, type AdmissionEvent } from '@platform/testing/cast-messages'
import { drive, type Amount, type Driven } from './drive.ts'
import { aPerson } from './people.ts'

/** Whom messages are about: the index and number that the person was made from. */
export interface Admitted {
  readonly index: number
  readonly nhsNumber: string
  /** Instead of the one the index gives. */
  readonly birthDate?: string
}

/** The next message, with a control id of its own. @param visit six digits; absent: each person has one visit */
export type NextMessage = (visit?: string) => Buffer

const CONTROL_ID = '@CONTROL@'
const VISIT = '@VISIT@'

let controlIds = 0

/** Messages about these people in turn. */
export function messagesAbout(people: readonly Admitted[], event: AdmissionEvent): NextMessage {
  const templates = people.map((person) => templateOf(person, event))
  let turn = 0
  return (visit) => {
    const index = turn++ % templates.length
    const controlId = `B${String(++controlIds).padStart(11, '0')}`
    const number = visit ?? String(people[index]?.index ?? 0).padStart(6, '0')
    return Buffer.from((templates[index] ?? '').replace(CONTROL_ID, controlId).replaceAll(VISIT, number))
  }
}

function templateOf({ index, nhsNumber, birthDate: born }: Admitted, event: AdmissionEvent): string {
  const { name, birthDate = '', gender } = aPerson(index, nhsNumber)
  const person = {
    nhsNumber,
    family: name?.[0]?.family ?? '',
    given: name?.[0]?.given?.[0] ?? '',
    birthDate: born ?? birthDate,
    gender: gender === 'female' ? 'female' : 'male',
  } as const
  return anAdmissionMessage({ person, event, at: new Date(), controlId: CONTROL_ID, visit: `V${VISIT}` })
}

/** Frames over so many connections, each waiting for its acknowledgement. @throws Error when a message is not taken */
export async function driveFrames(port: number, next: NextMessage, connections: number, amount: Amount): Promise<Driven> {
  const clients = await Promise.all(Array.from({ length: connections }, () => connectMllp({ host: '127.0.0.1', port })))
  try {
    return await drive(
      clients.map((client) => async () => accepted(await client.send(next()))),
      amount,
    )
  } finally {
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()))
  }
}

/** Looks at an acknowledgement. @throws Error when it says anything but that the message is taken: AA, or CA where that was asked for */
export function accepted(answer: Buffer): void {
  if (!answer.includes('MSA|AA|') && !answer.includes('MSA|CA|')) throw new Error(`answered ${answer.toString().replaceAll('\r', ' ')}`)
}
