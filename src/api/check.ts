import { z } from 'zod';
import { FINDING_CODES } from '../resumes/check/finding.ts';
import { withScope } from './base.ts';
import { API_ERRORS } from './errors.ts';
import { byIdInput } from './resume-schemas.ts';

const { resume_not_found } = API_ERRORS;

const output = z.object({
  id: z.string(),
  revision: z.int().describe('The state that was looked at'),
  words: z.int().describe('Length of the content'),
  findings: z
    .array(
      z.object({
        code: z.enum(FINDING_CODES),
        severity: z.enum(['problem', 'advice']),
        pointer: z.string().describe('JSON Pointer into data; empty: the whole document'),
        message: z.string(),
      }),
    )
    .describe('Problems first'),
  hasMore: z.boolean().describe('There are more findings than are listed'),
});

export const check = withScope(['resumes:read'], {
  name: 'check_resume',
  title: 'Check a resume',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
})
  .errors({ resume_not_found })
  .route({
    method: 'GET',
    path: '/resumes/{id}/check',
    tags: ['Resumes'],
    summary: 'Check a resume',
    description:
      'Review a resume by fixed rules: missing contact data and dates, gaps, tense, length, and what application systems can not read, each ' +
      'with its pointer. Mend what the person agrees to with apply_resume_patch, then check again. Whether it is well said is for you to judge.',
  })
  .input(byIdInput)
  .output(output)
  .handler(async ({ input: { id }, context }) => {
    const { revision, review } = await context.resumes.check(context.access, id);
    context.countRead(context.principal, id);
    return { id, revision, words: review.words, findings: [...review.findings], hasMore: review.hasMore };
  });
