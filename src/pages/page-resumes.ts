import { call, ORPCError } from '@orpc/server';
import { z } from 'zod';
import type { ApiContext } from '../api/base.ts';
import { router } from '../api/router.ts';
import type { Principal } from '../resource-server/principal.ts';
import type { ImportOutcome, PageOwner, PageResumes, ResumeOutcome, ResumeRefusal } from './dependencies.ts';

const PAGE_SIZE = 100;

const REFUSAL_OF_CODE: Readonly<Record<string, ResumeRefusal>> = {
  resume_not_found: 'not_found',
  resume_locked: 'locked',
  slug_taken: 'conflict',
  too_many_resumes: 'too_many',
  /** The input did not fit its schema. */
  BAD_REQUEST: 'invalid',
};

const IMPORT_REFUSAL_OF_CODE = {
  invalid_resume: 'invalid',
  unsupported_format: 'unsupported',
  resume_too_large: 'too_large',
  too_many_resumes: 'too_many',
} as const;

const problemsData = z.object({ problems: z.array(z.object({ pointer: z.string(), expected: z.string() })) });

const documentInput = z.record(z.string(), z.unknown());

const UNUSABLE_CURSOR: ReadonlySet<string | null> = new Set(['invalid_cursor', 'BAD_REQUEST']);
const NO_SUCH_RESUME: ReadonlySet<string | null> = new Set(['resume_not_found', 'BAD_REQUEST']);

/**
 * The owner's resumes through the procedures that also serve RPC, REST and MCP, called in process.
 *
 * What a procedure declares as its error becomes a reason; anything else is thrown on. An id that no resume can have is like
 * one that none has, and a cursor that no list answered leads to the first page.
 */
export function createPageResumes(createApiContext: (principal: Principal, requestId: string) => ApiContext): PageResumes {
  const toContext = ({ principal, requestId }: PageOwner) => ({ context: createApiContext(principal, requestId) });

  const { resumes } = router;
  return {
    async list(owner, cursor) {
      // Behind another service nobody has any.
      if (!owner.principal.scopes.has('resumes:read')) return { resumes: [], nextCursor: null };
      const first = { sort: 'lastUpdatedAt' as const, limit: PAGE_SIZE };
      const page = await call(resumes.list, cursor === null ? first : { ...first, cursor }, toContext(owner)).catch((error: unknown) => {
        if (cursor === null || !UNUSABLE_CURSOR.has(codeOf(error))) throw error;
        return call(resumes.list, first, toContext(owner));
      });
      return { resumes: page.resumes.map(withDate), nextCursor: page.nextCursor ?? null };
    },
    async read(owner, id) {
      try {
        return withDate(await call(resumes.read, { id }, toContext(owner)));
      } catch (error) {
        if (NO_SUCH_RESUME.has(codeOf(error))) return null;
        throw error;
      }
    },
    create: (owner, resume) => settle(call(resumes.create, resume, toContext(owner))),
    async import(owner, document) {
      const data = documentInput.safeParse(document);
      if (!data.success) return { ok: false, reason: 'invalid', problems: [{ pointer: '', expected: 'an object' }] };
      try {
        return { ok: true, id: (await call(resumes.import, { data: data.data }, toContext(owner))).id };
      } catch (error) {
        return toImportRefusal(error);
      }
    },
    setLocked: async (owner, id, locked) =>
      toExisting(await settle(call(locked ? resumes.lock : resumes.unlock, { id }, toContext(owner)))),
    setPublic: async (owner, id, isPublic) => toExisting(await settle(call(resumes.update, { id, isPublic }, toContext(owner)))),
    delete: async (owner, id) => toExisting(await settle(call(resumes.delete, { id }, toContext(owner)))),
  };
}

async function settle(calling: Promise<{ readonly id: string }>): Promise<ResumeOutcome> {
  try {
    return { ok: true, id: (await calling).id };
  } catch (error) {
    return { ok: false, reason: requireRefusal(error) };
  }
}

function requireRefusal(error: unknown): ResumeRefusal {
  const code = codeOf(error);
  const reason = code !== null && Object.hasOwn(REFUSAL_OF_CODE, code) ? REFUSAL_OF_CODE[code] : undefined;
  if (reason === undefined) throw error;
  return reason;
}

function toImportRefusal(error: unknown): ImportOutcome {
  const code = codeOf(error);
  if (!(error instanceof ORPCError) || code === null || !isImportRefusal(code)) throw error;
  const data = problemsData.safeParse(error.data);
  return { ok: false, reason: IMPORT_REFUSAL_OF_CODE[code], problems: data.success ? data.data.problems : [] };
}

function isImportRefusal(code: string): code is keyof typeof IMPORT_REFUSAL_OF_CODE {
  return Object.hasOwn(IMPORT_REFUSAL_OF_CODE, code);
}

function codeOf(error: unknown): string | null {
  return error instanceof ORPCError ? String(error.code) : null;
}

/** Where the id is all the input there is, a bad input is a bad id. */
function toExisting(outcome: ResumeOutcome): ResumeOutcome {
  return !outcome.ok && outcome.reason === 'invalid' ? { ok: false, reason: 'not_found' } : outcome;
}

function withDate<Answer extends { readonly updatedAt: string }>(answer: Answer): Omit<Answer, 'updatedAt'> & { readonly updatedAt: Date } {
  return { ...answer, updatedAt: new Date(answer.updatedAt) };
}
