/** The keys that sign tokens: ES256, sealed in the database, shared by every process of the hub. */
import type { Database, Queryable } from '@platform/service/database'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { planKeys, publishedKeys, type KeyPlan, type KeyTimes } from '../domain/key-schedule.ts'
import type { Seal } from './sealing.ts'

/** A private key with its public part; RFC 7517. */
export interface SigningKey extends KeyTimes {
  readonly jwk: JWK & { readonly kid: string }
}

/** The signing keys of the issuer. */
export interface SigningKeys {
  /** The keys published at `now`, the one that signs first. Makes and forgets keys when their time has come. */
  current(now: Date): Promise<readonly SigningKey[]>
  /** Makes a key ahead and forgets old ones, as the schedule asks for at `now`. May be called at any time, by many processes. */
  rotateKeys(now: Date): Promise<void>
}

interface Row {
  readonly kid: string
  readonly sealed: Buffer
  readonly signs_from: Date
}

/** The signing keys kept in `identity.signing_key`, opened with `seal`. */
export function signingKeys(database: Database, seal: Seal): SigningKeys {
  const read = async (from: Queryable): Promise<SigningKey[]> => {
    const { rows } = await from.query<Row>({ name: 'identity-keys', text: 'SELECT kid, sealed, signs_from FROM identity.signing_key' })
    return rows.map(({ kid, sealed, signs_from }) => ({
      kid,
      signsFrom: signs_from,
      jwk: JSON.parse(seal.open(sealed, kid)) as JWK & { kid: string },
    }))
  }

  const rotateKeys = (now: Date) =>
    database.transaction(async (tx) => {
      await tx.query({ text: 'LOCK TABLE identity.signing_key IN SHARE ROW EXCLUSIVE MODE' })
      const plan = planKeys(await read(tx), now)
      if (plan.make !== undefined) {
        const jwk = await makeKey()
        await tx.query({
          text: 'INSERT INTO identity.signing_key (kid, sealed, made_at, signs_from) VALUES ($1, $2, $3, $4)',
          values: [jwk.kid, seal.seal(JSON.stringify(jwk), jwk.kid), now, plan.make.signsFrom],
        })
      }
      await tx.query({ text: 'DELETE FROM identity.signing_key WHERE kid = ANY($1)', values: [plan.forget] })
    })

  return {
    rotateKeys,
    async current(now) {
      const keys = await read(database)
      if (isDone(planKeys(keys, now))) return publishedKeys(keys, now)
      await rotateKeys(now)
      return publishedKeys(await read(database), now)
    },
  }
}

const isDone = ({ make, forget }: KeyPlan): boolean => make === undefined && forget.length === 0

async function makeKey(): Promise<JWK & { kid: string }> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'ES256' }
}
