import { and, eq, sql } from 'drizzle-orm';
import { oauthGrant } from '../db/schema/grants.ts';
import { oauthGrantResume, resume } from '../db/schema/resumes.ts';
import { recordChange } from './change-record.ts';
import { ResumeError } from './errors.ts';
import { readResume } from './reads.ts';
import type { Resume } from './resume.ts';
import { toDistinctSlug, toSlug } from './slug.ts';
import { STORED_COLUMNS, toStoredResume, type StoredResume } from './stored-resume.ts';
import type { WriteContext } from './write-context.ts';

/** A bound on what one account can store, not a promise to the row: creations at the same instant may pass it by a few. */
export const MAX_RESUMES_PER_OWNER = 10_000;

export const MAX_NAME_CHARACTERS = 200;

const COPY_SUFFIX = ' (copy)';

export interface NewResume {
  readonly name: string;
  /** Left out: made from the name, and distinct. */
  readonly slug?: string | undefined;
  readonly tags: readonly string[];
  readonly data: Resume;
  /** Where it came from; left out: it is new. */
  readonly origin?: 'created' | 'imported' | 'duplicated' | undefined;
}

/** @throws ResumeError `slug_taken`, `too_many_resumes`, `access_ended` */
export async function createResume(write: WriteContext, created: NewResume): Promise<StoredResume> {
  const { db, access, actor } = write;
  return db.transaction(async () => {
    await requireRoom(write);
    const at = write.now();
    const stored = await insert(write, created, at);
    await addToResumeSet(write, stored.id);
    await recordChange(write, { kind: created.origin ?? 'created', userId: access.userId, actor, at, before: null, after: stored });
    return stored;
  });
}

/** @throws ResumeError `resume_not_found` and what {@link createResume} throws */
export async function duplicateResume(
  write: WriteContext,
  id: string,
  changes: { readonly name?: string | undefined; readonly slug?: string | undefined; readonly tags?: readonly string[] | undefined },
): Promise<StoredResume> {
  return write.db.transaction(async () => {
    const source = await readResume(write.db, write.access, id);
    return createResume(write, {
      name: changes.name ?? `${source.name.slice(0, MAX_NAME_CHARACTERS - COPY_SUFFIX.length)}${COPY_SUFFIX}`,
      slug: changes.slug,
      tags: changes.tags ?? source.tags,
      data: source.data,
      origin: 'duplicated',
    });
  });
}

async function requireRoom({ db, access }: WriteContext): Promise<void> {
  const [held] = await db.orm
    .select({ count: sql<number>`count(*)::int` })
    .from(resume)
    .where(eq(resume.userId, access.userId));
  if (held !== undefined && held.count >= MAX_RESUMES_PER_OWNER) {
    throw new ResumeError({ code: 'too_many_resumes', limit: MAX_RESUMES_PER_OWNER });
  }
}

async function insert({ db, access, createId }: WriteContext, created: NewResume, at: Date): Promise<StoredResume> {
  const id = createId();
  const slugs = created.slug === undefined ? [toSlug(created.name), toDistinctSlug(created.name, id)] : [created.slug];
  for (const slug of slugs) {
    const [row] = await db.orm
      .insert(resume)
      .values({
        id,
        userId: access.userId,
        name: created.name,
        slug,
        tags: [...created.tags],
        data: created.data,
        createdAt: at,
        updatedAt: at,
      })
      .onConflictDoNothing({ target: [resume.userId, resume.slug] })
      .returning(STORED_COLUMNS);
    if (row !== undefined) return toStoredResume(row);
  }
  throw new ResumeError({ code: 'slug_taken', slug: slugs.at(-1) ?? '' });
}

/** A connection that was given a list of resumes sees what it creates, and nothing else more. */
async function addToResumeSet({ db, access }: WriteContext, resumeId: string): Promise<void> {
  if (access.resumeSetId === null) return;
  const [grant] = await db.orm
    .select({ allResumes: oauthGrant.allResumes })
    .from(oauthGrant)
    .where(and(eq(oauthGrant.id, access.resumeSetId), eq(oauthGrant.userId, access.userId)));
  if (grant === undefined) throw new ResumeError({ code: 'access_ended' });
  if (!grant.allResumes) await db.orm.insert(oauthGrantResume).values({ grantId: access.resumeSetId, resumeId });
}
