/** The scopes that open resumes. API keys carry the same names as their permissions. */
export const RESUME_SCOPES = ['resumes:read', 'resumes:write', 'resumes:publish', 'resumes:delete'] as const;
export type ResumeScope = (typeof RESUME_SCOPES)[number];

/** Scopes about the person and the connection itself. */
const IDENTITY_SCOPES = ['openid', 'profile', 'email'] as const;
export const OFFLINE_ACCESS = 'offline_access';

/** Every scope the authorization server knows, in the order its metadata lists them (RFC 8414 `scopes_supported`). */
export const SUPPORTED_SCOPES = [...RESUME_SCOPES, OFFLINE_ACCESS, ...IDENTITY_SCOPES] as const;
export type Scope = (typeof SUPPORTED_SCOPES)[number];

/** What the consent page says for each scope. */
export const SCOPE_DESCRIPTIONS: Readonly<Record<Scope, string>> = {
  'resumes:read': 'See your resumes, their versions and their statistics',
  'resumes:write': 'Create resumes and change their content; every change is kept as a version that you can undo',
  'resumes:publish': 'Publish or unpublish a resume on the web',
  'resumes:delete': 'Delete resumes for good',
  offline_access: 'Stay connected until you disconnect it',
  openid: 'Know that it is you',
  profile: 'Know your name',
  email: 'Know your e-mail address',
};

/** The scopes of one protected resource, and what the authorization server in front of it knows beside them. */
export interface ScopeRegistry {
  /** Those that open the resource, in the order its metadata lists them (RFC 9728 `scopes_supported`). */
  readonly own: readonly string[];
  /** Every scope that may be asked for (RFC 8414 `scopes_supported`). */
  readonly supported: readonly string[];
}

/** @param own names of RFC 6749 §3.3, none of them one of OpenID Connect's @throws TypeError for what is no name of a scope, or taken */
export function createScopeRegistry(own: readonly string[]): ScopeRegistry {
  const others: readonly string[] = [OFFLINE_ACCESS, ...IDENTITY_SCOPES];
  const wrong = own.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope) || others.includes(scope));
  if (wrong !== undefined) throw new TypeError(`${wrong} can't be the name of a scope`);
  return Object.freeze({ own: Object.freeze([...own]), supported: Object.freeze([...own, ...others]) });
}

export const RESUME_SCOPE_REGISTRY: ScopeRegistry = createScopeRegistry(RESUME_SCOPES);

export function isResumeScope(value: string): value is ResumeScope {
  return RESUME_SCOPES.some((scope) => scope === value);
}

export function isScope(value: string): value is Scope {
  return SUPPORTED_SCOPES.some((scope) => scope === value);
}

/**
 * Splits a `scope` value (RFC 6749 §3.3) at spaces; repeats collapse, empty parts vanish, order stays.
 * Not checked: whether each part is a scope we know or even legal syntax.
 */
export function parseScopeList(value: string | null | undefined): string[] {
  return [...new Set((value ?? '').split(' ').filter((part) => part !== ''))];
}
