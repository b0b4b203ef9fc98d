import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../resumes/publishing/passwords.ts';
import { buildPdfResponse } from '../resumes/publishing/pdf-response.ts';
import { toPublicPath } from '../resumes/publishing/publication.ts';
import type { PageDependencies, PageOwner, ResumeDetail } from './dependencies.ts';
import type { Publishing } from './publishing-panel.tsx';
import { buildResumeDocument } from './resume-document.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';

/** What the owner's page says of a resume on its way out. @throws ResumeError `resume_not_found` when it has just gone */
export async function describePublishing(
  { output, identifiers }: Pick<PageDependencies, 'output' | 'identifiers'>,
  userId: string,
  resume: Pick<ResumeDetail, 'id' | 'slug' | 'isPublic'>,
): Promise<Publishing> {
  const access = { userId, resumeSetId: null };
  const { hasPassword, isIndexed } = await output.readOptions(access, resume.id);
  const { view, download } = await output.readStatistics(access, resume.id);
  const username = resume.isPublic ? await output.readUsername(userId) : null;
  return {
    url: username === null ? null : `${identifiers.issuer}${toPublicPath(username, resume.slug)}`,
    isPublic: resume.isPublic,
    hasPdf: output.hasPdf,
    hasPassword,
    isIndexed,
    views: view.total,
    downloads: download.total,
  };
}

/** GET /resumes/:id/view and …/pdf; POST …/publish, …/unpublish and …/publishing. For the owner alone. */
export function createPublishingRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, respond } = tools;

  async function view(page: SignedInRequest): Promise<Response> {
    const resume = await deps.output.findOwn(page.session.userId, idOf(page));
    if (resume === null) return respond.problem('notFound', page);
    return buildResumeDocument(resume, { url: `${deps.identifiers.issuer}${pathOf(page)}/view`, isIndexed: false, pdf: null });
  }

  async function download(page: SignedInRequest): Promise<Response> {
    const resume = await deps.output.findOwn(page.session.userId, idOf(page));
    if (resume === null || !deps.output.hasPdf) return respond.problem('notFound', page);
    if (page.request.method === 'HEAD') return buildPdfResponse(null, resume.slug);
    const made = await deps.output.renderPdf(resume);
    if (made.ok) return buildPdfResponse(made.bytes, resume.slug);
    return respond.problem(made.reason === 'busy' ? 'unavailable' : 'internal', page);
  }

  async function setPublic(page: SignedInRequest, isPublic: boolean): Promise<Response> {
    const outcome = await deps.resumes.setPublic(ownerOf(page), idOf(page), isPublic);
    if (outcome.ok) return respond.seeOther(`${pathOf(page)}?done=${isPublic ? 'published' : 'unpublished'}`);
    if (outcome.reason === 'locked') return respond.seeOther(`${pathOf(page)}?done=publish-locked`);
    return respond.problem('notFound', page);
  }

  async function setOptions(page: SignedInRequest): Promise<Response> {
    const resume = await deps.output.findOwn(page.session.userId, idOf(page));
    if (resume === null) return respond.problem('notFound', page);
    const given = formValue(page.form, 'password') ?? '';
    if (given !== '' && (given.length < MIN_PASSWORD_CHARACTERS || given.length > MAX_PASSWORD_CHARACTERS))
      return respond.seeOther(`${pathOf(page)}?done=password-length`);
    const isRemoved = page.form.get('removePassword') === 'yes';
    await deps.output.setOptions({ userId: page.session.userId, resumeSetId: null }, resume.id, {
      password: isRemoved ? null : given === '' ? undefined : given,
      isIndexed: page.form.get('index') === 'yes',
    });
    return respond.seeOther(`${pathOf(page)}?done=publishing-saved`);
  }

  return [
    { method: 'GET', path: '/resumes/:id/view', access: 'signed_in', handle: view },
    { method: 'GET', path: '/resumes/:id/pdf', access: 'signed_in', handle: download },
    { method: 'POST', path: '/resumes/:id/publish', access: 'signed_in', handle: (page) => setPublic(page, true) },
    { method: 'POST', path: '/resumes/:id/unpublish', access: 'signed_in', handle: (page) => setPublic(page, false) },
    { method: 'POST', path: '/resumes/:id/publishing', access: 'signed_in', handle: setOptions },
  ];
}

function idOf(page: SignedInRequest): string {
  return page.params.id ?? '';
}

function pathOf(page: SignedInRequest): string {
  return `/resumes/${encodeURIComponent(idOf(page))}`;
}

function ownerOf(page: SignedInRequest): PageOwner {
  return { principal: page.session, requestId: page.info.requestId };
}
