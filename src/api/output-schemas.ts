import { z } from 'zod';
import { EXPORT_FORMATS } from '../resumes/render/export.ts';
import { byIdInput } from './resume-schemas.ts';

export const exportInput = byIdInput.extend({
  format: z.enum(EXPORT_FORMATS).default('json').describe('json: JSON Resume, nothing left out; markdown, html, text: for readers'),
});

export const exportOutput = z.object({
  id: z.string(),
  revision: z.int().describe('Revision that was exported'),
  format: z.enum(EXPORT_FORMATS),
  mediaType: z.string().describe('E.g. text/markdown'),
  fileName: z.string().describe('A name to save it under'),
  content: z.string().describe('The whole file; UTF-8'),
});
