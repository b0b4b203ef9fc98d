import { findBan } from '../db/bans.ts';
import type { Database } from '../db/client.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import { oauthGrantResume } from '../db/schema/resumes.ts';
import { findOwnedResumes } from './grant-changes.ts';
import type { GrantMode } from './grant-mode.ts';
import { GRANT_DURATION_SECONDS, type GrantDuration } from './lifetimes.ts';
import { OAuthError } from './oauth-error.ts';

export interface NewGrant {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** What the client had asked for; never less than `scopes`. */
  readonly requestedScopes: readonly string[];
  readonly resumes: 'all' | readonly string[];
  /** `suggest`: what it writes waits for the owner. */
  readonly mode: GrantMode;
  readonly duration: GrantDuration;
}

/** @throws OAuthError, and nothing is written: see `GrantStore.open` */
export function openGrant(db: Database, clock: () => Date, grant: NewGrant): Promise<void> {
  const now = clock();
  return db.transaction(async () => {
    await db.orm.insert(oauthGrant).values({
      id: grant.id,
      userId: grant.userId,
      clientId: grant.clientId,
      clientName: grant.clientName,
      redirectUri: grant.redirectUri,
      scopes: [...grant.scopes],
      requestedScopes: [...grant.requestedScopes],
      allResumes: grant.resumes === 'all',
      mode: grant.mode,
      createdAt: now,
      expiresAt: new Date(now.getTime() + GRANT_DURATION_SECONDS[grant.duration] * 1000),
    });
    // Looked for only now: the row has waited for a ban that was being written, and a later ban waits for the row.
    if ((await findBan(db, grant.userId, now)) !== null) throw new OAuthError('access_denied', 'The account is closed', 'account_closed');
    if (grant.resumes === 'all') return;
    const owned = await findOwnedResumes(db, grant.userId, grant.resumes);
    if (owned === null) throw new OAuthError('invalid_request', 'A chosen resume does not exist', 'unknown_resume');
    await db.orm.insert(oauthGrantResume).values(owned.map((resumeId) => ({ grantId: grant.id, resumeId })));
  });
}
