/** The issuer with the keys of the moment. */
import type Provider from 'oidc-provider'
import type { SigningKeys } from '../../store/signing-keys.ts'
import type { Issued } from '../../store/issued.ts'
import { buildProvider, type ProviderOptions } from './provider.ts'

const LOOK_AGAIN_AFTER_MS = 30_000

/** Where requests are handed: the provider, made anew when the keys have changed. */
export type CurrentProvider = () => Promise<Provider>

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
  let looking: Promise<Provider> | undefined
  let lookedAt = 0
  let built: { readonly from: string; readonly provider: Provider } | undefined

  const look = async (now: Date): Promise<Provider> => {
    try {
      const current = await keys.current(now)
      const from = current.map(({ kid }) => kid).join(' ')
      if (built?.from !== from) built = { from, provider: buildProvider({ ...options, keys: current }) }
      await options.issued.sweep()
    } catch (error) {
      // While the database is away, the keys it held a moment ago are still published.
      if (built === undefined) throw error
      options.log.warn({ event: 'identity.keys-not-read', error })
    }
    return built.provider
  }

  return () => {
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
}
