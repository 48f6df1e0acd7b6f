/** A board on a wall that listens to alerts: server-sent events, which carry references and nothing else. */
import { NotSo } from '../story.ts'

/** What the board heard, oldest first. */
export interface Heard {
  readonly kind: string
  readonly quiet: boolean
  /** `Task/…`: the alert. */
  readonly task: string
  /** `Encounter/…`: the stay. */
  readonly encounter: string
  readonly at: string
}

/** A board that listens until it is disposed of. */
export interface Board extends AsyncDisposable {
  readonly heard: readonly Heard[]
  /** Everything as it came over the line. */
  readonly raw: () => string
}

/** Connects. @throws NotSo when the hub does not let it listen */
export async function listen(url: string, token: string): Promise<Board> {
  const hungUp = new AbortController()
  const response = await fetch(`${url}/alerts/stream`, { headers: { authorization: `Bearer ${token}` }, signal: hungUp.signal })
  if (response.status !== 200 || response.body === null) throw new NotSo(`The alerts cannot be heard (${String(response.status)}).`)
  const heard: Heard[] = []
  let raw = ''
  const lines = response.body.pipeThrough(new TextDecoderStream())
  const reading = (async () => {
    let rest = ''
    for await (const chunk of lines) {
      raw += chunk
      rest += chunk
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (/^event: alert$/m.test(event) && data !== undefined) heard.push(JSON.parse(data) as Heard)
      }
    }
  })().catch(() => undefined) // hung up, by us or by the hub: what was not heard is missed by whoever waits for it
  return {
    heard,
    raw: () => raw,
    async [Symbol.asyncDispose]() {
      hungUp.abort()
      await reading
    },
  }
}
