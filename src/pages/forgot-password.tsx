import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import { problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { toCredentialProblem, toSignInQuery, type SignInContext } from './credentials.ts';
import type { Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { createReturnCookie } from './return-cookie.ts';
import { parseOwnPath, toFlowPath } from './signed-query.ts';
import { openSignInContext, readSignInContext } from './sign-in-context.ts';

/**
 * GET and POST /forgot-password: asks for a link to choose a new password. The answer is the same whether there is such an account or
 * not.
 */
export function createForgotPasswordRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond } = tools;

  function show(
    page: PageRequest,
    context: SignInContext,
    form: { email: string; problems: readonly FormProblem[] },
    status: number,
  ): Response {
    const body = <ForgotPasswordPage messages={messages} context={context} form={form} />;
    return respond.flow(page, { title: messages.text('forgot.title'), body, status, hasProblems: form.problems.length > 0 });
  }

  async function open(page: PageRequest): Promise<Response> {
    const read = await openSignInContext(tools, page);
    return read.ok ? show(page, read.context, { email: '', problems: [] }, 200) : read.response;
  }

  async function submit(page: PageRequest): Promise<Response> {
    const read = await readSignInContext(tools, page);
    if (!read.ok) return read.response;
    const context = { ...read.context, next: parseOwnPath(read.context.next, deps.identifiers.origin) };
    const email = (formValue(page.form, 'email') ?? '').trim();
    if (email === '') return show(page, context, { email, problems: [{ field: 'email', text: messages.text('invalid.email') }] }, 400);
    const answer = await tools.auth.post(page.request, 'request-password-reset', { email });
    if (answer.status >= 400) {
      const problem = answer.status === 429 ? toCredentialProblem(tools, answer) : { field: 'email', text: messages.text('invalid.email') };
      return show(page, context, { email, problems: [problem] }, answer.status);
    }
    const kept = toSignInQuery(context);
    const body = <LinkSentPage messages={messages} email={email} isMailSent={deps.isMailSent} query={kept} />;
    return respond.flow(page, {
      title: messages.text('forgot.sentTitle'),
      body,
      setCookies: createReturnCookie(deps.identifiers).keep(kept),
    });
  }

  return [
    { method: 'GET', path: '/forgot-password', access: 'anyone', handle: open },
    { method: 'POST', path: '/forgot-password', access: 'anyone', handle: submit },
  ];
}

interface ForgotPasswordPageProps {
  readonly messages: Messages;
  readonly context: SignInContext;
  readonly form: { readonly email: string; readonly problems: readonly FormProblem[] };
}

function ForgotPasswordPage({ messages, context, form }: ForgotPasswordPageProps): VNode {
  return (
    <>
      <h1>{messages.text('forgot.title')}</h1>
      <p class="lead">{messages.text('forgot.lead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={form.problems} />
      <form method="post" action="/forgot-password">
        <HiddenField name="oauth_query" value={context.pending?.query ?? null} />
        <HiddenField name="next" value={context.next} />
        <TextField
          name="email"
          type="email"
          label={messages.text('field.email')}
          value={form.email}
          autocomplete="username"
          problem={problemOf(form.problems, 'email')}
        />
        <div class="actions actions-wide">
          <Button>{messages.text('forgot.submit')}</Button>
        </div>
      </form>
      <BackToSignIn messages={messages} query={toSignInQuery(context)} />
    </>
  );
}

interface LinkSentPageProps {
  readonly messages: Messages;
  readonly email: string;
  readonly isMailSent: boolean;
  readonly query: string | null;
}

function LinkSentPage({ messages, email, isMailSent, query }: LinkSentPageProps): VNode {
  return (
    <>
      <h1>{messages.text('forgot.sentTitle')}</h1>
      <p class="lead">
        {messages.rich(isMailSent ? 'forgot.sentLead' : 'forgot.printedLead', {
          email: (
            <strong>
              <Untrusted>{email}</Untrusted>
            </strong>
          ),
        })}
      </p>
      <p>{messages.text(isMailSent ? 'forgot.sentHint' : 'forgot.printedHint')}</p>
      <BackToSignIn messages={messages} query={query} />
    </>
  );
}

function BackToSignIn({ messages, query }: { readonly messages: Messages; readonly query: string | null }): VNode {
  return (
    <p class="aside">
      {messages.text('forgot.remembered')} <a href={toFlowPath('/sign-in', query)}>{messages.text('signIn.submit')}</a>
    </p>
  );
}
