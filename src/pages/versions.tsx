import type { VNode } from 'preact';
import type { FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { HistoryOutcome, PageOwner } from './dependencies.ts';
import { describeRefusal } from './history-problems.ts';
import type { MessageKey } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';
import { VersionPage } from './version-page.tsx';
import { VersionsPage } from './versions-page.tsx';

const DONE: Readonly<Record<string, MessageKey>> = { restored: 'versions.nowRestored', undone: 'versions.nowUndone' };

/** GET /resumes/:id/versions and …/:revision; POST …/:revision/restore and /resumes/:id/undo. */
export function createVersionRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function list(page: SignedInRequest, status = 200, problems: readonly FormProblem[] = []): Promise<Response> {
    const [owner, id] = [ownerOf(page), page.params.id ?? ''];
    const resume = await deps.resumes.read(owner, id);
    const listed = resume && (await deps.history.listVersions(owner, id, new URLSearchParams(page.query).get('cursor')));
    if (resume === null || listed === null) return respond.problem('notFound', page);
    const props = {
      messages,
      resume,
      ...listed,
      csrfToken: csrf.issue(page.session.sessionId),
      problems,
      done: doneText(messages, page.query, DONE),
    };
    const title = messages.text('versions.title', { name: resume.name });
    return respond.owner(page, { title, body: <VersionsPage {...props} />, status, hasProblems: problems.length > 0 });
  }

  async function show(page: SignedInRequest, status = 200, problems: readonly FormProblem[] = []): Promise<Response> {
    const [owner, id, revision] = [ownerOf(page), page.params.id ?? '', toRevision(page.params.revision)];
    const resume = revision === null ? null : await deps.resumes.read(owner, id);
    const since = resume === null || revision === null ? null : await deps.history.compare(owner, id, { from: revision });
    if (resume === null || revision === null || since === null) return respond.problem('notFound', page);
    const change = revision === 1 ? null : await deps.history.compare(owner, id, { from: revision - 1, to: revision });
    const body: VNode = (
      <VersionPage
        messages={messages}
        resume={resume}
        revision={revision}
        change={change}
        since={since}
        csrfToken={csrf.issue(page.session.sessionId)}
        problems={problems}
      />
    );
    const title = messages.text('versions.number', { revision });
    return respond.owner(page, { title, body, status, hasProblems: problems.length > 0 });
  }

  async function leave(
    page: SignedInRequest,
    outcome: HistoryOutcome,
    done: 'restored' | 'undone',
    again: (page: SignedInRequest, status: number, problems: readonly FormProblem[]) => Promise<Response>,
  ): Promise<Response> {
    if (outcome.ok) return respond.seeOther(`/resumes/${encodeURIComponent(page.params.id ?? '')}/versions?done=${done}`);
    if (outcome.reason === 'not_found') return respond.problem('notFound', page);
    const { status, problems } = describeRefusal(messages, outcome);
    return again(page, status, problems);
  }

  async function restore(page: SignedInRequest): Promise<Response> {
    const [revision, expectedRevision] = [toRevision(page.params.revision), toRevision(formValue(page.form, 'expected'))];
    if (revision === null || expectedRevision === null) return respond.problem('malformed', page);
    return leave(page, await deps.history.restore(ownerOf(page), page.params.id ?? '', { revision, expectedRevision }), 'restored', show);
  }

  async function undo(page: SignedInRequest): Promise<Response> {
    const [connectionId, since] = [formValue(page.form, 'connection'), formValue(page.form, 'since')];
    if (connectionId === null || since === null) return respond.problem('malformed', page);
    return leave(page, await deps.history.undo(ownerOf(page), page.params.id ?? '', { connectionId, since }), 'undone', list);
  }

  return [
    { method: 'GET', path: '/resumes/:id/versions', access: 'signed_in', handle: (page) => list(page) },
    { method: 'GET', path: '/resumes/:id/versions/:revision', access: 'signed_in', handle: (page) => show(page) },
    { method: 'POST', path: '/resumes/:id/versions/:revision/restore', access: 'signed_in', handle: restore },
    { method: 'POST', path: '/resumes/:id/undo', access: 'signed_in', handle: undo },
  ];
}

function ownerOf(page: SignedInRequest): PageOwner {
  return { principal: page.session, requestId: page.info.requestId };
}

function toRevision(text: string | null | undefined): number | null {
  return typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
