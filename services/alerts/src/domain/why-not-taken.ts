/** What whoever subscribed reads in Subscription.error of a delivery that was given up, so that they can mend it. Pure. */

const ASK_AGAIN = 'read what was missed with $events, and set the status to requested.'

const SAID: Readonly<Record<string, string>> = {
  GONE: 'The receiver says that it wants no more. Set the status to requested once it does.',
  NOT_TAKEN: `The receiver did not take it. Mend it, ${ASK_AGAIN}`,
  ENDPOINT_FORBIDDEN: 'The endpoint may not be reached from here. Ask the operator to add host and port to OUTBOUND_ALLOW.',
  CHANNEL_NOT_SET_UP: 'The operator has not set up this channel.',
}

/** Node's and OpenSSL's codes for a certificate that is refused. */
const CERTIFICATE =
  /\b(CERT_[A-Z_]+|ERR_TLS_CERT_ALTNAME_INVALID|UNABLE_TO_[A-Z_]*(?:CERT|SIGNATURE)[A-Z_]*|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT[A-Z_]*)\b/
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID'
const UNREACHED = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|NO_ANSWER_IN_TIME)\b/

/** @param reason a code of ours, or how an error was summed up: its code is in it, and nothing else of it is said */
export function saidOf(reason: string): string {
  const said = SAID[reason]
  if (said !== undefined) return said
  const certificate = CERTIFICATE.exec(reason)?.[1]
  if (certificate === 'CERT_HAS_EXPIRED') return `The certificate of the receiver has expired. Renew it, ${ASK_AGAIN}`
  if (certificate === OTHER_NAME)
    return `The certificate of the receiver is for another name than the endpoint has. Mend either, ${ASK_AGAIN}`
  if (certificate !== undefined)
    return `The certificate of the receiver cannot be verified (${certificate}). Use one of a public authority with its chain, ${ASK_AGAIN}`
  const unreached = UNREACHED.exec(reason)?.[1]
  if (unreached === 'NO_ANSWER_IN_TIME') return `The receiver did not answer in time. Mend it, ${ASK_AGAIN}`
  if (unreached !== undefined) return `The receiver cannot be reached (${unreached}). Mend it, ${ASK_AGAIN}`
  return SAID['NOT_TAKEN'] ?? ''
}
