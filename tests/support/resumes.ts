import { randomBytes } from 'node:crypto';
import type { ApiContext } from '../../src/api/base.ts';
import type { Database } from '../../src/db/client.ts';
import { user } from '../../src/db/schema/auth.ts';
import { oauthGrant } from '../../src/db/schema/grants.ts';
import { oauthGrantResume } from '../../src/db/schema/resumes.ts';
import { ResumeError, type ResumeFailure } from '../../src/resumes/errors.ts';
import { createResumeOutput, type ResumeOutput } from '../../src/resumes/publishing/resume-output.ts';
import { createAuditTrail } from '../../src/db/audit.ts';
import { createResumeRepository, type ResumeRepository } from '../../src/resumes/repository.ts';
import { buildEmptyResume } from '../../src/resumes/resume.ts';
import type { StoredResume } from '../../src/resumes/stored-resume.ts';
import type { Actor, ResumeAccess } from '../../src/resumes/visibility.ts';

/** The rest of a context, for tests that touch no connection and no API key, and count no reads. */
export const NO_ACCOUNT: Pick<ApiContext, 'connections' | 'apiKeys' | 'activity' | 'countRead'> = {
  connections: { list: refuseUse, change: refuseUse, disconnect: refuseUse },
  apiKeys: { list: refuseUse, create: refuseUse, revoke: refuseUse },
  activity: { list: refuseUse, listReads: refuseUse, listSources: refuseUse },
  countRead: () => undefined,
};

async function refuseUse(): Promise<never> {
  throw new Error('this test has no connections, API keys and activity');
}

/** A clock that moves a second with every reading. */
function createSteppingClock(start = Date.UTC(2026, 0, 1)): () => Date {
  let next = start;
  return () => {
    next += 1_000;
    return new Date(next);
  };
}

export function createTestResumes(db: Database): ResumeRepository {
  const now = createSteppingClock();
  return createResumeRepository(db, {
    now,
    createId: () => randomBytes(16).toString('base64url'),
    audit: createAuditTrail(db, now),
  });
}

/** What comes out of resumes, without the PDF compiler: links are made, nothing is rendered. */
export function createTestOutput(db: Database, now: () => Date = () => new Date()): ResumeOutput {
  return createResumeOutput({
    db,
    now,
    pdf: {
      isAvailable: true,
      render: async () => ({ ok: false, reason: 'not_installed', detail: 'a test' }),
      close: async () => undefined,
    },
    keys: { pdfLinks: [randomBytes(32)], visitors: [randomBytes(32)] },
  });
}

/** A person of this database, with access to all of their resumes. */
export async function createOwner(db: Database, name = 'Ana'): Promise<{ readonly access: ResumeAccess; readonly actor: Actor }> {
  const id = `user-${randomBytes(6).toString('hex')}`;
  await db.orm.insert(user).values({ id, name, email: `${id}@example.org` });
  return { access: { userId: id, resumeSetId: null }, actor: { kind: 'owner', id, name } };
}

/** A connection of this person that opens all resumes, or only the listed ones. */
export async function createGrant(
  db: Database,
  userId: string,
  opens: 'all' | readonly string[],
): Promise<{ readonly access: ResumeAccess; readonly actor: Actor }> {
  const id = `grant-${randomBytes(6).toString('hex')}`;
  await db.orm.insert(oauthGrant).values({
    id,
    userId,
    clientId: 'client-1',
    clientName: 'Test client',
    redirectUri: 'http://127.0.0.1/callback',
    scopes: ['resumes:read', 'resumes:write'],
    allResumes: opens === 'all',
    createdAt: new Date(0),
    expiresAt: new Date(Date.UTC(2030, 0, 1)),
  });
  for (const resumeId of opens === 'all' ? [] : opens) await db.orm.insert(oauthGrantResume).values({ grantId: id, resumeId });
  return { access: { userId, resumeSetId: id }, actor: { kind: 'connection', id, name: null } };
}

export function createNamed(
  resumes: ResumeRepository,
  who: { readonly access: ResumeAccess; readonly actor: Actor },
  name: string,
  tags: readonly string[] = [],
): Promise<StoredResume> {
  return resumes.create(who.access, who.actor, { name, tags, data: { ...buildEmptyResume(), basics: { name } } });
}

/** What the domain refused; rejects when it refused nothing. */
export async function refusalOf(work: Promise<unknown>): Promise<ResumeFailure> {
  const outcome = await work.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );
  if (outcome instanceof ResumeError) return outcome.failure;
  throw outcome instanceof Error ? outcome : new Error(String(outcome));
}
