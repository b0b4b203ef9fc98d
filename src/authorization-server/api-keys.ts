import { RESUME_SCOPES, isResumeScope, type ResumeScope } from './scopes.ts';

/** Permissions in the form the API-key plugin keeps: `{ resumes: ['read', 'write'] }`. */
export type ApiKeyPermissions = Record<string, string[]>;

export interface ApiKeySummary {
  readonly id: string;
  readonly name: string | null;
  /** The first characters, enough to recognise a key, useless to use it. */
  readonly start: string | null;
  readonly scopes: readonly ResumeScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly isEnabled: boolean;
}

export interface ApiKeyStore {
  /** @returns the key itself, once; only its hash is kept */
  create(
    userId: string,
    key: { readonly name: string; readonly scopes: readonly ResumeScope[]; readonly expiresInSeconds: number | null },
  ): Promise<{
    readonly id: string;
    readonly key: string;
  }>;
  /** Every key of the person, expired ones included, newest first. */
  list(userId: string): Promise<ApiKeySummary[]>;
  /** False when the person has no such key. */
  revoke(userId: string, apiKeyId: string): Promise<boolean>;
}

/** A key that the plugin accepted. */
export interface VerifiedApiKey {
  readonly id: string;
  readonly name: string | null;
  readonly userId: string;
  readonly scopes: readonly ResumeScope[];
}

export type ApiKeyVerification =
  | { readonly ok: true; readonly key: VerifiedApiKey }
  | { readonly ok: false; readonly reason: 'unknown' | 'disabled' | 'expired' | 'owner_banned' };

export const API_KEY_PREFIX = 'vitae_';
export const API_KEY_LENGTH = 48;

/** Cheap shape test before any query: what we issue is the prefix and 48 letters. */
export function looksLikeApiKey(value: string): boolean {
  return /^vitae_[A-Za-z]{48}$/.test(value);
}

/** All four scopes: a key that its owner makes without saying otherwise is theirs entirely. */
export const DEFAULT_API_KEY_PERMISSIONS: ApiKeyPermissions = toPermissions(RESUME_SCOPES);

export function toPermissions(scopes: readonly ResumeScope[]): ApiKeyPermissions {
  return { resumes: scopes.map((scope) => scope.slice('resumes:'.length)) };
}

export function toScopes(permissions: Readonly<Record<string, readonly string[]>> | null | undefined): ResumeScope[] {
  return (permissions?.['resumes'] ?? []).map((action) => `resumes:${action}`).filter(isResumeScope);
}

/** @param value the plugin's JSON column; anything that is not a map of lists of words counts as no permission */
export function parsePermissions(value: string | null): ApiKeyPermissions {
  const parsed: unknown = value === null ? null : JSON.parse(value);
  if (typeof parsed !== 'object' || parsed === null) return {};
  return Object.fromEntries(
    Object.entries(parsed).map(([resource, actions]) => [
      resource,
      Array.isArray(actions) ? actions.filter((action) => typeof action === 'string') : [],
    ]),
  );
}
