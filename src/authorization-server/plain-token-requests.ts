import { z } from 'zod';
import type { KeptRow } from '../db/kept-inserts.ts';
import { oauthRefreshToken } from '../db/schema/auth.ts';
import { Unforeseen, type Deferral } from './deferral.ts';

/**
 * A token request that nothing is peculiar about, of which everything was read in one statement and without a lock. The library judges and
 * answers it by these rows; what it writes is written afterwards in one statement, which locks the rows in the order of every other writer,
 * looks whether they still are what was read, and writes nothing when one is not.
 */
export interface PlainTokenRequest {
  readonly deferral: Deferral;
  /** Our own judgement, as far as it changes nothing. @throws Unforeseen for whatever it is to be refused or changed for */
  judge(parameters: Readonly<Record<string, unknown>>, clientId: string): JudgedTokenRequest;
  /**
   * Writes what the library wrote, and the event that tells of it. True: it is committed. False: nothing is written.
   *
   * @throws Unforeseen when the library has written anything else than such a request does
   */
  write(event: KeptRow): Promise<boolean>;
}

/** Whose token it is. */
export interface JudgedTokenRequest {
  readonly grantId: string;
  readonly userId: string;
  readonly codeHash: string | null;
}

export function textOf(parameters: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

/** A refresh token as the library creates it. A bound one (RFC 9449) is not among the plain ones. */
const issuedSchema = z.strictObject({
  id: z.string(),
  token: z.string(),
  clientId: z.string(),
  sessionId: z.string().nullish(),
  userId: z.string(),
  referenceId: z.string(),
  authorizationCodeId: z.string().nullish(),
  authTime: z.date().nullish(),
  confirmation: z.null().optional(),
  requestedUserInfoClaims: z.array(z.string()).nullish(),
  scopes: z.array(z.string()),
  resources: z.array(z.string()).nullish(),
  createdAt: z.date(),
  expiresAt: z.date(),
});

/** So that every row has the same columns. */
const NOTHING_MORE = {
  sessionId: null,
  authorizationCodeId: null,
  authTime: null,
  confirmation: null,
  requestedUserInfoClaims: null,
  resources: null,
};

/** The row of the refresh token that the library has created. @throws Unforeseen for any other row */
export function toIssuedRow(row: Readonly<Record<string, unknown>>): KeptRow {
  const { data: issued } = issuedSchema.safeParse(row);
  if (issued === undefined) throw new Unforeseen('a refresh token of another kind');
  return { table: oauthRefreshToken, values: { ...NOTHING_MORE, ...issued } };
}
