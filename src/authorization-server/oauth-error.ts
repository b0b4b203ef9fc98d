/** Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7591 §3.2.2 and RFC 8707 §2 that our own checks answer with, by status. */
export const OAUTH_ERRORS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  invalid_target: 400,
  invalid_token: 401,
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  access_denied: 400,
} as const;

export type OAuthErrorCode = keyof typeof OAUTH_ERRORS;

/**
 * A refusal of an OAuth endpoint. `description` goes to the client; `reason` is the operator's half: it is audited, never sent.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly status: 400 | 401;
  readonly description: string;
  readonly reason: string;

  constructor(code: OAuthErrorCode, description: string, reason: string = code) {
    super(description);
    this.name = 'OAuthError';
    this.code = code;
    this.status = OAUTH_ERRORS[code];
    this.description = description;
    this.reason = reason;
  }
}
