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

export const pdfLinkOutput = z.object({
  id: z.string(),
  revision: z.int().describe('Revision that the link opens; the link ends when the resume changes'),
  url: z.string().describe('Opens the PDF without signing in; give it to the person as it is'),
  expiresAt: z.iso.datetime().describe('When the link ends'),
  fileName: z.string(),
});

const totals = z.object({
  total: z.int().describe('Visitors, each counted once a day'),
  lastAt: z.iso.datetime().nullable().describe('When the last one came; null when nobody has'),
});

export const statisticsOutput = z.object({
  id: z.string(),
  isPublic: z.boolean(),
  publicUrl: z.string().nullable().describe('Where it is published; null while it is not'),
  views: totals,
  downloads: totals,
});
