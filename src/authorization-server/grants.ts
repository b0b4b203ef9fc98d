import { and, desc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { oauthGrant, revocation } from '../db/schema/grants.ts';
import { oauthGrantResume, resume } from '../db/schema/resumes.ts';
import { ACCESS_TOKEN_SECONDS, CLOCK_SKEW_SECONDS, GRANT_SECONDS } from './lifetimes.ts';
import { OAuthError } from './oauth-error.ts';

/** One consent given to one installation of a client: what a person calls a connection. */
export interface Grant {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly allResumes: boolean;
  readonly mode: GrantMode;
  /** Names of the resumes of a grant that does not open all of them. */
  readonly resumeNames: readonly string[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
}

export interface NewGrant {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly resumes: 'all' | readonly string[];
  /** `suggest`: what it writes waits for the owner. */
  readonly mode: GrantMode;
}

export const GRANT_MODES = ['edit', 'suggest'] as const;
export type GrantMode = (typeof GRANT_MODES)[number];

export type RevocationReason =
  | 'disconnected'
  | 'token_revoked'
  | 'code_replayed'
  | 'refresh_token_replayed'
  | 'password_changed'
  | 'account_deleted';

export interface GrantStore {
  /**
   * The grant that a returning client may go on with without asking again: live, of this person and client, for this exact
   * redirect URI on the web. A loopback or private-use redirect never qualifies: any program on the computer could be behind
   * it (RFC 8252 §8.6).
   */
  findReusable(returning: { readonly userId: string; readonly clientId: string; readonly redirectUri: string }): Promise<string | null>;
  /** Opens a grant. @throws OAuthError `invalid_request` when a chosen resume is not the person's; nothing is written then. */
  open(grant: NewGrant): Promise<void>;
  /** Marks the first token as issued; later calls change nothing. */
  activate(grantId: string): Promise<void>;
  /** Whether tokens may still be issued under a grant; locks it against a concurrent revocation until the transaction ends. */
  isLive(grantId: string): Promise<boolean>;
  /** The person's live connections, newest first. */
  list(userId: string): Promise<Grant[]>;
  /** Ends a grant with every token under it, on every instance within a second. False when there was none to end. */
  revoke(which: { readonly grantId: string; readonly userId?: string }, reason: RevocationReason): Promise<boolean>;
  /** Ends every grant of a person and, by the same record, every access token that is out. */
  revokeAll(userId: string, reason: RevocationReason): Promise<number>;
}

export interface GrantDependencies {
  readonly db: Database;
  readonly clock: () => Date;
  readonly audit: AuditTrail;
  /** Told after a revocation is recorded, or may have been, so that this instance need not wait for its next poll. */
  readonly onRevocation: () => void;
}

export function createGrantStore({ db, clock, audit, onRevocation }: GrantDependencies): GrantStore {
  const live = () => and(isNull(oauthGrant.revokedAt), gt(oauthGrant.expiresAt, clock()));

  const recordRevocation = async (subjectType: 'grant' | 'user', subjectId: string) => {
    const now = clock();
    await db.orm.insert(revocation).values({
      subjectType,
      subjectId,
      revokedAt: now,
      expiresAt: new Date(now.getTime() + (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1000),
    });
    db.afterTransaction(onRevocation);
  };

  return {
    async findReusable({ userId, clientId, redirectUri }) {
      if (!redirectUri.startsWith('https://')) return null;
      const [found] = await db.orm
        .select({ id: oauthGrant.id })
        .from(oauthGrant)
        .where(
          and(
            eq(oauthGrant.userId, userId),
            eq(oauthGrant.clientId, clientId),
            eq(oauthGrant.redirectUri, redirectUri),
            isNotNull(oauthGrant.activatedAt),
            live(),
          ),
        )
        .orderBy(desc(oauthGrant.createdAt))
        .limit(1);
      return found?.id ?? null;
    },

    async open(grant) {
      const now = clock();
      await db.transaction(async () => {
        await db.orm.insert(oauthGrant).values({
          id: grant.id,
          userId: grant.userId,
          clientId: grant.clientId,
          clientName: grant.clientName,
          redirectUri: grant.redirectUri,
          scopes: [...grant.scopes],
          allResumes: grant.resumes === 'all',
          mode: grant.mode,
          createdAt: now,
          expiresAt: new Date(now.getTime() + GRANT_SECONDS * 1000),
        });
        if (grant.resumes === 'all') return;
        const chosen = [...new Set(grant.resumes)];
        const owned = await db.orm
          .select({ id: resume.id })
          .from(resume)
          .where(and(eq(resume.userId, grant.userId), inArray(resume.id, chosen)));
        if (chosen.length === 0 || owned.length !== chosen.length) {
          throw new OAuthError('invalid_request', 'A chosen resume does not exist', 'unknown_resume');
        }
        await db.orm.insert(oauthGrantResume).values(owned.map(({ id }) => ({ grantId: grant.id, resumeId: id })));
      });
    },

    async activate(grantId) {
      const now = clock();
      await db.orm
        .update(oauthGrant)
        .set({ activatedAt: sql`coalesce(${oauthGrant.activatedAt}, ${now.toISOString()}::timestamptz)` })
        .where(eq(oauthGrant.id, grantId));
    },

    async isLive(grantId) {
      const [found] = await db.orm
        .select({ id: oauthGrant.id })
        .from(oauthGrant)
        .where(and(eq(oauthGrant.id, grantId), live()))
        .for('update');
      return found !== undefined;
    },

    async list(userId) {
      const rows = await db.orm
        .select({
          grant: oauthGrant,
          // Names of columns written out: in a query over one table drizzle leaves the table's name away, which inside the
          // subquery would mean the resume's columns.
          resumeNames: sql<string[]>`coalesce((select array_agg(shown.name order by shown.name) from ${oauthGrantResume} chosen
            join ${resume} shown on shown.id = chosen.resume_id where chosen.grant_id = ${oauthGrant}.id), '{}')`,
        })
        .from(oauthGrant)
        .where(and(eq(oauthGrant.userId, userId), isNotNull(oauthGrant.activatedAt), live()))
        .orderBy(desc(oauthGrant.createdAt), desc(oauthGrant.id));
      return rows.map(({ grant, resumeNames }) => ({
        id: grant.id,
        userId: grant.userId,
        clientId: grant.clientId,
        clientName: grant.clientName,
        redirectUri: grant.redirectUri,
        scopes: grant.scopes,
        allResumes: grant.allResumes,
        mode: grant.mode,
        resumeNames,
        createdAt: grant.createdAt,
        lastUsedAt: grant.lastUsedAt,
        expiresAt: grant.expiresAt,
      }));
    },

    revoke: ({ grantId, userId }, reason) =>
      db.transaction(async () => {
        const [ended] = await db.orm
          .update(oauthGrant)
          .set({ revokedAt: clock(), revokedReason: reason })
          .where(
            and(eq(oauthGrant.id, grantId), isNull(oauthGrant.revokedAt), userId === undefined ? undefined : eq(oauthGrant.userId, userId)),
          )
          .returning({ userId: oauthGrant.userId, clientId: oauthGrant.clientId });
        if (ended === undefined) return false;
        await recordRevocation('grant', grantId);
        await audit.record({
          event: 'grant.revoked',
          decision: 'allowed',
          reason,
          grantId,
          userId: ended.userId,
          clientId: ended.clientId,
        });
        return true;
      }),

    revokeAll: (userId, reason) =>
      db.transaction(async () => {
        const ended = await db.orm
          .update(oauthGrant)
          .set({ revokedAt: clock(), revokedReason: reason })
          .where(and(eq(oauthGrant.userId, userId), isNull(oauthGrant.revokedAt)))
          .returning({ id: oauthGrant.id });
        await recordRevocation('user', userId);
        await audit.record({ event: 'grants.revoked', decision: 'allowed', reason, userId, detail: { count: ended.length } });
        return ended.length;
      }),
  };
}
