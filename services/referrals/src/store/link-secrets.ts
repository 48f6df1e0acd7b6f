/** Tokens, codes and sessions of secure links: made by chance, and kept as hashes. */
import { createHash, randomBytes, randomInt } from 'node:crypto'

/** Makes what opens a link. */
export interface LinkSecrets {
  /** 256 bits, for the address of a link or for whoever has it open. */
  token(): string
  /** Six digits, to be typed. */
  code(): string
}

/** By chance. */
export const linkSecrets: LinkSecrets = {
  token: () => randomBytes(32).toString('base64url'),
  code: () => String(randomInt(1_000_000)).padStart(6, '0'),
}

/** What is kept of a token. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/**
 * What is kept of a code, hashed with what belongs to it (the hash of its link's token, or an organisation), so that one hash says nothing of another.
 * Six digits can be tried by who reads the table; he still has no token, which is kept nowhere.
 */
export const codeHash = (of: string, code: string): string => hashOf(`${of}/${code.replaceAll(/\s/g, '')}`)

/** Whether this can be a token of ours at all. */
export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)
