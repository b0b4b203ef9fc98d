import { call, ORPCError } from '@orpc/server';
import { INVALID_PARAMS, ProtocolError } from '@modelcontextprotocol/server';
import type { ApiContext } from '../api/base.ts';
import type { Router } from '../api/router.ts';
import { MAX_PAGE_SIZE } from '../resumes/list.ts';

export interface ResumeListing {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly updatedAt: string;
}

/** The two reads that resources, prompts and completions are made of. They run the API's procedures, scopes and all. */
export interface ResumeReader {
  /** A page of the principal's resumes, latest change first. A cursor nobody handed out is -32602. */
  list(context: ApiContext, cursor?: string): Promise<{ readonly resumes: readonly ResumeListing[]; readonly nextCursor?: string }>;
  /** The document; null when there is no such resume for this principal. */
  read(context: ApiContext, id: string): Promise<{ readonly [member: string]: unknown } | null>;
}

export function createResumeReader({ resumes }: Pick<Router, 'resumes'>): ResumeReader {
  return {
    async list(context, cursor) {
      try {
        return await call(resumes.list, { limit: MAX_PAGE_SIZE, cursor }, { context });
      } catch (error) {
        throw isCode(error, 'invalid_cursor') ? new ProtocolError(INVALID_PARAMS, 'The cursor is not one that this list answered') : error;
      }
    },
    async read(context, id) {
      try {
        return (await call(resumes.read, { id }, { context })).data;
      } catch (error) {
        if (isCode(error, 'resume_not_found')) return null;
        throw error;
      }
    },
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof ORPCError && error.code === code;
}
