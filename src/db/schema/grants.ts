import { sql } from 'drizzle-orm';
import { bigserial, boolean, date, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * One consent given to one installation of a client: what a person calls a connection. Its id travels in the library's own
 * rows as `reference_id` and in every access token as the `grant_id` claim.
 */
export const oauthGrant = pgTable(
  'oauth_grant',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** Not a foreign key: the grant outlives a client row that the janitor removes, and a CIMD id is a URL. */
    clientId: text('client_id').notNull(),
    clientName: text('client_name').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    scopes: text('scopes').array().notNull(),
    /** What the client had asked the person for; null for a grant from before this was kept. */
    requestedScopes: text('requested_scopes').array(),
    /** What the consent allowed, where the person has taken away from it since; null: nothing was taken away. */
    consentedScopes: text('consented_scopes').array(),
    /** False: only the rows of `oauth_grant_resume`. */
    allResumes: boolean('all_resumes').notNull().default(true),
    /** `suggest`: what it writes waits for the owner. */
    mode: text('mode', { enum: ['edit', 'suggest'] })
      .notNull()
      .default('edit'),
    createdAt: instant('created_at').notNull(),
    /** Set when the first token is issued; null means the code was never redeemed. */
    activatedAt: instant('activated_at'),
    lastUsedAt: instant('last_used_at'),
    /** The absolute end, whatever is refreshed until then. */
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
  },
  (table) => [
    index('oauth_grant_user').on(table.userId, table.createdAt),
    index('oauth_grant_client').on(table.clientId),
    index('oauth_grant_reuse')
      .on(table.userId, table.clientId, table.redirectUri)
      .where(sql`revoked_at is null`),
  ],
);

/** How often a connection called on a day (UTC), for its owner to see; days of more than a week ago are deleted. */
export const oauthGrantCalls = pgTable(
  'oauth_grant_calls',
  {
    grantId: text('grant_id')
      .notNull()
      .references(() => oauthGrant.id, { onDelete: 'cascade' }),
    day: date('day').notNull(),
    calls: integer('calls').notNull(),
  },
  (table) => [primaryKey({ columns: [table.grantId, table.day] }), index('oauth_grant_calls_day').on(table.day)],
);

/** What a code was issued for, so that a wrong redemption is refused without spending it. Only the code's hash is kept. */
export const oauthGrantCode = pgTable(
  'oauth_grant_code',
  {
    /** SHA-256 of the code, base64url without padding: the same form in which the library stores it. */
    codeHash: text('code_hash').primaryKey(),
    grantId: text('grant_id')
      .notNull()
      .references(() => oauthGrant.id, { onDelete: 'cascade' }),
    clientId: text('client_id').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    codeChallenge: text('code_challenge').notNull(),
    /** SHA-256 of the signature of the request that a consent answered; null when it was not asked. One answer a request. */
    requestHash: text('request_hash').unique(),
    issuedAt: instant('issued_at').notNull(),
    failedAttempts: integer('failed_attempts').notNull().default(0),
    redeemedAt: instant('redeemed_at'),
  },
  (table) => [index('oauth_grant_code_issued').on(table.issuedAt)],
);

/** What the resource server must refuse although its signature is good. Read by every instance; see revocations.ts. */
export const revocation = pgTable(
  'revocation',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /**
     * `grant_scopes`: the grant stays, and its tokens open no more than `scopes`. `signing_key`: whatever it signed, by its `kid`. `user`:
     * every token of a person until `revoked_at`; the release before writes it, this one reads it.
     */
    subjectType: text('subject_type', { enum: ['grant', 'grant_scopes', 'signing_key', 'user'] }).notNull(),
    subjectId: text('subject_id').notNull(),
    scopes: text('scopes').array(),
    revokedAt: instant('revoked_at').notNull(),
    /** When the last token it can concern has ended, after which the row is of no use. */
    expiresAt: instant('expires_at').notNull(),
    /** Database time of the insert: what pollers compare with, so that clocks of instances do not matter. */
    recordedAt: instant('recorded_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [index('revocation_recorded').on(table.recordedAt), index('revocation_expires').on(table.expiresAt)],
);
