import { createAuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import { diffResumes } from './diff.ts';
import type { StoredResume } from './stored-resume.ts';
import type { Actor } from './visibility.ts';

export type ResumeChangeKind = 'created' | 'patched' | 'updated' | 'locked' | 'unlocked' | 'deleted';

/** One change of one resume: everything there is to know about it. */
export interface ResumeChange {
  readonly kind: ResumeChangeKind;
  readonly userId: string;
  readonly actor: Actor;
  readonly at: Date;
  /** Null: created. */
  readonly before: StoredResume | null;
  /** Null: deleted. */
  readonly after: StoredResume | null;
}

/**
 * Records a change. Every write of a resume calls it in its own transaction, so that nothing changes without a trace.
 * The trace holds no content: which revision, how many operations, who.
 */
export async function recordChange(db: Database, change: ResumeChange): Promise<void> {
  const { actor, before, after } = change;
  await createAuditTrail(db, () => change.at).record({
    event: `resume.${change.kind}`,
    decision: 'allowed',
    userId: change.userId,
    resumeId: (after ?? before)?.id ?? null,
    grantId: actor.kind === 'connection' ? actor.id : null,
    apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    detail: {
      actor: { kind: actor.kind, name: actor.name },
      revision: after?.revision ?? before?.revision ?? null,
      operations: before === null || after === null ? 0 : diffResumes(before.data, after.data).length,
    },
  });
}
