/** Every way the issuer says no, beside OAuth's own error codes at the token endpoint. */
import { defineErrors } from '@platform/fhir/errors'

export const refuse = defineErrors({
  CLIENT_ID_INVALID: {
    issue: 'value',
    says: 'A client id has 3 to 64 letters, digits, dots, hyphens or underscores.',
    remedy: 'Choose another client id.',
  },
  CLIENT_KEYS_INVALID: {
    issue: 'value',
    says: ({ reason }: { reason: string }) => `The key set cannot be registered: ${reason}.`,
    remedy: 'Give a JWK Set of public keys, each with its own kid: RSA of 2048 bits or more for RS384, or EC P-384 for ES384.',
  },
  CLIENT_SCOPES_INVALID: {
    issue: 'value',
    says: ({ scope }: { scope: string }) => `"${scope}" is not a SMART scope on resources.`,
    remedy: 'Write scopes such as system/*.rs or system/Procedure.cruds, separated by spaces.',
  },
  CLIENT_ROLE_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ role }: { role: string }) => `There is no role "${role}".`,
    remedy: 'Use admin, professional, worker, ward, commissioner, patient or carer.',
  },
  CLIENT_GRADE_UNKNOWN: {
    issue: 'code-invalid',
    says: ({ grade }: { grade: string }) => `There is no grade "${grade}".`,
    remedy: 'Use link-only, needs-only, therapy-record or full.',
  },
  CLIENT_ORGANIZATION_INVALID: {
    issue: 'value',
    says: 'The organisation is not a reference to an Organization.',
    remedy: 'Write it as Organization/<id>, or give its id alone.',
  },
  CLIENT_PATIENT_MISSING: {
    issue: 'required',
    says: 'A client or person with the role patient or carer must say whose record it is for.',
    remedy: "Give the Patient's id.",
  },
  CLIENT_UNKNOWN: {
    issue: 'not-found',
    says: ({ clientId }: { clientId: string }) => `No client "${clientId}" is registered.`,
    remedy: 'Register it first.',
  },
  SEALING_KEY_WRONG: {
    issue: 'exception',
    says: 'The signing keys in the database cannot be opened with the identity key in HANDRAIL_HOME.',
    remedy: 'Restore the file identity.key that belongs to this database.',
  },
})
