import { and, eq, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { oauthGrant } from '../db/schema/grants.ts';
import { oauthGrantResume, resume } from '../db/schema/resumes.ts';

/**
 * Whose resumes, and which of them. `resumeSetId` is the id of a grant: only what that grant opens. Null: all of the owner's.
 */
export interface ResumeAccess {
  readonly userId: string;
  readonly resumeSetId: string | null;
}

/** The same for a query that is given its values later. */
export interface AccessOfQuery {
  readonly userId: string | Placeholder;
  readonly resumeSetId: string | Placeholder | null;
}

/** Who makes a change, for the record of it. `name` null: known by id alone. */
export interface Actor {
  readonly kind: 'owner' | 'connection' | 'api_key';
  readonly id: string;
  readonly name: string | null;
}

/**
 * The condition every statement on `resume` carries. A grant opens a resume when both belong to the same owner and the grant
 * opens all resumes or lists this one. Not checked: whether the grant is revoked; authentication has done that.
 */
export function isVisible(access: AccessOfQuery): SQL | undefined {
  const owned = eq(resume.userId, access.userId);
  if (access.resumeSetId === null) return owned;
  const all = sql`exists (select 1 from ${oauthGrant} where ${oauthGrant.id} = ${access.resumeSetId} and ${oauthGrant.userId} = ${access.userId} and ${oauthGrant.allResumes})`;
  const listed = sql`exists (select 1 from ${oauthGrantResume} inner join ${oauthGrant} on ${oauthGrant.id} = ${oauthGrantResume.grantId} where ${oauthGrantResume.grantId} = ${access.resumeSetId} and ${oauthGrantResume.resumeId} = ${resume.id} and ${oauthGrant.userId} = ${access.userId})`;
  return and(owned, sql`(${all} or ${listed})`);
}

/** {@link isVisible} for one resume. */
export function isVisibleById(access: ResumeAccess, id: string): SQL | undefined {
  return and(eq(resume.id, id), isVisible(access));
}
