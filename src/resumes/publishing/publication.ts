import { and, eq, not, sql } from 'drizzle-orm';
import { isBanned } from '../../db/bans.ts';
import type { Database } from '../../db/client.ts';
import { profile, resumePublication } from '../../db/schema/publishing.ts';
import { resume } from '../../db/schema/resumes.ts';
import { ResumeError } from '../errors.ts';
import { STORED_COLUMNS, toStoredResume, type StoredResume } from '../stored-resume.ts';
import { isVisibleById, type ResumeAccess } from '../visibility.ts';
import { hashPassword } from './passwords.ts';

export interface PublishedResume {
  readonly resume: StoredResume;
  readonly ownerId: string;
  readonly passwordHash: string | null;
  readonly isIndexed: boolean;
}

/** The address of a published resume on this origin. */
export function toPublicPath(username: string, slug: string): string {
  return `/r/${username}/${slug}`;
}

const OPTIONS = {
  passwordHash: resumePublication.passwordHash,
  isIndexed: sql<boolean>`coalesce(${resumePublication.isIndexed}, false)`,
};

/** What anybody may ask for: a resume that is published at this instant, of an account that is open. Null for every other, whoever asks. */
export async function findPublished(db: Database, username: string, slug: string, now: Date): Promise<PublishedResume | null> {
  const [row] = await db.orm
    .select({ resume: STORED_COLUMNS, ownerId: profile.userId, ...OPTIONS })
    .from(profile)
    .innerJoin(resume, and(eq(resume.userId, profile.userId), eq(resume.slug, slug), resume.isPublic))
    .leftJoin(resumePublication, eq(resumePublication.resumeId, resume.id))
    .where(and(eq(profile.username, username), not(isBanned(profile.userId, now))));
  return row === undefined ? null : { ...row, resume: toStoredResume(row.resume) };
}

/** A resume by an address that was signed for exactly this revision; the signature is what allows it while the account is open. */
export async function findAtRevision(db: Database, id: string, revision: number, now: Date): Promise<StoredResume | null> {
  const [row] = await db.orm
    .select(STORED_COLUMNS)
    .from(resume)
    .where(and(eq(resume.id, id), eq(resume.revision, revision), not(isBanned(resume.userId, now))));
  return row === undefined ? null : toStoredResume(row);
}

export async function findVisible(db: Database, access: ResumeAccess, id: string): Promise<StoredResume | null> {
  const [row] = await db.orm.select(STORED_COLUMNS).from(resume).where(isVisibleById(access, id));
  return row === undefined ? null : toStoredResume(row);
}

export interface PublicationOptions {
  readonly hasPassword: boolean;
  readonly isIndexed: boolean;
}

/** @throws ResumeError `resume_not_found` */
export async function readPublicationOptions(db: Database, access: ResumeAccess, id: string): Promise<PublicationOptions> {
  const [row] = await db.orm
    .select(OPTIONS)
    .from(resume)
    .leftJoin(resumePublication, eq(resumePublication.resumeId, resume.id))
    .where(isVisibleById(access, id));
  if (row === undefined) throw new ResumeError({ code: 'resume_not_found' });
  return { hasPassword: row.passwordHash !== null, isIndexed: row.isIndexed };
}

/**
 * @param options `password` undefined keeps the one there is, null takes it away
 * @throws ResumeError `resume_not_found`
 */
export async function setPublicationOptions(
  db: Database,
  access: ResumeAccess,
  id: string,
  options: { readonly password: string | null | undefined; readonly isIndexed: boolean },
): Promise<void> {
  await readPublicationOptions(db, access, id);
  const passwordHash = typeof options.password === 'string' ? await hashPassword(options.password) : options.password;
  const set = { isIndexed: options.isIndexed, ...(passwordHash !== undefined && { passwordHash }) };
  await db.orm
    .insert(resumePublication)
    .values({ resumeId: id, ...set })
    .onConflictDoUpdate({ target: resumePublication.resumeId, set });
}
