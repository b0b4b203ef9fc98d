/** The grants that the token endpoint serves (RFC 6749 §4.1 and §6); whoever may use the one may use the other. */
export const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

export function isGrantType(value: unknown): value is GrantType {
  return GRANT_TYPES.some((grantType) => grantType === value);
}
