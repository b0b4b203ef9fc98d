import type { Resume } from '../resume.ts';
import { renderHtml } from './html.tsx';
import { renderMarkdown } from './markdown.ts';
import { renderPlainText } from './plain-text.ts';
import { buildResumeView } from './view.ts';

export const EXPORT_FORMATS = ['json', 'markdown', 'html', 'text'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportedResume {
  readonly mediaType: string;
  /** With the dot. */
  readonly extension: string;
  readonly content: string;
}

/**
 * Renders a resume in one of the formats. `json` is the whole document, which imports back as it is; the others show what a
 * reader is meant to see.
 */
export function exportResume(resume: Resume, format: ExportFormat): ExportedResume {
  switch (format) {
    case 'json':
      return { mediaType: 'application/json', extension: '.json', content: `${JSON.stringify(resume, null, 2)}\n` };
    case 'markdown':
      return { mediaType: 'text/markdown', extension: '.md', content: renderMarkdown(buildResumeView(resume)) };
    case 'html':
      return { mediaType: 'text/html', extension: '.html', content: renderHtml(buildResumeView(resume)).html };
    case 'text':
      return { mediaType: 'text/plain', extension: '.txt', content: renderPlainText(buildResumeView(resume)) };
  }
}
