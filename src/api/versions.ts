import { withScope, withSession } from './base.ts';
import { API_ERRORS } from './errors.ts';
import { toSummary } from './resume-schemas.ts';
import { toSuggestionNote } from './suggestion-schemas.ts';
import * as schemas from './version-schemas.ts';

const { resume_not_found, resume_locked, revision_conflict, version_not_found, invalid_cursor } = API_ERRORS;
const { invalid_resume, slug_taken, undo_conflict, too_many_suggestions, access_ended } = API_ERRORS;

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
/** Overwrites what is there; calling it twice is as good as once. */
const REPLACES = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false };

/** The procedures about what a resume was before. */
export const versions = {
  list: withScope(['resumes:read'], { name: 'list_resume_versions', title: 'List versions', annotations: READS })
    .errors({ resume_not_found, invalid_cursor })
    .route({
      method: 'GET',
      path: '/resumes/{id}/versions',
      tags: ['Versions'],
      summary: 'List versions',
      description:
        'List how a resume came to be, latest first: one version for every change, with who made it, when and what it touched. See what ' +
        'changed between two with compare_resume_versions; bring one back with restore_resume_version.',
    })
    .input(schemas.listVersionsInput)
    .output(schemas.listVersionsOutput)
    .handler(async ({ input: { id, ...query }, context }) => {
      const page = await context.resumes.listVersions(context.access, id, query);
      return { versions: page.versions.map(schemas.toVersion), ...(page.nextCursor !== null && { nextCursor: page.nextCursor }) };
    }),

  compare: withScope(['resumes:read'], { name: 'compare_resume_versions', title: 'Compare versions', annotations: READS })
    .errors({ resume_not_found, version_not_found })
    .route({
      method: 'GET',
      path: '/resumes/{id}/comparison',
      tags: ['Versions'],
      summary: 'Compare versions',
      description:
        'Tell what changed between two versions of a resume, or between one and now: as lines to show the person, and as a JSON Patch. ' +
        'Call list_resume_versions first for the revisions.',
    })
    .input(schemas.compareInput)
    .output(schemas.compareOutput)
    .handler(async ({ input: { id, ...range }, context }) => {
      const { lines, changes, settings, ...compared } = await context.resumes.compare(context.access, id, range);
      context.countRead(context.principal, id);
      return { id, ...compared, lines: [...lines], changes: [...changes], settings: [...settings] };
    }),

  restore: withScope(['resumes:write'], { name: 'restore_resume_version', title: 'Restore a version', annotations: REPLACES })
    .errors({ resume_not_found, version_not_found, resume_locked, revision_conflict, invalid_resume, too_many_suggestions, access_ended })
    .route({
      method: 'POST',
      path: '/resumes/{id}/restore',
      tags: ['Versions'],
      summary: 'Restore a version',
      description:
        'Bring the content of an earlier version back, as a new version: what is there now stays in the list and can be restored too. Show ' +
        'the person compare_resume_versions first. Name, slug, tags and publishing stay as they are.',
    })
    .input(schemas.restoreInput)
    .output(schemas.restoreOutput)
    .handler(async ({ input: { id, ...request }, context }) => {
      const { resume, changes, suggestion } = await context.resumes.restore(context.access, context.actor, id, request);
      const summary = toSummary(resume, context.appUrl);
      return { ...summary, ...toSuggestionNote(suggestion, summary.url), restoredRevision: request.revision, changes: [...changes] };
    }),

  undoConnection: withSession
    .errors({ resume_not_found, resume_locked, slug_taken, undo_conflict, invalid_resume })
    .route({
      method: 'POST',
      path: '/resumes/{id}/undo',
      tags: ['Versions'],
      summary: 'Undo what a connection changed',
      description:
        'Take back what one connection changed in a resume since an instant, as a new version. What others changed meanwhile stays; where ' +
        'that stands on what would be undone, the places are named and nothing is undone.',
    })
    .input(schemas.undoInput)
    .output(schemas.undoOutput)
    .handler(async ({ input: { id, connectionId, since }, context }) => {
      const request = { connectionId, since: new Date(since) };
      const { resume, undone } = await context.resumes.undoConnection(context.access, context.actor, id, request);
      return { ...toSummary(resume, context.appUrl), undone };
    }),
};
