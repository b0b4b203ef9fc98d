/** Who is calling, resolved once per request from one credential. Immutable; below `http` it is the only identity. */
export type Principal = AccessTokenPrincipal | ApiKeyPrincipal | SessionPrincipal;

interface PrincipalBase {
  readonly userId: string;
  /** Of the protected resource. */
  readonly scopes: ReadonlySet<string>;
}

/** An OAuth access token (RFC 9068). Everything it may see is bounded by its grant. */
export interface AccessTokenPrincipal extends PrincipalBase {
  readonly method: 'access_token';
  readonly grantId: string;
  readonly clientId: string;
  readonly tokenId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** Everything the token carries, those of the resource included, in the order of its `scope` claim. */
  readonly grantedScopes: readonly string[];
}

export interface ApiKeyPrincipal extends PrincipalBase {
  readonly method: 'api_key';
  readonly apiKeyId: string;
  readonly apiKeyName: string | null;
}

/** The owner in a browser: every scope of the resource. */
export interface SessionPrincipal extends PrincipalBase {
  readonly method: 'session';
  readonly sessionId: string;
  readonly userName: string;
  readonly userEmail: string;
}
