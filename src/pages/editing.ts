import type { EditOutcome, PageOwner, ResumeDetail } from './dependencies.ts';
import type { EditOperation } from './edit-values.ts';
import type { PageTools, SignedInRequest } from './page.ts';

/** What the pages of the editor share. */
export interface Editing {
  /** Opens a resume that may be edited. */
  withResume(page: SignedInRequest, use: (resume: ResumeDetail) => Promise<Response>): Promise<Response>;
  notFound(page: SignedInRequest): Response;
  /** A line for each change since a revision; none when that is not known any more. */
  listChanges(page: SignedInRequest, from: number): Promise<readonly string[]>;
  patch(page: SignedInRequest, resume: ResumeDetail, operations: readonly EditOperation[]): Promise<EditOutcome>;
  ownerOf(page: SignedInRequest): PageOwner;
  resumePath(page: SignedInRequest): string;
  /** Of the overview. */
  path(page: SignedInRequest): string;
}

export function createEditing({ deps, respond }: PageTools): Editing {
  const notFound = (page: SignedInRequest) => respond.problem('notFound', page);
  return {
    async withResume(page, use) {
      const resume = await deps.resumes.read(ownerOf(page), page.params.id ?? '');
      if (resume === null) return notFound(page);
      return resume.isLocked && page.request.method !== 'POST' ? respond.seeOther(`${resumePath(page)}?done=edit-locked`) : use(resume);
    },
    notFound,
    listChanges: async (page, from) => (await deps.history.compare(ownerOf(page), page.params.id ?? '', { from }))?.lines ?? [],
    async patch(page, resume, operations) {
      if (operations.length > 0) return deps.edits.patch(ownerOf(page), resume.id, { operations, expectedRevision: resume.revision });
      return resume.isLocked ? { ok: false, reason: 'locked', pointers: [] } : { ok: true };
    },
    ownerOf,
    resumePath,
    path: (page) => `${resumePath(page)}/edit`,
  };
}

function ownerOf(page: SignedInRequest): PageOwner {
  return { principal: page.session, requestId: page.info.requestId };
}

function resumePath(page: SignedInRequest): string {
  return `/resumes/${encodeURIComponent(page.params.id ?? '')}`;
}
