import type { Change } from './diff.ts';
import type { Problem } from './json.ts';

/** Everything the resume domain refuses, by code. A resume of somebody else and one that does not exist are the same answer. */
export type ResumeFailure =
  | { readonly code: 'resume_not_found' }
  | { readonly code: 'resume_locked' }
  | {
      readonly code: 'revision_conflict';
      readonly currentRevision: number;
      readonly expectedRevision: number;
      /** What changed in the document since the expected revision, as a JSON Patch: the first of it. Absent: not known. */
      readonly changesSince?: readonly Change[];
      /** Which of name, slug, tags and publishing changed. */
      readonly settingsSince?: readonly string[];
      readonly hasMoreChanges?: boolean;
    }
  | { readonly code: 'version_not_found'; readonly revision: number; readonly currentRevision: number }
  | { readonly code: 'undo_conflict'; readonly pointers: readonly string[] }
  | { readonly code: 'suggestions_only' }
  | { readonly code: 'too_many_suggestions'; readonly limit: number }
  | { readonly code: 'suggestion_not_found' }
  | { readonly code: 'suggestion_decided'; readonly status: string }
  | { readonly code: 'suggestion_conflict'; readonly pointers: readonly string[] }
  | { readonly code: 'slug_taken'; readonly slug: string }
  | { readonly code: 'invalid_patch'; readonly operation: number; readonly reason: string }
  | { readonly code: 'patch_test_failed'; readonly operation: number; readonly pointer: string }
  | { readonly code: 'invalid_resume'; readonly problems: readonly Problem[] }
  | { readonly code: 'resume_too_large'; readonly limitBytes: number }
  | { readonly code: 'too_many_resumes'; readonly limit: number }
  | { readonly code: 'unsupported_format'; readonly format: string }
  | { readonly code: 'pdf_unavailable' }
  | { readonly code: 'invalid_cursor' }
  | { readonly code: 'access_ended' };

export type ResumeFailureCode = ResumeFailure['code'];

/** What to do next, in one line that a model can follow. */
export const RESUME_HINTS: Readonly<Record<ResumeFailureCode, string>> = {
  resume_not_found: 'Call list_resumes for the ids you may use.',
  resume_locked: 'Ask the person, then call unlock_resume before changing it.',
  revision_conflict: 'Look at changesSince, call read_resume for the current revision, rebase your change on it and try again.',
  version_not_found: 'Call list_resume_versions for the revisions there are.',
  undo_conflict: 'Undo the later changes first, or restore an earlier version as a whole; nothing was undone.',
  suggestions_only: 'This connection may only suggest changes of content, name, slug and tags: ask the person to do this on their pages.',
  too_many_suggestions: 'Ask the person to decide on the open suggestions first.',
  suggestion_not_found: 'List the suggestions of the resume for the ids there are.',
  suggestion_decided: 'Nothing is left to decide: suggest the change anew.',
  suggestion_conflict:
    'What it is about has changed since: accept other parts of it, or reject it and ask for a new one; nothing was changed.',
  slug_taken: 'Choose another slug, or leave it out to get one made from the name.',
  invalid_patch: 'Call read_resume, correct that operation and send the whole patch again; nothing was applied.',
  patch_test_failed: 'The document is not what the patch assumed: call read_resume and make the patch anew; nothing was applied.',
  invalid_resume: 'Correct the values at these pointers and try again; nothing was stored.',
  resume_too_large: 'Shorten texts or split the document; nothing was stored.',
  too_many_resumes: 'Ask the person which resumes to delete with delete_resume.',
  unsupported_format: 'Convert the document to JSON Resume (https://jsonresume.org/schema) and import that.',
  pdf_unavailable: 'Call export_resume with the format html: any browser prints it to PDF.',
  invalid_cursor: 'Call the list again without a cursor, such as list_resumes, and use the nextCursor it answers, with the same sort.',
  access_ended: 'Ask the person to connect again.',
};

/** Thrown by the resume domain. Callers switch on `failure.code`; the message says what is wrong, {@link RESUME_HINTS} what to do. */
export class ResumeError extends Error {
  readonly failure: ResumeFailure;

  constructor(failure: ResumeFailure) {
    super(describe(failure));
    this.name = 'ResumeError';
    this.failure = failure;
  }
}

function describe(failure: ResumeFailure): string {
  switch (failure.code) {
    case 'resume_not_found':
      return 'There is no such resume.';
    case 'resume_locked':
      return 'The resume is locked.';
    case 'revision_conflict':
      return `The resume is at revision ${failure.currentRevision}, not ${failure.expectedRevision}.`;
    case 'version_not_found':
      return `The resume has no version ${failure.revision}; the current one is ${failure.currentRevision}.`;
    case 'undo_conflict':
      return `Somebody has changed since what would be undone: ${failure.pointers.join(', ')}.`;
    case 'suggestions_only':
      return 'This connection may suggest changes, not do this.';
    case 'too_many_suggestions':
      return `${failure.limit} suggestions for this resume wait for a decision already.`;
    case 'suggestion_not_found':
      return 'There is no such suggestion.';
    case 'suggestion_decided':
      return `The suggestion has been decided on: ${failure.status}.`;
    case 'suggestion_conflict':
      return `The suggestion no longer applies: somebody has changed ${failure.pointers.join(', ')}.`;
    case 'slug_taken':
      return `Another resume already has the slug ${failure.slug}.`;
    case 'invalid_patch':
      return `Operation ${failure.operation} of the patch can't be applied: ${failure.reason}.`;
    case 'patch_test_failed':
      return `Operation ${failure.operation} tests ${failure.pointer === '' ? 'the whole document' : failure.pointer} for another value.`;
    case 'invalid_resume':
      return `The document is not a valid resume. ${failure.problems.map(describeProblem).join(' ')}`;
    case 'resume_too_large':
      return `A resume may have at most ${failure.limitBytes} bytes.`;
    case 'too_many_resumes':
      return `An account may hold at most ${failure.limit} resumes.`;
    case 'unsupported_format':
      return `Documents in the format of ${failure.format} can't be imported yet.`;
    case 'pdf_unavailable':
      return 'This server makes no PDFs: its compiler is not installed.';
    case 'invalid_cursor':
      return 'The cursor is not one that this list answered.';
    case 'access_ended':
      return 'This connection no longer exists.';
  }
}

function describeProblem(problem: Problem): string {
  return `${problem.pointer === '' ? 'The document' : problem.pointer}: expected ${problem.expected}.`;
}
