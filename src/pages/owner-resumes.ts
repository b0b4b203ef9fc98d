import { call, ORPCError } from '@orpc/server';
import type { ApiContext } from '../api/base.ts';
import type { Router } from '../api/router.ts';
import type { PageOwner, PageResumes, ResumeOutcome, ResumeRefusal, ResumeSummary } from './dependencies.ts';

const REFUSALS: Readonly<Record<string, ResumeRefusal>> = {
  resume_not_found: 'not_found',
  resume_locked: 'locked',
  BAD_REQUEST: 'invalid',
  invalid_resume: 'invalid',
  slug_taken: 'conflict',
  revision_conflict: 'conflict',
  too_many_resumes: 'conflict',
};

/**
 * The owner's resumes through the procedures that serve the API.
 *
 * @param createContext what a procedure gets, for this principal and request
 */
export function createOwnerResumes(
  router: Router,
  createContext: (principal: PageOwner['principal'], requestId: string) => ApiContext,
): PageResumes {
  const contextOf = ({ principal, requestId }: PageOwner) => ({ context: createContext(principal, requestId) });
  const attempt = async (id: string | null, work: () => Promise<{ readonly id?: string } | object>): Promise<ResumeOutcome> => {
    try {
      const done = await work();
      return { ok: true, id: id ?? ('id' in done && typeof done.id === 'string' ? done.id : '') };
    } catch (error) {
      const reason = error instanceof ORPCError ? REFUSALS[error.code] : undefined;
      if (reason === undefined) throw error;
      return { ok: false, reason };
    }
  };

  return {
    async list(owner, cursor) {
      const page = await call(router.resumes.list, { limit: 100, ...(cursor !== null && { cursor }) }, contextOf(owner));
      return { resumes: page.resumes.map(toSummary), nextCursor: page.nextCursor ?? null };
    },
    async read(owner, id) {
      try {
        const found = await call(router.resumes.read, { id }, contextOf(owner));
        return { ...toSummary(found), revision: found.revision, data: found.data };
      } catch (error) {
        if (error instanceof ORPCError && (error.code === 'resume_not_found' || error.code === 'BAD_REQUEST')) return null;
        throw error;
      }
    },
    create: (owner, resume) => attempt(null, () => call(router.resumes.create, resume, contextOf(owner))),
    setLocked: (owner, id, locked) =>
      attempt(id, () => call(locked ? router.resumes.lock : router.resumes.unlock, { id }, contextOf(owner))),
    delete: (owner, id) => attempt(id, () => call(router.resumes.delete, { id }, contextOf(owner))),
  };
}

function toSummary(
  resume: Omit<ResumeSummary, 'updatedAt' | 'tags'> & { readonly tags: readonly string[]; readonly updatedAt: string },
): ResumeSummary {
  const { id, name, slug, tags, isPublic, isLocked, updatedAt } = resume;
  return { id, name, slug, tags, isPublic, isLocked, updatedAt: new Date(updatedAt) };
}
