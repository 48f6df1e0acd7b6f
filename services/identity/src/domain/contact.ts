/** Where a one-time code is sent: an e-mail address or a mobile number, written one way so that it is found again. */

/** An address in one spelling. */
export interface Contact {
  readonly way: 'email' | 'sms'
  /** Lower case, or E.164. */
  readonly to: string
}

// One @, a dot after it, no spaces: the mail server says the rest. Longest by RFC 5321, section 4.5.3.1.3.
const EMAIL = /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,180}\.[^\s@<>,;".]{2,}$/
const E164 = /^\+[1-9]\d{6,14}$/

/** @returns nothing when it is neither; a number that begins with 0 is one of the United Kingdom */
export function parseContact(text: string): Contact | undefined {
  const written = text.trim()
  if (EMAIL.test(written)) return { way: 'email', to: written.toLowerCase() }
  const digits = written
    .replaceAll(/[\s().-]/g, '')
    .replace(/^00/, '+')
    .replace(/^0/, '+44')
  return E164.test(digits) ? { way: 'sms', to: digits } : undefined
}
