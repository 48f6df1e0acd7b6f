/** The hospital's patient administration system: one MLLP connection, HL7 v2 messages. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readAcknowledgement, type AcknowledgementRead } from '@platform/hl7v2/acknowledgement'
import { readMessages } from '@platform/hl7v2/message'
import { connectMllp } from '@platform/hl7v2/mllp-client'
import { NotSo } from '../story.ts'

/** A connected hospital. */
export interface Hospital extends AsyncDisposable {
  /** Sends one message. @throws NotSo when what comes back is no acknowledgement */
  send(message: string): Promise<AcknowledgementRead>
}

/** Connects to the listener of the hub whose home folder this is. @throws NotSo when it has none */
export async function connectHospital(home: string): Promise<Hospital> {
  const told = await readFile(join(home, 'alerts', 'mllp.json'), 'utf8').catch(() => undefined)
  if (told === undefined) throw new NotSo('The hub does not listen to hospitals.')
  const line = await connectMllp(JSON.parse(told) as { host: string; port: number })
  return {
    async send(message) {
      const [answer] = readMessages(await line.send(message))
      const read = answer === undefined ? undefined : readAcknowledgement(answer)
      if (read === undefined) throw new NotSo('What came back over the hospital line is no acknowledgement.')
      return read
    },
    [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
  }
}
