import type { VNode } from 'preact';
import { MAX_PASSWORD_CHARACTERS, verifyPassword } from '../resumes/publishing/passwords.ts';
import { buildPdfResponse } from '../resumes/publishing/pdf-response.ts';
import { toPublicPath, type PublishedResume } from '../resumes/publishing/publication.ts';
import { Button } from './components/actions.tsx';
import { TextField } from './components/fields.tsx';
import { buildResumeDocument } from './resume-document.ts';
import type { Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { buildUnlockCookie, isUnlocked } from './unlock.ts';

/**
 * GET and POST /r/:username/:slug; GET …/pdf. Anybody may come; what is not published, or under another name, is the same 404.
 * Visitors are counted (the owner is none), the password's form is answered within a bound of attempts per address.
 */
export function createPublishedRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, passwordAttempts } = tools;

  const find = (page: PageRequest): Promise<PublishedResume | null> =>
    deps.output.findPublished(page.params.username ?? '', page.params.slug ?? '');

  function isOpen(page: PageRequest, { passwordHash, resume, ownerId }: PublishedResume): boolean {
    if (passwordHash === null || page.session?.userId === ownerId) return true;
    return isUnlocked(deps.unlockKeys, { resumeId: resume.id, passwordHash }, page.request.headers.get('cookie'), deps.clock());
  }

  async function count(page: PageRequest, published: PublishedResume, kind: 'view' | 'download'): Promise<void> {
    if (page.request.method !== 'GET' || page.session?.userId === published.ownerId) return;
    const visitor = { address: page.info.clientAddress, userAgent: page.request.headers.get('user-agent') };
    await deps.output.countVisit(published.resume.id, kind, visitor);
  }

  function askPassword(page: PageRequest, isWrong: boolean): Response {
    const title = messages.text('published.passwordTitle');
    const body = <PasswordPage messages={messages} path={pathOf(page)} isWrong={isWrong} />;
    return respond.flow(page, { title, body, status: isWrong ? 403 : 401, hasProblems: isWrong });
  }

  async function show(page: PageRequest): Promise<Response> {
    const published = await find(page);
    if (published === null) return respond.problem('notFound', page);
    if (!isOpen(page, published)) return askPassword(page, false);
    await count(page, published, 'view');
    // What stands behind a password is in nobody's index.
    const isIndexed = published.isIndexed && published.passwordHash === null;
    return buildResumeDocument(published.resume, {
      url: `${deps.identifiers.issuer}${pathOf(page)}`,
      isIndexed,
      pdf: deps.output.hasPdf
        ? { path: `${deps.identifiers.base}${pathOf(page)}/pdf`, label: messages.text('publish.pdf'), language: messages.language }
        : null,
    });
  }

  async function unlock(page: PageRequest): Promise<Response> {
    const published = await find(page);
    if (published === null) return respond.problem('notFound', page);
    const { passwordHash, resume } = published;
    if (passwordHash === null) return respond.seeOther(pathOf(page));
    if (!passwordAttempts.take(JSON.stringify([resume.id, page.info.clientAddress]))) return respond.problem('tooMany', page);
    if (!(await verifyPassword(formValue(page.form, 'password') ?? '', passwordHash))) return askPassword(page, true);
    const isSecure = deps.identifiers.issuer.startsWith('https:');
    const path = `${deps.identifiers.base}${pathOf(page)}`;
    const cookie = buildUnlockCookie(deps.unlockKeys, { resumeId: resume.id, passwordHash }, path, deps.clock(), isSecure);
    return respond.seeOther(pathOf(page), [cookie]);
  }

  async function download(page: PageRequest): Promise<Response> {
    const published = await find(page);
    if (published === null || !deps.output.hasPdf) return respond.problem('notFound', page);
    if (!isOpen(page, published)) return respond.seeOther(pathOf(page));
    if (page.request.method === 'HEAD') return buildPdfResponse(null, published.resume.slug);
    const made = await deps.output.renderPdf(published.resume);
    if (!made.ok) return respond.problem(made.reason === 'busy' ? 'unavailable' : 'internal', page, made.detail);
    await count(page, published, 'download');
    return buildPdfResponse(made.bytes, published.resume.slug);
  }

  return [
    { method: 'GET', path: '/r/:username/:slug', access: 'anyone', handle: show },
    { method: 'POST', path: '/r/:username/:slug', access: 'anyone', handle: unlock },
    { method: 'GET', path: '/r/:username/:slug/pdf', access: 'anyone', handle: download },
  ];
}

function pathOf(page: PageRequest): string {
  return toPublicPath(page.params.username ?? '', page.params.slug ?? '');
}

interface PasswordPageProps {
  readonly messages: Messages;
  readonly path: string;
  readonly isWrong: boolean;
}

/** Says neither whose resume it is nor what it is called. */
function PasswordPage({ messages, path, isWrong }: PasswordPageProps): VNode {
  return (
    <>
      <h1>{messages.text('published.passwordTitle')}</h1>
      <p class="lead">{messages.text('published.passwordLead')}</p>
      <form method="post" action={path}>
        <TextField
          name="password"
          type="password"
          label={messages.text('published.password')}
          autocomplete="off"
          maxLength={MAX_PASSWORD_CHARACTERS}
          problem={isWrong ? messages.text('published.passwordWrong') : null}
        />
        <div class="actions">
          <Button>{messages.text('published.open')}</Button>
        </div>
      </form>
    </>
  );
}
