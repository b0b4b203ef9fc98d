import type { FormProblem } from './components/feedback.tsx';
import { ConsentPage } from './consent-page.tsx';
import { parseConsentForm, type ConsentForm } from './consent-form.ts';
import type { ResumeSummary } from './dependencies.ts';
import { handOver } from './hand-over.tsx';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';
import { readPendingRequest, type PendingRequest } from './pending-request.ts';
import { toOwnPath } from './signed-query.ts';

/**
 * GET and POST /consent. GET shows who asks for what and changes nothing. POST hands the decision with the untouched signed
 * query to the authorization server, which checks signature, expiry and session again and alone issues a code.
 */
export function createConsentRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond } = tools;

  async function show(
    page: SignedInRequest,
    pending: PendingRequest,
    form: Partial<ConsentForm>,
    problems: readonly FormProblem[],
    { status = problems.length > 0 ? 400 : 200, notice = null }: { readonly status?: number; readonly notice?: string | null } = {},
  ) {
    const { resumes, nextCursor } = await listResumes(page);
    const earlier = await deps.connections.findEarlier(page.session.userId, pending.clientId);
    const filled: ConsentForm = {
      scopes: form.scopes ?? pending.scopes,
      resumeChoice: form.resumeChoice ?? 'all',
      resumeIds: form.resumeIds ?? [],
      mode: form.mode ?? 'edit',
      duration: form.duration ?? 'year',
    };
    const body = (
      <ConsentPage
        messages={messages}
        pending={pending}
        session={page.session}
        csrfToken={tools.csrf.issue(page.session.sessionId)}
        resumes={resumes}
        hasMoreResumes={nextCursor !== null}
        earlier={earlier}
        notice={notice}
        form={filled}
        problems={problems}
      />
    );
    const title = messages.text('consent.title', { client: pending.clientName });
    return respond.flow(page, { title, body, width: 'wide', status, hasProblems: problems.length > 0 });
  }

  function listResumes(page: SignedInRequest): Promise<{ readonly resumes: readonly ResumeSummary[]; readonly nextCursor: string | null }> {
    return deps.resumes.list({ principal: page.session, requestId: page.info.requestId }, null);
  }

  async function open(page: SignedInRequest): Promise<Response> {
    const result = await readPendingRequest(tools, page.query);
    if (result.kind === 'pending') return show(page, result.pending, {}, []);
    return respond.problem(result.kind === 'refused' ? result.problem : 'startAgain', page);
  }

  async function submit(page: SignedInRequest): Promise<Response> {
    const result = await readPendingRequest(tools, formValue(page.form, 'oauth_query'));
    if (result.kind !== 'pending') return respond.problem(result.kind === 'refused' ? result.problem : 'startAgain', page);
    const { pending } = result;
    const decision = parseConsentForm(page.form, pending.scopes, messages);
    if (decision.kind === 'invalid') return show(page, pending, decision.form, decision.problems);
    if (decision.kind === 'read_only') return show(page, pending, decision.form, [], { notice: messages.text('consent.readOnlyDone') });
    const answer = await tools.auth.post(
      page.request,
      'oauth2/consent',
      decision.kind === 'deny'
        ? { accept: false, oauth_query: pending.query }
        : {
            accept: true,
            scope: decision.scopes.join(' '),
            resumes: decision.resumes,
            mode: decision.mode,
            duration: decision.duration,
            oauth_query: pending.query,
          },
    );
    if (answer.status === 429) return respond.problem('tooMany', page);
    if (answer.status >= 400 || answer.location === null) return respond.problem('startAgain', page);
    const ownPath = toOwnPath(answer.location, deps.identifiers);
    if (ownPath !== null) return respond.seeOther(ownPath, answer.setCookies);
    return handOver(tools, page, {
      location: answer.location,
      clientName: pending.clientName,
      reason: decision.kind === 'deny' ? 'denied' : 'allowed',
      setCookies: answer.setCookies,
    });
  }

  /** Whoever signed in since the page was opened gets it as their own, with nothing chosen yet. */
  async function showAnew(page: SignedInRequest): Promise<Response> {
    const result = await readPendingRequest(tools, formValue(page.form, 'oauth_query'));
    if (result.kind !== 'pending') return respond.problem('staleForm', page);
    return show(page, result.pending, {}, [{ field: null, text: messages.text('consent.signedInAnew') }], { status: 403 });
  }

  return [
    { method: 'GET', path: '/consent', access: 'signed_in', handle: open },
    { method: 'POST', path: '/consent', access: 'signed_in', handle: submit, handleStaleForm: showAnew },
  ];
}
