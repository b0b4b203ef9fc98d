import type { VNode } from 'preact';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { Done, Notice } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import { doneText } from './connections.tsx';
import type { PageOwner, ResumeDetail, ResumeOutcome } from './dependencies.ts';
import type { MessageKey, Messages } from './messages.ts';
import type { PageRoute, PageTools, SignedInRequest } from './page.ts';
import { PublishingPanel, type Publishing } from './publishing-panel.tsx';
import { describePublishing } from './publishing.ts';
import { ResumeContent } from './resume-content.tsx';
import { ResumeState } from './resumes.tsx';

const DONE: Readonly<Record<string, MessageKey>> = {
  created: 'resumes.created',
  imported: 'import.done',
  locked: 'resume.nowLocked',
  unlocked: 'resume.nowUnlocked',
  'edit-locked': 'edit.locked',
  'still-locked': 'resume.deleteLocked',
  published: 'publish.nowPublic',
  unpublished: 'publish.nowPrivate',
  'publish-locked': 'publish.locked',
  'password-length': 'publish.passwordProblem',
  'publishing-saved': 'publish.saved',
};

/** GET /resumes/:id; POST …/lock and …/unlock; GET and POST …/delete. Another's resume and none are the same 404. */
export function createResumeRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function show(page: SignedInRequest, View: (props: ResumeViewProps) => VNode, titleOf: (resume: ResumeDetail) => string) {
    const resume = await deps.resumes.read(ownerOf(page), page.params.id ?? '');
    if (resume === null) return respond.problem('notFound', page);
    const publishing = await describePublishing(deps, page.session.userId, resume);
    const props = {
      messages,
      resume,
      publishing,
      csrfToken: csrf.issue(page.session.sessionId),
      done: doneText(messages, page.query, DONE),
    };
    return respond.owner(page, { title: titleOf(resume), body: <View {...props} /> });
  }

  function leave(page: SignedInRequest, outcome: ResumeOutcome, location: string): Response {
    if (outcome.ok) return respond.seeOther(location);
    if (outcome.reason === 'not_found') return respond.problem('notFound', page);
    return respond.seeOther(outcome.reason === 'locked' ? `${pathOf(page)}?done=still-locked` : pathOf(page));
  }

  async function setLocked(page: SignedInRequest, locked: boolean): Promise<Response> {
    const outcome = await deps.resumes.setLocked(ownerOf(page), page.params.id ?? '', locked);
    return leave(page, outcome, `${pathOf(page)}?done=${locked ? 'locked' : 'unlocked'}`);
  }

  return [
    { method: 'GET', path: '/resumes/:id', access: 'signed_in', handle: (page) => show(page, ResumePage, (resume) => resume.name) },
    { method: 'POST', path: '/resumes/:id/lock', access: 'signed_in', handle: (page) => setLocked(page, true) },
    { method: 'POST', path: '/resumes/:id/unlock', access: 'signed_in', handle: (page) => setLocked(page, false) },
    {
      method: 'GET',
      path: '/resumes/:id/delete',
      access: 'signed_in',
      handle: (page) => show(page, DeleteResumePage, (resume) => messages.text('resume.deleteTitle', { name: resume.name })),
    },
    {
      method: 'POST',
      path: '/resumes/:id/delete',
      access: 'signed_in',
      handle: async (page) => leave(page, await deps.resumes.delete(ownerOf(page), page.params.id ?? ''), '/resumes?done=deleted'),
    },
  ];
}

function ownerOf(page: SignedInRequest): PageOwner {
  return { principal: page.session, requestId: page.info.requestId };
}

function pathOf(page: SignedInRequest): string {
  return `/resumes/${encodeURIComponent(page.params.id ?? '')}`;
}

interface ResumeViewProps {
  readonly messages: Messages;
  readonly resume: ResumeDetail;
  readonly publishing: Publishing;
  readonly csrfToken: string;
  readonly done: string | null;
}

function ResumePage({ messages, resume, publishing, csrfToken, done }: ResumeViewProps): VNode {
  const path = `/resumes/${encodeURIComponent(resume.id)}`;
  return (
    <>
      <p class="crumb">
        <a href="/resumes">{messages.text('resume.back')}</a>
      </p>
      <h1>
        <Untrusted>{resume.name}</Untrusted>
      </h1>
      <Done text={done} />
      <ResumeState messages={messages} resume={resume} />
      <section class="panel panel-row" aria-label={messages.text('resume.state')}>
        <div>
          <p>{messages.text(resume.isLocked ? 'resume.lockedLead' : 'resume.unlockedLead')}</p>
          <p class="soft">
            {messages.rich('resume.revision', { revision: resume.revision, when: <Time messages={messages} at={resume.updatedAt} /> })}
          </p>
        </div>
        <div class="actions">
          {resume.isLocked ? null : <ButtonLink href={`${path}/edit`}>{messages.text('edit.link')}</ButtonLink>}
          <ButtonLink href={`${path}/versions`} kind="secondary">
            {messages.text('versions.link')}
          </ButtonLink>
          <ButtonLink href={`${path}/suggestions`} kind="secondary">
            {messages.text('suggestions.link')}
          </ButtonLink>
          <ActionForm action={`${path}/${resume.isLocked ? 'unlock' : 'lock'}`} csrfToken={csrfToken} kind="secondary">
            {messages.text(resume.isLocked ? 'resume.unlock' : 'resume.lock')}
          </ActionForm>
          {resume.isLocked ? null : (
            <ButtonLink href={`${path}/delete`} kind="danger">
              {messages.text('resume.delete')}
            </ButtonLink>
          )}
        </div>
      </section>
      <PublishingPanel messages={messages} path={path} csrfToken={csrfToken} publishing={publishing} />
      <ResumeContent messages={messages} data={resume.data} />
    </>
  );
}

function DeleteResumePage({ messages, resume, csrfToken }: ResumeViewProps): VNode {
  const path = `/resumes/${encodeURIComponent(resume.id)}`;
  return (
    <>
      <h1>{messages.rich('resume.deleteTitle', { name: <Untrusted>{resume.name}</Untrusted> })}</h1>
      <p class="lead">{messages.text('resume.deleteLead')}</p>
      {resume.isLocked ? (
        <Notice kind="warning">
          <p>{messages.text('resume.deleteLocked')}</p>
        </Notice>
      ) : null}
      <form method="post" action={`${path}/delete`} class="actions">
        <HiddenField name="csrf" value={csrfToken} />
        {resume.isLocked ? null : <Button kind="danger">{messages.text('resume.deleteConfirm')}</Button>}
        <ButtonLink href={path} kind="secondary">
          {messages.text('action.cancel')}
        </ButtonLink>
      </form>
    </>
  );
}
