/** SMART App Launch discovery. https://hl7.org/fhir/smart-app-launch/conformance.html */

/** What `/.well-known/smart-configuration` under the FHIR base answers. */
export interface SmartConfiguration {
  readonly issuer: string
  readonly jwks_uri: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly grant_types_supported: readonly string[]
  readonly response_types_supported: readonly string[]
  readonly code_challenge_methods_supported: readonly string[]
  readonly token_endpoint_auth_methods_supported: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported: readonly string[]
  readonly scopes_supported: readonly string[]
  readonly capabilities: readonly string[]
}

/**
 * The SMART configuration of the hub reached at `publicUrl`, with absolute addresses of its embedded issuer.
 *
 * To be answered as `application/json` whatever the request accepts, and without a token.
 */
export function smartConfiguration(publicUrl: string): SmartConfiguration {
  const issuer = `${publicUrl.replace(/\/+$/, '')}/identity`
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    grant_types_supported: ['client_credentials', 'authorization_code'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: [
      'openid',
      'fhirUser',
      'system/*.cruds',
      'system/*.rs',
      'user/*.cruds',
      'user/*.rs',
      'patient/*.cruds',
      'patient/*.rs',
    ],
    capabilities: [
      'client-confidential-asymmetric',
      'permission-v1',
      'permission-v2',
      'permission-patient',
      'permission-user',
      'sso-openid-connect',
      'health-cards',
    ],
  }
}
