import { and, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { ALLOWED_EVENTS } from './audit-events.ts';
import type { Database } from './client.ts';
import { auditEvent } from './schema/audit.ts';
import { apikey } from './schema/auth.ts';
import { oauthGrant } from './schema/grants.ts';
import { resume } from './schema/resumes.ts';
import { resumeVersion } from './schema/versions.ts';

/** One recorded event about a person, with the names that are still known for what it mentions. */
export interface Activity {
  readonly id: number;
  readonly at: Date;
  readonly event: string;
  readonly decision: 'allowed' | 'refused';
  readonly reason: string | null;
  readonly connectionId: string | null;
  readonly clientName: string | null;
  readonly apiKeyId: string | null;
  readonly apiKeyName: string | null;
  readonly resumeId: string | null;
  readonly resumeName: string | null;
  /** The version that a change led to, while it is kept. */
  readonly version: ActivityVersion | null;
  readonly address: string | null;
}

export interface ActivityVersion {
  readonly revision: number;
  readonly at: Date;
  /** Parts of the resume that it changed. */
  readonly touched: readonly string[];
  readonly isLocked: boolean;
}

/** Which part of the list; without it the latest. What is named narrows it down. */
export interface ActivityPage {
  /** At most 100. */
  readonly limit?: number;
  /** Only events before the one with this id. */
  readonly before?: number;
  readonly connectionId?: string;
  readonly apiKeyId?: string;
  readonly resumeId?: string;
  /** Only what the person did themselves, in a browser. */
  readonly ownOnly?: boolean;
  /** Only what was done to resumes and suggestions; nothing that was refused. */
  readonly changesOnly?: boolean;
}

/** A connection or key of the person, present or past, as far as its name is kept. */
export interface ActivitySource {
  readonly kind: 'connection' | 'api_key';
  readonly id: string;
  readonly name: string | null;
  readonly since: Date;
}

const CHANGES = Object.keys(ALLOWED_EVENTS).filter((event) => /^(?:resume|suggestion)\./.test(event));

const MAXIMUM_EVENTS = 100;
const MAXIMUM_SOURCES = 200;

/** The latest events about a person, newest first. */
export async function listActivity(db: Database, userId: string, page: ActivityPage = {}): Promise<Activity[]> {
  const { limit = MAXIMUM_EVENTS, before, connectionId, apiKeyId, resumeId, ownOnly = false, changesOnly = false } = page;
  const rows = await db.orm
    .select({
      id: auditEvent.id,
      at: auditEvent.at,
      event: auditEvent.event,
      decision: auditEvent.decision,
      reason: auditEvent.reason,
      connectionId: auditEvent.grantId,
      clientName: oauthGrant.clientName,
      apiKeyId: auditEvent.apiKeyId,
      apiKeyName: apikey.name,
      resumeId: auditEvent.resumeId,
      resumeName: resume.name,
      isLocked: resume.isLocked,
      revision: resumeVersion.revision,
      versionAt: resumeVersion.at,
      touched: resumeVersion.touched,
      address: auditEvent.address,
    })
    .from(auditEvent)
    .leftJoin(oauthGrant, eq(oauthGrant.id, auditEvent.grantId))
    .leftJoin(apikey, eq(apikey.id, auditEvent.apiKeyId))
    .leftJoin(resume, and(eq(resume.id, auditEvent.resumeId), eq(resume.userId, userId)))
    .leftJoin(
      resumeVersion,
      and(
        eq(resumeVersion.resumeId, resume.id),
        eq(resumeVersion.revision, sql`(${auditEvent.detail} ->> 'revision')::integer`),
        eq(sql`'resume.' || ${resumeVersion.kind}`, auditEvent.event),
      ),
    )
    .where(
      and(
        eq(auditEvent.userId, userId),
        before === undefined ? undefined : lt(auditEvent.id, before),
        connectionId === undefined ? undefined : eq(auditEvent.grantId, connectionId),
        apiKeyId === undefined ? undefined : eq(auditEvent.apiKeyId, apiKeyId),
        resumeId === undefined ? undefined : eq(auditEvent.resumeId, resumeId),
        ownOnly ? and(isNull(auditEvent.grantId), isNull(auditEvent.apiKeyId)) : undefined,
        changesOnly ? and(eq(auditEvent.decision, 'allowed'), inArray(auditEvent.event, CHANGES)) : undefined,
      ),
    )
    .orderBy(desc(auditEvent.id))
    .limit(Math.min(limit, MAXIMUM_EVENTS));
  return rows.map(({ isLocked, revision, versionAt, touched, ...event }) =>
    Object.assign(event, {
      version:
        revision === null || versionAt === null ? null : { revision, at: versionAt, touched: touched ?? [], isLocked: isLocked === true },
    }),
  );
}

/** What the events about a person can come from beside themselves, newest first; the latest 200 of each kind. */
export async function listActivitySources(db: Database, userId: string): Promise<ActivitySource[]> {
  const connections = await db.orm
    .select({ id: oauthGrant.id, name: oauthGrant.clientName, since: oauthGrant.createdAt })
    .from(oauthGrant)
    .where(and(eq(oauthGrant.userId, userId), isNotNull(oauthGrant.activatedAt)))
    .orderBy(desc(oauthGrant.createdAt))
    .limit(MAXIMUM_SOURCES);
  const apiKeys = await db.orm
    .select({ id: apikey.id, name: apikey.name, since: apikey.createdAt })
    .from(apikey)
    .where(eq(apikey.referenceId, userId))
    .orderBy(desc(apikey.createdAt))
    .limit(MAXIMUM_SOURCES);
  return [
    ...connections.map((source) => Object.assign(source, { kind: 'connection' as const })),
    ...apiKeys.map((source) => Object.assign(source, { kind: 'api_key' as const })),
  ];
}
