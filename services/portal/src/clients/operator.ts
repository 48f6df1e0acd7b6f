/** The operator's door of the record: the state of the hub, and trying again what was given up. Nothing of it is about a person. */
import { refuse } from '../errors.ts'
import { askAs } from './ask-as.ts'

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

/** A rule of the hospital alerts, and whether it may speak. */
export interface AlertRuleState {
  readonly rule: string
  readonly title: string
  readonly speaks: boolean
  /** Who approved it as it stands. Days. */
  readonly approval?: { readonly by: string; readonly on: string; readonly reviewBy: string }
  /** It would lengthen the ladder, which has no effect. */
  readonly ladder?: 'not-lengthened'
}

/** What an operator does. Each refuses with SESSION_ENDED, NOT_ALLOWED or RECORD_UNAVAILABLE. */
export interface OperatorDoor {
  state(): Promise<HubState>
  feeds(): Promise<HubFeeds>
  rules(): Promise<readonly AlertRuleState[]>
  /** @returns how many will be tried again */
  retry(changes: readonly string[] | 'all'): Promise<number>
}

/** Opens the door with the token of whoever is signed in. */
export type OperatorClient = (token: string) => OperatorDoor

/** @param baseUrl where the record is; the door is at this followed by /operator */
export function operatorClient(baseUrl: string): OperatorClient {
  const asking = askAs(`${baseUrl}/operator`, () => refuse.NOT_FOUND())
  return (token) => {
    const ask = <T>(path: string, body?: object) => asking<T>(token, path, body)
    return {
      state: () => ask<HubState>('/state'),
      async feeds() {
        const [hospitals, directories] = await Promise.all([
          ask<{ feeds: readonly HospitalFeed[] }>('/hospital-feeds'),
          ask<{ feeds: readonly DirectoryFeed[] }>('/directory-feeds'),
        ])
        return { hospitals: hospitals.feeds, directories: directories.feeds }
      },
      rules: async () => (await ask<{ rules: readonly AlertRuleState[] }>('/alert-rules')).rules,
      retry: async (changes) => (await ask<{ retried: number }>('/retry', { changes })).retried,
    }
  }
}
