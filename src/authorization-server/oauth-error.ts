/** Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 7009, RFC 7591 §3.2.2 and RFC 8707 that our own checks answer with. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'access_denied'
  | 'temporarily_unavailable';

const STATUS: Readonly<Record<OAuthErrorCode, 400 | 401 | 503>> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  invalid_target: 400,
  invalid_token: 401,
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  access_denied: 400,
  temporarily_unavailable: 503,
};

/**
 * A refusal of an OAuth endpoint. `description` goes to the client; `reason` is the operator's half: it is audited, never sent.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly status: 400 | 401 | 503;
  readonly description: string;
  readonly reason: string;

  constructor(code: OAuthErrorCode, description: string, reason: string = code) {
    super(description);
    this.name = 'OAuthError';
    this.code = code;
    this.status = STATUS[code];
    this.description = description;
    this.reason = reason;
  }
}
