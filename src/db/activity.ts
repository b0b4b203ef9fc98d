import { desc, eq } from 'drizzle-orm';
import type { Database } from './client.ts';
import { auditEvent } from './schema/audit.ts';
import { apikey } from './schema/auth.ts';
import { oauthGrant } from './schema/grants.ts';
import { resume } from './schema/resumes.ts';

/** One recorded event about a person, with the names that are still known for what it mentions. */
export interface Activity {
  readonly id: number;
  readonly at: Date;
  readonly event: string;
  readonly decision: 'allowed' | 'refused';
  readonly clientName: string | null;
  readonly apiKeyName: string | null;
  readonly resumeName: string | null;
  readonly address: string | null;
}

const MAXIMUM_EVENTS = 100;

/** The latest events about a person, newest first. */
export function listActivity(db: Database, userId: string): Promise<Activity[]> {
  return db.orm
    .select({
      id: auditEvent.id,
      at: auditEvent.at,
      event: auditEvent.event,
      decision: auditEvent.decision,
      clientName: oauthGrant.clientName,
      apiKeyName: apikey.name,
      resumeName: resume.name,
      address: auditEvent.address,
    })
    .from(auditEvent)
    .leftJoin(oauthGrant, eq(oauthGrant.id, auditEvent.grantId))
    .leftJoin(apikey, eq(apikey.id, auditEvent.apiKeyId))
    .leftJoin(resume, eq(resume.id, auditEvent.resumeId))
    .where(eq(auditEvent.userId, userId))
    .orderBy(desc(auditEvent.at), desc(auditEvent.id))
    .limit(MAXIMUM_EVENTS);
}
