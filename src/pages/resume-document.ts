import { renderHtml, type PageHead } from '../resumes/render/html.tsx';
import { buildResumeView } from '../resumes/render/view.ts';
import type { StoredResume } from '../resumes/stored-resume.ts';
import { buildPageHeaders } from './headers.ts';

/** A resume in its own template as a page, with a policy that allows its one stylesheet and nothing else. */
export function buildResumeDocument(resume: StoredResume, page: Pick<PageHead, 'url' | 'isIndexed' | 'pdf'>): Response {
  const view = buildResumeView(resume.data);
  const title = [view.name, view.label].filter((part) => part !== null).join(' – ');
  const summary = view.sections.find(({ key }) => key === 'summary')?.entries[0]?.summary[0] ?? null;
  const { html, contentSecurityPolicy } = renderHtml(view, {
    title: title === '' ? resume.name : title,
    description: summary === null ? null : summary.slice(0, 200),
    ...page,
  });
  const headers = buildPageHeaders('owner');
  headers.set('content-security-policy', contentSecurityPolicy);
  if (page.pdf !== null) headers.set('vary', 'accept-language, cookie');
  if (!page.isIndexed) headers.set('x-robots-tag', 'noindex');
  return new Response(html, { headers });
}
