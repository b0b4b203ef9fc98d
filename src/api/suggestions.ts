import { withSession } from './base.ts';
import { API_ERRORS } from './errors.ts';
import { byIdInput, toSummary } from './resume-schemas.ts';
import * as schemas from './suggestion-schemas.ts';

const { resume_not_found, resume_locked, suggestion_not_found, suggestion_decided, suggestion_conflict } = API_ERRORS;
const { slug_taken, invalid_resume, resume_too_large } = API_ERRORS;

/** Deciding on what connections suggest: for the person alone. */
export const suggestions = {
  list: withSession
    .errors({ resume_not_found })
    .route({
      method: 'GET',
      path: '/resumes/{id}/suggestions',
      tags: ['Suggestions'],
      summary: 'List suggestions',
      description: 'List what connections that may only suggest would change in a resume, and where that no longer applies.',
    })
    .input(byIdInput)
    .output(schemas.suggestionsOutput)
    .handler(async ({ input: { id }, context }) => ({
      suggestions: (await context.resumes.listSuggestions(context.access, id)).map(schemas.toSuggestion),
    })),

  accept: withSession
    .errors({
      resume_not_found,
      resume_locked,
      suggestion_not_found,
      suggestion_decided,
      suggestion_conflict,
      slug_taken,
      invalid_resume,
      resume_too_large,
    })
    .route({
      method: 'POST',
      path: '/resumes/{id}/suggestions/{suggestionId}/accept',
      tags: ['Suggestions'],
      summary: 'Accept a suggestion',
      description:
        'Make a suggestion a change of the resume, whole or operation by operation. Where somebody has changed the same since, the places are ' +
        'named, nothing is changed, and it goes on waiting.',
    })
    .input(schemas.acceptInput)
    .output(schemas.decisionOutput)
    .handler(async ({ input: { id, suggestionId, operations }, context }) => {
      const { resume, status } = await context.resumes.acceptSuggestion(context.access, context.actor, id, suggestionId, operations);
      return { ...toSummary(resume, context.appUrl), suggestionId, status };
    }),

  reject: withSession
    .errors({ resume_not_found, suggestion_not_found, suggestion_decided })
    .route({
      method: 'POST',
      path: '/resumes/{id}/suggestions/{suggestionId}/reject',
      tags: ['Suggestions'],
      summary: 'Reject a suggestion',
      description: 'Leave the resume as it is. The connection that made the suggestion is told when it reads the resume.',
    })
    .input(schemas.rejectInput)
    .output(schemas.decisionOutput)
    .handler(async ({ input: { id, suggestionId }, context }) => {
      const { resume, status } = await context.resumes.rejectSuggestion(context.access, context.actor, id, suggestionId);
      return { ...toSummary(resume, context.appUrl), suggestionId, status };
    }),
};
