/** The issuer with the keys of the moment. */
import type Provider from 'oidc-provider'
import type { SigningKey, SigningKeys } from '../../store/signing-keys.ts'
import type { Issued } from '../../store/issued.ts'
import { buildProvider, type ProviderOptions } from './provider.ts'

const LOOK_AGAIN_AFTER_MS = 30_000

/** Where requests are handed: the provider, made anew when the keys have changed. */
export interface CurrentProvider {
  (): Promise<Provider>
  /** The keys it signs with and publishes. */
  keys(): Promise<readonly SigningKey[]>
}

export interface CurrentProviderOptions extends Omit<ProviderOptions, 'keys'> {
  readonly keys: SigningKeys
  readonly issued: Issued
  readonly clock: { now(): Date }
}

/**
 * Looks at the keys at most every 30 s, so that every process of the hub follows a rotation well within the day that a key is
 * published ahead; forgets what has expired on the same occasion.
 */
export function currentProvider({ keys, clock, ...options }: CurrentProviderOptions): CurrentProvider {
  let looking: Promise<Built> | undefined
  let lookedAt = 0
  let built: Built | undefined

  const look = async (now: Date): Promise<Built> => {
    try {
      const current = await keys.current(now)
      const from = current.map(({ kid }) => kid).join(' ')
      if (built?.from !== from) built = { from, keys: current, provider: buildProvider({ ...options, keys: current }) }
      await options.issued.sweep()
    } catch (error) {
      // While the database is away, the keys it held a moment ago are still published.
      if (built === undefined) throw error
      options.log.warn({ event: 'identity.keys-not-read', error })
    }
    return built
  }

  const latest = (): Promise<Built> => {
    const now = clock.now()
    const fresh = Math.abs(now.getTime() - lookedAt) < LOOK_AGAIN_AFTER_MS
    if (looking !== undefined && fresh) return looking
    lookedAt = now.getTime()
    looking = look(now)
    looking.catch(() => {
      looking = undefined // The next request tries again.
    })
    return looking
  }
  return Object.assign(async () => (await latest()).provider, { keys: async () => (await latest()).keys })
}

interface Built {
  readonly from: string
  readonly keys: readonly SigningKey[]
  readonly provider: Provider
}
