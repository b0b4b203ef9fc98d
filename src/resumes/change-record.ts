import type { StoredResume } from './stored-resume.ts';
import { recordVersion, type ResumeChangeKind } from './version-record.ts';
import type { Actor } from './visibility.ts';
import type { WriteContext } from './write-context.ts';

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
 * Records a change: its version, which is how it can be undone, and its trace. Every write of a resume calls it in its own
 * transaction, so that nothing changes without either. The trace holds no content: which revision, how many operations, who.
 */
export async function recordChange(write: Pick<WriteContext, 'db' | 'audit'>, change: ResumeChange): Promise<void> {
  const { actor, before, after } = change;
  const recorded = after === null ? { actorName: actor.name, operations: 0 } : await recordVersion(write.db, { ...change, after });
  await write.audit.record({
    event: `resume.${change.kind}`,
    userId: change.userId,
    resumeId: (after ?? before)?.id ?? null,
    grantId: actor.kind === 'connection' ? actor.id : null,
    apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    detail: {
      actor: { kind: actor.kind, name: recorded.actorName },
      revision: after?.revision ?? before?.revision ?? null,
      operations: recorded.operations,
    },
  });
}
