import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTVerifyResult } from 'jose';
import { z } from 'zod';
import { createRecentMap } from '../recent-map.ts';
import { hashToken } from '../authorization-server/hashes.ts';
import type { Identifiers } from '../authorization-server/identifiers.ts';
import { CLOCK_SKEW_SECONDS } from '../authorization-server/lifetimes.ts';
import { parseScopeList } from '../authorization-server/scopes.ts';
import { SIGNING_ALGORITHM } from '../authorization-server/signing-keys/token-signer.ts';
import { UNOBSERVED_CACHE, type Metrics } from '../observability/metrics.ts';
import type { AccessTokenPrincipal } from './principal.ts';

/** Why a token was refused. Logged, counted and audited; the client sees `invalid_token` for each. */
export const ACCESS_TOKEN_REFUSALS = [
  'malformed',
  'unknown_key',
  'bad_signature',
  'wrong_type',
  'wrong_issuer',
  'wrong_audience',
  'expired',
  'bad_claims',
] as const;
export type AccessTokenRefusal = (typeof ACCESS_TOKEN_REFUSALS)[number];

export type AccessTokenResult =
  | {
      readonly ok: true;
      readonly principal: AccessTokenPrincipal;
      readonly issuedAt: number;
      /** The `kid` of the key that signed it. */
      readonly keyId: string;
    }
  | { readonly ok: false; readonly reason: AccessTokenRefusal };

export interface AccessTokenVerifier {
  /**
   * Verifies an RFC 9068 access token against the keys held in process: ES256 alone, `typ` at+jwt, our issuer, our resource
   * as audience, times, and every claim we rely on. What was verified is remembered until the keys change; times are looked at
   * each time.
   *
   * Rejects only when the keys can't be loaded. Not checked: revocation, and whether the person still exists.
   */
  verify(token: string): Promise<AccessTokenResult>;
  /** Loads the keys before the next token is verified, and forgets what the old ones had signed. */
  forget(): void;
}

const KEYS_MAXIMUM_AGE_MS = 5 * 60 * 1000;
/** A token that names a key we don't have reloads the keys, but not more often than this. */
const UNKNOWN_KEY_COOL_DOWN_MS = 10 * 1000;
/** Ours have about 700 characters; nothing longer is worth a look. */
const MAXIMUM_TOKEN_LENGTH = 4096;
/** About a kilobyte each. A server that has more live tokens verifies some of them again. */
const REMEMBERED_TOKENS = 10_000;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)$/;

interface HeldKeys {
  readonly set: ReturnType<typeof createLocalJWKSet>;
  readonly text: string;
  readonly at: number;
}

type Verified = Extract<AccessTokenResult, { readonly ok: true }>;

const claimsSchema = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  grant_id: z.string().min(1),
  jti: z.string().min(1),
  scope: z.string(),
  iat: z.number().int().nonnegative(),
  exp: z.number().int().positive(),
});

export function createAccessTokenVerifier(
  identifiers: Identifiers,
  loadKeys: () => Promise<JSONWebKeySet>,
  clock: () => Date,
  metrics?: Pick<Metrics, 'cache'>,
): AccessTokenVerifier {
  const options = { issuer: identifiers.issuer, audience: identifiers.resource, typ: 'at+jwt', algorithms: [SIGNING_ALGORITHM] };
  const audiences: readonly string[] = [identifiers.resource, identifiers.userInfoEndpoint];
  const verified = createRecentMap<Verified>(REMEMBERED_TOKENS);
  const lookups = metrics?.cache('verified_tokens', () => verified.size) ?? UNOBSERVED_CACHE;
  let keys: HeldKeys | null = null;
  let loading: Promise<HeldKeys> | null = null;

  const load = (): Promise<HeldKeys> => {
    if (loading !== null) return loading;
    const started = loadKeys()
      .then((document) => {
        const text = JSON.stringify(document);
        const loaded = { set: createLocalJWKSet(document), text, at: clock().getTime() };
        // Keys were forgotten meanwhile: these may be among them.
        if (loading !== started) return loaded;
        // A key that is gone takes with it what it had signed.
        if (text !== keys?.text) verified.clear();
        keys = loaded;
        return loaded;
      })
      .finally(() => {
        if (loading === started) loading = null;
      });
    loading = started;
    return started;
  };
  /** Infinite when the clock was set back to before they were loaded: nobody knows then how old they are. */
  const ageOf = ({ at }: HeldKeys): number => {
    const age = clock().getTime() - at;
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  };
  const currentKeys = async (): Promise<HeldKeys> => (keys !== null && ageOf(keys) <= KEYS_MAXIMUM_AGE_MS ? keys : load());

  const verifyWith = (token: string, set: HeldKeys['set']) =>
    jwtVerify(token, set, { ...options, currentDate: clock(), clockTolerance: 0 });

  const verifySignature = async (token: string): Promise<JWTVerifyResult> => {
    const held = await currentKeys();
    try {
      return await verifyWith(token, held.set);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || ageOf(held) < UNKNOWN_KEY_COOL_DOWN_MS) throw error;
      return verifyWith(token, (await load()).set);
    }
  };

  const verifyAnew = async (token: string): Promise<AccessTokenResult> => {
    if (!isCanonicalJws(token)) return { ok: false, reason: 'malformed' };
    let verification: JWTVerifyResult;
    try {
      verification = await verifySignature(token);
    } catch (error) {
      const reason = toRefusal(error);
      if (reason === null) throw error;
      return { ok: false, reason };
    }
    const { payload, protectedHeader } = verification;
    // Ours name theirs, and one that is withdrawn is known by its name.
    if (protectedHeader.kid === undefined) return { ok: false, reason: 'unknown_key' };
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success || isFromTheFuture(claims.data.iat)) return { ok: false, reason: 'bad_claims' };
    if (![payload.aud].flat().every((audience) => audience !== undefined && audiences.includes(audience))) {
      return { ok: false, reason: 'wrong_audience' };
    }
    const { sub, client_id, grant_id, jti, scope, iat, exp } = claims.data;
    const grantedScopes = parseScopeList(scope);
    return {
      ok: true,
      issuedAt: iat,
      keyId: protectedHeader.kid,
      principal: Object.freeze({
        method: 'access_token',
        userId: sub,
        clientId: client_id,
        grantId: grant_id,
        tokenId: jti,
        expiresAt: exp,
        grantedScopes: Object.freeze(grantedScopes),
        scopes: new Set(grantedScopes.filter((granted) => identifiers.scopes.own.includes(granted))),
      }),
    };
  };
  const isFromTheFuture = (issuedAt: number) => issuedAt > clock().getTime() / 1000 + CLOCK_SKEW_SECONDS;

  return {
    async verify(token) {
      const held = await currentKeys();
      const key = hashToken(token);
      const known = verified.get(key);
      if (known !== undefined && !isFromTheFuture(known.issuedAt)) {
        lookups.hit();
        if (known.principal.expiresAt > Math.floor(clock().getTime() / 1000)) return known;
        verified.delete(key);
        return { ok: false, reason: 'expired' };
      }
      lookups.miss();
      const result = await verifyAnew(token);
      // Not what was verified while the keys were exchanged.
      if (result.ok && keys === held) verified.set(key, result);
      return result;
    },
    forget() {
      keys = null;
      loading = null;
      verified.clear();
    },
  };
}

/**
 * One spelling a token: the last character of a base64url signature has bits that decode to nothing, and a copy that differs
 * in them would verify too, past whatever remembers tokens by their text.
 */
function isCanonicalJws(token: string): boolean {
  const signature = token.length > MAXIMUM_TOKEN_LENGTH ? undefined : COMPACT_JWS.exec(token)?.[1];
  return signature !== undefined && Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** Null: not about the token, so not for us to answer. */
function toRefusal(error: unknown): AccessTokenRefusal | null {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'wrong_issuer';
    if (error.claim === 'aud') return 'wrong_audience';
    if (error.claim === 'typ') return 'wrong_type';
    return 'bad_claims';
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'unknown_key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature';
  if (error instanceof errors.JOSEError) return 'malformed';
  return null;
}
