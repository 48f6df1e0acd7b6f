/** The operator's door of the record: the state of the hub, and trying again what was given up. Nothing of it is about a person. */
import { askAt } from '@platform/service/ask'
import { refuse } from '../errors.ts'

/** The state of the hub, as the record tells it. */
export interface HubState {
  readonly behind: readonly { readonly consumer: string; readonly waiting: number; readonly dead: number; readonly lagSeconds: number }[]
  readonly deadLetters: readonly {
    readonly consumer: string
    readonly changeId: string
    /** Type and id of what changed. */
    readonly resource: string
    readonly deadAt: string
    readonly reason: string
  }[]
  readonly watchdogs: readonly { readonly kind: string; readonly open: number; readonly overdue: number }[]
  readonly subscriptions: Readonly<Record<string, number>>
  readonly organizations: readonly { readonly name: string; readonly grade?: string; readonly active: boolean }[]
  readonly factsReadTo?: string
}

/** A hospital that sends, and how it stands. */
export interface HospitalFeed {
  /** As it writes itself. */
  readonly facility: string
  /** An instant. */
  readonly lastAt: string
  readonly frames: number
  /** Whether its silence is with a person. */
  readonly silent: boolean
}

/** A feed of listings, and how it stands. Times are instants. */
export interface DirectoryFeed {
  readonly name: string
  readonly type: string
  readonly publisher: string
  readonly items: number
  readonly refused: number
  readonly answeredAt?: string
  readonly nextAt?: string
  readonly failingSince?: string
}

/** The feeds that come in. */
export interface HubFeeds {
  readonly hospitals: readonly HospitalFeed[]
  readonly directories: readonly DirectoryFeed[]
}

/** What an operator does. Each refuses with SESSION_ENDED, NOT_ALLOWED or RECORD_UNAVAILABLE. */
export interface OperatorDoor {
  state(): Promise<HubState>
  feeds(): Promise<HubFeeds>
  /** @returns how many will be tried again */
  retry(changes: readonly string[] | 'all'): Promise<number>
}

/** Opens the door with the token of whoever is signed in. */
export type OperatorClient = (token: string) => OperatorDoor

/** Longer than that and a person is told that the record does not answer, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000

/** @param baseUrl where the record is; the door is at this followed by /operator */
export function operatorClient(baseUrl: string): OperatorClient {
  const asking = askAt(`${baseUrl}/operator`)
  return (token) => {
    const ask = async <T>(path: string, body?: object): Promise<T> => {
      const { status, body: answer } = await asking({
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        withinMs: ANSWER_WITHIN_MS,
      }).catch((cause: unknown) => {
        throw refuse.RECORD_UNAVAILABLE({}, { cause })
      })
      if (status >= 200 && status <= 299) return JSON.parse(answer.toString()) as T
      if (status === 401) throw refuse.SESSION_ENDED()
      if (status === 403) throw refuse.NOT_ALLOWED()
      throw status >= 500 || status === 429 ? refuse.RECORD_UNAVAILABLE() : refuse.NOT_FOUND()
    }
    return {
      state: () => ask<HubState>('/state'),
      async feeds() {
        const [hospitals, directories] = await Promise.all([
          ask<{ feeds: readonly HospitalFeed[] }>('/hospital-feeds'),
          ask<{ feeds: readonly DirectoryFeed[] }>('/directory-feeds'),
        ])
        return { hospitals: hospitals.feeds, directories: directories.feeds }
      },
      retry: async (changes) => (await ask<{ retried: number }>('/retry', { changes })).retried,
    }
  }
}
