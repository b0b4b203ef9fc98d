import { and, desc, eq, lt } from 'drizzle-orm';
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
  readonly reason: string | null;
  readonly clientName: string | null;
  readonly apiKeyName: string | null;
  readonly resumeName: string | null;
  readonly address: string | null;
}

/** Which part of the list; without it the latest. */
export interface ActivityPage {
  /** At most 100. */
  readonly limit?: number;
  /** Only events before the one with this id. */
  readonly before?: number;
}

const MAXIMUM_EVENTS = 100;

/** The latest events about a person, newest first. */
export function listActivity(db: Database, userId: string, { limit, before }: ActivityPage = {}): Promise<Activity[]> {
  return db.orm
    .select({
      id: auditEvent.id,
      at: auditEvent.at,
      event: auditEvent.event,
      decision: auditEvent.decision,
      reason: auditEvent.reason,
      clientName: oauthGrant.clientName,
      apiKeyName: apikey.name,
      resumeName: resume.name,
      address: auditEvent.address,
    })
    .from(auditEvent)
    .leftJoin(oauthGrant, eq(oauthGrant.id, auditEvent.grantId))
    .leftJoin(apikey, eq(apikey.id, auditEvent.apiKeyId))
    .leftJoin(resume, eq(resume.id, auditEvent.resumeId))
    .where(and(eq(auditEvent.userId, userId), before === undefined ? undefined : lt(auditEvent.id, before)))
    .orderBy(desc(auditEvent.id))
    .limit(Math.min(limit ?? MAXIMUM_EVENTS, MAXIMUM_EVENTS));
}
