/** Tokens of a service's own client, by the key that the hub made for it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { tokenSource, type TokenSource } from './token-source.ts'

/** The settings that say where tokens are had and where the key lies. */
export interface OwnTokensConfig {
  readonly PUBLIC_URL: string
  /** Where the issuer is reached from here. Absent: under PUBLIC_URL. */
  readonly IDENTITY_URL?: string | undefined
  readonly HANDRAIL_HOME: string
}

/** Opens them. The key is read when it is first needed: the hub makes it at its first start. */
export function ownTokens({ PUBLIC_URL, IDENTITY_URL, HANDRAIL_HOME }: OwnTokensConfig, clientId: string): TokenSource {
  const keyFile = join(HANDRAIL_HOME, 'internal-clients', `${clientId}.jwk.json`)
  const open = async () => {
    const key = JSON.parse(await readFile(keyFile, 'utf8')) as JWK
    const tokenUrl = `${IDENTITY_URL ?? PUBLIC_URL}/identity/token`
    return tokenSource({ tokenUrl, audience: `${PUBLIC_URL}/identity/token`, clientId, key })
  }
  let opened: ReturnType<typeof open> | undefined
  return {
    async get() {
      opened ??= open()
      opened.catch(() => (opened = undefined)) // the next one who needs a token looks again
      return (await opened).get()
    },
    forget: () => void opened?.then((source) => source.forget()).catch(() => undefined),
  }
}
