import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../db/client.ts';
import { resume } from '../db/schema/resumes.ts';
import { resumeSuggestion } from '../db/schema/versions.ts';
import { applyChanges } from './apply-changes.ts';
import { renderChangeLine } from './change-lines.ts';
import type { Change } from './diff.ts';
import type { JsonObject } from './json.ts';
import { mergeJson, type MergeResult } from './merge.ts';
import { unpackJson } from './packed-json.ts';
import { readResume } from './reads.ts';
import type { StoredResume } from './stored-resume.ts';
import { splitChanges, toVersionedJson, type VersionedState } from './versioned-state.ts';
import { changeSchema, findVersion } from './versions.ts';
import { isVisibleById, type ResumeAccess } from './visibility.ts';

export const SUGGESTION_STATUSES = ['pending', 'accepted', 'partly_accepted', 'rejected'] as const;
export type SuggestionStatus = (typeof SUGGESTION_STATUSES)[number];

/** Enough to look through; older ones that were decided on are of no more use. */
const MAX_LISTED = 60;
/** What a connection is told of its own suggestions. */
const MAX_OUTCOMES = 10;

/** What became of a suggestion, for the connection that made it. */
export interface SuggestionOutcome {
  readonly id: string;
  readonly status: SuggestionStatus;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  /** The version that accepting led to. */
  readonly decidedRevision: number | null;
}

export interface Suggestion extends SuggestionOutcome {
  readonly grantId: string;
  readonly clientName: string | null;
  readonly kind: string;
  readonly baseRevision: number;
  /** Each can be accepted by itself. Pointers lead into the state of the base revision, its document under `/data`. */
  readonly operations: readonly (Change & { readonly line: string })[];
  /** Pointers of what has changed since in another way; not empty: it no longer applies as a whole. */
  readonly conflicts: readonly string[];
}

const OUTCOME_COLUMNS = {
  id: resumeSuggestion.id,
  status: resumeSuggestion.status,
  createdAt: resumeSuggestion.createdAt,
  decidedAt: resumeSuggestion.decidedAt,
  decidedRevision: resumeSuggestion.decidedRevision,
};

const SUGGESTION_COLUMNS = {
  ...OUTCOME_COLUMNS,
  grantId: resumeSuggestion.grantId,
  clientName: resumeSuggestion.clientName,
  kind: resumeSuggestion.kind,
  baseRevision: resumeSuggestion.baseRevision,
  changes: resumeSuggestion.changes,
};

export type StoredSuggestion = Omit<Suggestion, 'operations' | 'conflicts'> & { readonly changes: Uint8Array };

/** The latest suggestions for a resume, those that wait first. @throws ResumeError `resume_not_found` */
export async function listSuggestions(db: Database, access: ResumeAccess, id: string): Promise<Suggestion[]> {
  const current = await readResume(db, access, id);
  const rows = await db.orm
    .select(SUGGESTION_COLUMNS)
    .from(resumeSuggestion)
    .where(eq(resumeSuggestion.resumeId, id))
    .orderBy(desc(sql`${resumeSuggestion.status} = 'pending'`), desc(resumeSuggestion.createdAt), desc(resumeSuggestion.id))
    .limit(MAX_LISTED);
  const suggestions: Suggestion[] = [];
  for (const { changes: packed, ...suggestion } of rows) {
    const changes = unpackChanges(packed);
    const version = await findVersion(db, access, id, suggestion.baseRevision);
    const merged = suggestion.status === 'pending' ? mergeSuggestion(version, current, changes) : null;
    const base = version === null ? {} : toVersionedJson(version);
    const operations = changes.map(({ op, path, value }) => withLine(base, value === undefined ? { op, path } : { op, path, value }));
    suggestions.push({ ...suggestion, operations, conflicts: merged === null || merged.ok ? [] : merged.conflicts });
  }
  return suggestions;
}

/** The document's own pointers read better without the member it stands under. */
function withLine(base: JsonObject, change: Change): Change & { readonly line: string } {
  const [document] = splitChanges([change]).document;
  const line = document === undefined ? renderChangeLine(base, change) : renderChangeLine(base['data'] ?? null, document);
  return Object.assign(change, { line });
}

/** The latest suggestions of one connection for a resume. One indexed query. */
export function listOutcomes(db: Database, access: ResumeAccess, id: string): Promise<SuggestionOutcome[]> {
  return db.orm
    .select(OUTCOME_COLUMNS)
    .from(resumeSuggestion)
    .innerJoin(resume, eq(resume.id, resumeSuggestion.resumeId))
    .where(and(isVisibleById(access, id), eq(resumeSuggestion.grantId, access.resumeSetId ?? '')))
    .orderBy(desc(resumeSuggestion.createdAt), desc(resumeSuggestion.id))
    .limit(MAX_OUTCOMES);
}

/** Holds the suggestion's row until the transaction ends. Not checked: whose resume it is; the caller holds that row already. */
export async function lockSuggestion(db: Database, resumeId: string, suggestionId: string): Promise<StoredSuggestion | null> {
  const [row] = await db.orm
    .select(SUGGESTION_COLUMNS)
    .from(resumeSuggestion)
    .where(and(eq(resumeSuggestion.id, suggestionId), eq(resumeSuggestion.resumeId, resumeId)))
    .for('update');
  return row ?? null;
}

/**
 * What the resume would be with these changes of its base, whatever has happened beside them since.
 * @param version the base; null: it is no longer kept, so nobody can tell what has changed since
 */
export function mergeSuggestion(version: VersionedState | null, current: StoredResume, changes: readonly Change[]): MergeResult {
  if (version === null) return { ok: false, conflicts: ['/data'] };
  const base = toVersionedJson(version);
  return mergeJson(base, toVersionedJson(current), applyChanges(base, changes));
}

export function unpackChanges(packed: Uint8Array): Change[] {
  return z.array(changeSchema).parse(unpackJson(packed));
}
