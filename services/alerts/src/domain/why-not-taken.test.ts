import t from 'tap'
import { saidOf } from './why-not-taken.ts'

t.test('whoever subscribed reads what they can mend, and nothing else of an error', async (t) => {
  const begins: Readonly<Record<string, string>> = {
    GONE: 'The receiver says that it wants no more.',
    NOT_TAKEN: 'The receiver did not take it.',
    ENDPOINT_FORBIDDEN: 'The endpoint may not be reached from here.',
    CHANNEL_NOT_SET_UP: 'The operator has not set up this channel.',
    'Error CERT_HAS_EXPIRED': 'The certificate of the receiver has expired.',
    'Error ERR_TLS_CERT_ALTNAME_INVALID': 'The certificate of the receiver is for another name than the endpoint has.',
    'Error UNABLE_TO_VERIFY_LEAF_SIGNATURE': 'The certificate of the receiver cannot be verified (UNABLE_TO_VERIFY_LEAF_SIGNATURE).',
    'Error UNABLE_TO_GET_ISSUER_CERT_LOCALLY': 'The certificate of the receiver cannot be verified (UNABLE_TO_GET_ISSUER_CERT_LOCALLY).',
    'Error DEPTH_ZERO_SELF_SIGNED_CERT': 'The certificate of the receiver cannot be verified (DEPTH_ZERO_SELF_SIGNED_CERT).',
    'Error ECONNREFUSED': 'The receiver cannot be reached (ECONNREFUSED).',
    'TypeError, because Error ENOTFOUND': 'The receiver cannot be reached (ENOTFOUND).',
    NO_ANSWER_IN_TIME: 'The receiver did not answer in time.',
    'NoAnswerInTime NO_ANSWER_IN_TIME': 'The receiver did not answer in time.',
    'Error SOMETHING_ELSE': 'The receiver did not take it.',
  }
  for (const [reason, beginning] of Object.entries(begins)) t.ok(saidOf(reason).startsWith(beginning), reason)
})
