import { and, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../db/client.ts';
import { resume } from '../db/schema/resumes.ts';
import { resumeVersion } from '../db/schema/versions.ts';
import { applyChanges } from './apply-changes.ts';
import type { Change } from './diff.ts';
import { ResumeError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { unpackJson } from './packed-json.ts';
import { readResume } from './reads.ts';
import { parseVersionedJson, type VersionedState } from './versioned-state.ts';
import { isVisibleById, type Actor, type ResumeAccess } from './visibility.ts';

/** How a state came to be, without the state. */
export interface ResumeVersion {
  readonly revision: number;
  readonly at: Date;
  readonly kind: string;
  readonly actor: Actor;
  /** Size of the patch from the version before. */
  readonly operations: number;
  /** Sections and settings that it touches. */
  readonly touched: readonly string[];
}

export interface VersionPage {
  /** Latest first. */
  readonly versions: readonly ResumeVersion[];
  readonly nextCursor: string | null;
}

const CURSOR = /^before-([1-9]\d{0,8})$/;

const VERSION_COLUMNS = {
  revision: resumeVersion.revision,
  at: resumeVersion.at,
  kind: resumeVersion.kind,
  actor: { kind: resumeVersion.actorKind, id: resumeVersion.actorId, name: resumeVersion.actorName },
  operations: resumeVersion.operations,
  touched: resumeVersion.touched,
};

/** @throws ResumeError `resume_not_found`, `invalid_cursor` */
export async function listVersions(
  db: Database,
  access: ResumeAccess,
  id: string,
  query: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<VersionPage> {
  const before = query.cursor === undefined ? undefined : CURSOR.exec(query.cursor)?.[1];
  if (query.cursor !== undefined && before === undefined) throw new ResumeError({ code: 'invalid_cursor' });
  const rows = await db.orm
    .select(VERSION_COLUMNS)
    .from(resumeVersion)
    .innerJoin(resume, eq(resume.id, resumeVersion.resumeId))
    .where(and(isVisibleById(access, id), before === undefined ? undefined : lt(resumeVersion.revision, Number(before))))
    .orderBy(desc(resumeVersion.revision))
    .limit(query.limit + 1);
  if (rows.length === 0) await readResume(db, access, id);
  const versions = rows.slice(0, query.limit);
  const last = versions.at(-1);
  return { versions, nextCursor: rows.length > query.limit && last !== undefined ? `before-${last.revision}` : null };
}

/**
 * One version, in one query however far it is from a snapshot.
 * @throws ResumeError `resume_not_found`, `version_not_found`
 */
export async function readVersion(db: Database, access: ResumeAccess, id: string, revision: number): Promise<VersionedState> {
  const found = await findVersion(db, access, id, revision);
  if (found !== null) return found;
  const current = await readResume(db, access, id);
  throw new ResumeError({ code: 'version_not_found', revision, currentRevision: current.revision });
}

/** {@link readVersion}; null: nothing is kept of it, or there is no such resume. */
export async function findVersion(db: Database, access: ResumeAccess, id: string, revision: number): Promise<VersionedState | null> {
  for (const [version, state] of await readHistory(db, access, id, revision, revision)) {
    if (version.revision === revision) return parseVersionedJson(state);
  }
  return null;
}

/**
 * The versions from one revision to another with their states, oldest first, in one query. Begins earlier where no snapshot is
 * at hand, and later where nothing is kept of the first revision.
 */
export async function readHistory(
  db: Database,
  access: ResumeAccess,
  id: string,
  from: number,
  to: number,
): Promise<Iterable<readonly [ResumeVersion, JsonValue]>> {
  const ofIt = sql`start.resume_id = ${id} and start.snapshot is not null`;
  const start = sql`coalesce(
    (select max(start.revision) from resume_version start where ${ofIt} and start.revision <= ${from}),
    (select min(start.revision) from resume_version start where ${ofIt}))`;
  const rows = await db.orm
    .select({ ...VERSION_COLUMNS, patches: resumeVersion.patches, snapshot: resumeVersion.snapshot })
    .from(resumeVersion)
    .innerJoin(resume, eq(resume.id, resumeVersion.resumeId))
    .where(and(isVisibleById(access, id), gte(resumeVersion.revision, start), lte(resumeVersion.revision, to)))
    .orderBy(resumeVersion.revision);
  return replay(rows);
}

interface StoredVersion extends ResumeVersion {
  readonly patches: Uint8Array | null;
  readonly snapshot: Uint8Array | null;
}

function* replay(rows: readonly StoredVersion[]): Generator<readonly [ResumeVersion, JsonValue]> {
  let state: JsonValue = null;
  for (const { patches, snapshot, ...version } of rows) {
    if (snapshot !== null) state = unpackJson(snapshot);
    else if (patches !== null) state = applyChanges(state, unpackPatches(patches).changes);
    yield [version, state];
  }
}

/** A change as it is kept. */
export const changeSchema: z.ZodType<Change> = z.object({
  op: z.enum(['add', 'remove', 'replace']),
  path: z.string(),
  value: z.json().optional(),
});
const patchesSchema = z.tuple([z.array(changeSchema), z.array(changeSchema)]);

/** The patch from the version before, and the one back to it. */
export function unpackPatches(patches: Uint8Array): { readonly changes: readonly Change[]; readonly back: readonly Change[] } {
  const [changes, back] = patchesSchema.parse(unpackJson(patches));
  return { changes, back };
}
