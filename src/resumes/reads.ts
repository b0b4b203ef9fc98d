import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { user } from '../db/schema/auth.ts';
import { oauthGrant } from '../db/schema/grants.ts';
import { resume } from '../db/schema/resumes.ts';
import { ResumeError } from './errors.ts';
import { STORED_COLUMNS, toStoredResume, type StoredResume } from './stored-resume.ts';
import { isVisible, isVisibleById, type ResumeAccess } from './visibility.ts';

/** @throws ResumeError `resume_not_found` */
export async function readResume(db: Database, access: ResumeAccess, id: string): Promise<StoredResume> {
  const [row] = await db.orm.select(STORED_COLUMNS).from(resume).where(isVisibleById(access, id));
  if (row === undefined) throw new ResumeError({ code: 'resume_not_found' });
  return toStoredResume(row);
}

export interface AccessDescription {
  readonly owner: { readonly name: string; readonly email: string } | null;
  /** The grant behind a resume set; null without one, or when it is gone. */
  readonly connection: {
    readonly clientName: string;
    readonly allResumes: boolean;
    readonly mode: 'edit' | 'suggest';
    readonly createdAt: Date;
  } | null;
  /** How many resumes can be seen. */
  readonly resumes: number;
}

/** Who the owner is and what can be seen of theirs, for a caller who asks about itself. */
export async function describeAccess(db: Database, access: ResumeAccess): Promise<AccessDescription> {
  const visible = db.orm
    .select({ count: sql<number>`count(*)::int` })
    .from(resume)
    .where(isVisible(access));
  const [row] = await db.orm
    .select({
      owner: { name: user.name, email: user.email },
      connection: {
        clientName: oauthGrant.clientName,
        allResumes: oauthGrant.allResumes,
        mode: oauthGrant.mode,
        createdAt: oauthGrant.createdAt,
      },
      resumes: sql<number>`(${visible})`,
    })
    .from(user)
    .leftJoin(oauthGrant, sql`${oauthGrant.id} = ${access.resumeSetId} and ${oauthGrant.userId} = ${user.id}`)
    .where(eq(user.id, access.userId));
  return row ?? { owner: null, connection: null, resumes: 0 };
}
