import { ORPCError } from '@orpc/server';
import { z } from 'zod';
import { RESUME_SCOPES } from '../authorization-server/scopes.ts';
import { RESUME_HINTS, type ResumeError, type ResumeFailure, type ResumeFailureCode } from '../resumes/errors.ts';

const changeOutput = z.object({ op: z.enum(['add', 'remove', 'replace']), path: z.string(), value: z.unknown().optional() });

const operation = z.int().describe('Index of the operation in the patch, from 0');

/** Every way a call can fail by its own fault: HTTP status and what it carries. Codes of the domain keep their names. */
export const API_ERRORS = {
  resume_not_found: { status: 404, message: 'There is no such resume.' },
  resume_locked: { status: 423, message: 'The resume is locked.' },
  revision_conflict: {
    status: 409,
    message: 'The resume is at another revision.',
    data: z.object({
      currentRevision: z.int(),
      expectedRevision: z.int(),
      changesSince: z.array(changeOutput).optional().describe('What changed in data since, as a JSON Patch: the first of it'),
      settingsSince: z.array(z.string()).optional().describe('Which of name, slug, tags and isPublic changed since'),
      hasMoreChanges: z.boolean().optional(),
    }),
  },
  version_not_found: {
    status: 404,
    message: 'There is no such version.',
    data: z.object({ revision: z.int(), currentRevision: z.int() }),
  },
  undo_conflict: {
    status: 409,
    message: 'Later changes stand on what would be undone.',
    data: z.object({ pointers: z.array(z.string()).describe('JSON Pointers, into what read_resume answers, of what was changed since') }),
  },
  suggestions_only: { status: 403, message: 'This connection may suggest changes, not do this.' },
  too_many_suggestions: { status: 409, message: 'Too many suggestions wait for a decision.', data: z.object({ limit: z.int() }) },
  suggestion_not_found: { status: 404, message: 'There is no such suggestion.' },
  suggestion_decided: { status: 409, message: 'The suggestion has been decided on.', data: z.object({ status: z.string() }) },
  suggestion_conflict: {
    status: 409,
    message: 'The suggestion no longer applies.',
    data: z.object({ pointers: z.array(z.string()).describe('JSON Pointers, into what read_resume answers, of what has changed since') }),
  },
  slug_taken: { status: 409, message: 'Another resume has this slug.', data: z.object({ slug: z.string() }) },
  invalid_patch: { status: 422, message: "The patch can't be applied.", data: z.object({ operation, reason: z.string() }) },
  patch_test_failed: { status: 409, message: 'A test of the patch failed.', data: z.object({ operation, pointer: z.string() }) },
  invalid_resume: {
    status: 422,
    message: 'The document is not a valid resume.',
    data: z.object({
      problems: z.array(z.object({ pointer: z.string().describe('JSON Pointer of the bad value'), expected: z.string() })),
    }),
  },
  resume_too_large: { status: 413, message: 'The resume is too large.', data: z.object({ limitBytes: z.int() }) },
  too_many_resumes: { status: 409, message: 'The account holds as many resumes as it may.', data: z.object({ limit: z.int() }) },
  unsupported_format: { status: 422, message: "This format can't be imported.", data: z.object({ format: z.string() }) },
  pdf_unavailable: { status: 501, message: 'This server makes no PDFs.' },
  invalid_cursor: { status: 400, message: 'The cursor is not one that this list answered.' },
  access_ended: { status: 403, message: 'This connection no longer exists.' },
  session_required: { status: 403, message: 'Only the person in their browser may do this.' },
  scope_not_held: { status: 422, message: 'A connection can only lose scopes, and not all of them.' },
  connection_not_found: { status: 404, message: 'There is no such connection.' },
  api_key_not_found: { status: 404, message: 'There is no such API key.' },
  insufficient_scope: {
    status: 403,
    message: 'The call needs a permission that was not given.',
    data: z.object({ scopes: z.array(z.enum(RESUME_SCOPES)).describe('Every scope the call needs') }),
  },
} as const satisfies Record<
  ResumeFailureCode | 'session_required' | 'scope_not_held' | 'connection_not_found' | 'api_key_not_found' | 'insufficient_scope',
  { status: number; message: string; data?: z.ZodType }
>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** What to do next, in one line that a model can follow, for every declared code. */
export const API_HINTS: Readonly<Record<ApiErrorCode, string>> = {
  ...RESUME_HINTS,
  session_required: 'Ask the person to do it on their account pages.',
  scope_not_held: 'Name some of the scopes the connection has. To give it more, connect it again.',
  connection_not_found: 'List the connections for the ids there are.',
  api_key_not_found: 'List the API keys for the ids there are.',
  insufficient_scope: 'Ask the person to allow it: connect again with the scopes named here.',
};

/** Turns what the domain refuses into the API's error of the same code. */
export function toApiError(error: ResumeError): ORPCError<ResumeFailureCode, unknown> {
  const { code } = error.failure;
  return new ORPCError(code, { status: API_ERRORS[code].status, message: error.message, data: toData(error.failure), cause: error });
}

function toData({ code: _code, ...data }: ResumeFailure): object | undefined {
  return Object.keys(data).length === 0 ? undefined : data;
}
