/** Why our own checks refuse a token request. Audited and counted, never sent. */
const OWN_REFUSALS = [
  'unknown_code',
  'code_of_another_client',
  'code_replayed',
  'code_expired',
  'code_attempts_exhausted',
  'redirect_uri_mismatch',
  'code_verifier_malformed',
  'code_verifier_mismatch',
  'refresh_token_of_another_client',
  'refresh_token_replayed',
  'scope_exceeds_grant',
  'grant_not_live',
  'client_unknown',
  'secret_of_a_client_without_one',
  'basic_malformed',
  'two_client_authentications',
  'two_client_ids',
  'assertion_reused',
  'repeated_parameter',
] as const;
export type TokenRefusal = (typeof OWN_REFUSALS)[number];

/** Every reason that a refused token request has: ours, or the error code of the answer (RFC 6749 §5.2, RFC 8707 §2). */
export const TOKEN_REFUSALS: readonly string[] = [
  ...OWN_REFUSALS,
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'unauthorized_client',
  'unsupported_grant_type',
  'temporarily_unavailable',
];
