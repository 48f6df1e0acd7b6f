/** Passcodes of links: kept as argon2id, so that a stolen table gives none away. OWASP's second recommended setting. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

/** 19 MiB, two passes, one lane: about 50 ms. */
const SETTING = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

/** `argon2id$19456$2$1$<salt>$<hash>`: with its setting, so that a later one can be stronger. */
export async function hashPasscode(passcode: string): Promise<string> {
  const nonce = randomBytes(16)
  const hash = await derive('argon2id', { ...SETTING, message: typed(passcode), nonce })
  return ['argon2id', SETTING.memory, SETTING.passes, SETTING.parallelism, nonce.toString('base64url'), hash.toString('base64url')].join(
    '$',
  )
}

/** In constant time, whether it is the same passcode. */
export async function isPasscode(passcode: string, kept: string): Promise<boolean> {
  const [kind, memory, passes, parallelism, salt = '', wanted = ''] = kept.split('$')
  if (kind !== 'argon2id') throw new Error('A passcode is kept in a way that is not known.')
  const expected = Buffer.from(wanted, 'base64url')
  const given = await derive('argon2id', {
    message: typed(passcode),
    nonce: Buffer.from(salt, 'base64url'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  })
  return timingSafeEqual(given, expected)
}

/** The same letters, however a keyboard composes them. */
const typed = (passcode: string): Buffer => Buffer.from(passcode.normalize('NFC'), 'utf8')
