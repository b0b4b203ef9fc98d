import { call, ORPCError } from '@orpc/server';
import { z } from 'zod';
import type { ApiContext } from '../api/base.ts';
import { router } from '../api/router.ts';
import type { Principal } from '../resource-server/principal.ts';
import { toPointer } from '../resumes/pointer.ts';
import type { EditOutcome, EditRefusal, PageEdits, PageOwner } from './dependencies.ts';

const REFUSAL_OF_CODE: Readonly<Record<string, EditRefusal>> = {
  resume_not_found: 'not_found',
  resume_locked: 'locked',
  revision_conflict: 'changed',
  invalid_resume: 'invalid',
  resume_too_large: 'too_large',
  slug_taken: 'slug_taken',
  /** The input did not fit its schema. */
  BAD_REQUEST: 'invalid',
};

const problemsData = z.object({ problems: z.array(z.object({ pointer: z.string() })) });
const issuesData = z.object({ issues: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])) })) });

/** What a procedure declares as its error becomes a reason, with the places it names; anything else is thrown on. */
export function createPageEdits(createApiContext: (principal: Principal, requestId: string) => ApiContext): PageEdits {
  const toContext = ({ principal, requestId }: PageOwner) => ({ context: createApiContext(principal, requestId) });
  const { resumes } = router;
  return {
    patch: (owner, id, { operations, expectedRevision }) =>
      settle(call(resumes.applyPatch, { id, operations: [...operations], expectedRevision }, toContext(owner))),
    rename: (owner, id, { tags, ...details }) =>
      settle(call(resumes.update, { id, ...details, ...(tags && { tags: [...tags] }) }, toContext(owner))),
  };
}

async function settle(calling: Promise<unknown>): Promise<EditOutcome> {
  try {
    await calling;
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error;
    const code = String(error.code);
    const reason = Object.hasOwn(REFUSAL_OF_CODE, code) ? REFUSAL_OF_CODE[code] : undefined;
    if (reason === undefined) throw error;
    return { ok: false, reason, pointers: listPointers(error.data) };
  }
}

function listPointers(data: unknown): readonly string[] {
  const problems = problemsData.safeParse(data);
  if (problems.success) return problems.data.problems.map(({ pointer }) => pointer);
  const issues = issuesData.safeParse(data);
  return issues.success ? issues.data.issues.map(({ path }) => toPointer(path)) : [];
}
