/** Addresses of organisations, as far as they can be told from something else. Whether one is right is found out by a code that comes back. */

/** RFC 5321, without quoted local parts and literals: what people have. Control characters and lists are none. */
export const isEmail = (text: string): boolean =>
  text.length <= 254 && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(text)

/** E.164 with its plus, or a UK number with its zero; spaces are taken. */
export const isTelephone = (text: string): boolean => /^(?:\+[1-9]\d{7,14}|0\d{9,10})$/.test(text.replaceAll(/[\s()-]/g, ''))

/** Whether two addresses are one mailbox: what stands behind a plus is the owner's own (RFC 5233), and capitals tell none apart. */
export const isSameMailbox = (one: string, other: string): boolean => mailboxOf(one) === mailboxOf(other)
const mailboxOf = (address: string): string => address.toLowerCase().replace(/\+[^@]*(?=@)/, '')
