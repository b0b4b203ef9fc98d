import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import { Done, problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { leaveSignedIn, toCredentialProblem, toSignInQuery, type SignInContext } from './credentials.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { PasskeyForm, readPasskeyForm } from './passkey-form.tsx';
import { toFlowPath } from './signed-query.ts';
import { openSignInContext, readSignInContext } from './sign-in-context.ts';

interface SignInForm {
  readonly email: string;
  readonly problems: readonly FormProblem[];
  readonly done: string | null;
}

/** GET and POST /sign-in, and /auth/oauth, which leads there. */
export function createSignInRoutes(tools: PageTools): readonly PageRoute[] {
  const { messages, respond } = tools;

  function show(page: PageRequest, context: SignInContext, form: SignInForm, status: number): Response {
    const client = context.pending?.clientName ?? null;
    const title = client === null ? messages.text('signIn.title') : messages.text('signIn.titleForClient', { client });
    const optionsPath = `${tools.deps.identifiers.authBasePath}/passkey/generate-authenticate-options`;
    const body = <SignInPage messages={messages} context={context} form={form} optionsPath={optionsPath} />;
    return respond.flow(page, { title, body, status, hasProblems: form.problems.length > 0, script: 'passkey' });
  }

  async function open(page: PageRequest): Promise<Response> {
    const read = await openSignInContext(tools, page);
    if (!read.ok) return read.response;
    const { context } = read;
    if (context.pending === null && page.session !== null) return respond.seeOther(context.next ?? '/');
    const done = new URLSearchParams(page.query).get('done') === 'signed-out' ? messages.text('signIn.signedOut') : null;
    return show(page, context, { email: '', problems: [], done }, 200);
  }

  async function submit(page: PageRequest): Promise<Response> {
    const read = await readSignInContext(tools, page);
    if (!read.ok) return read.response;
    const { context } = read;
    const query = formValue(page.form, 'oauth_query');
    const email = (formValue(page.form, 'email') ?? '').trim();
    const password = formValue(page.form, 'password') ?? '';
    const missing = [
      ...(email === '' ? [{ field: 'email', text: messages.text('invalid.email') }] : []),
      ...(password === '' ? [{ field: 'password', text: messages.text('invalid.passwordMissing') }] : []),
    ];
    if (missing.length > 0) return show(page, context, { email, problems: missing, done: null }, 400);
    const answer = await tools.auth.post(page.request, 'sign-in/email', {
      email,
      password,
      ...(query === null ? {} : { oauth_query: query }),
    });
    if (answer.needsCode) return respond.seeOther(toFlowPath('/two-factor', toSignInQuery(context)), answer.setCookies);
    if (answer.status < 400) return leaveSignedIn(tools, page, answer, context);
    if (answer.code === 'invalid_signature') return respond.problem('startAgain', page);
    return show(page, context, { email, problems: [toCredentialProblem(tools, answer)], done: null }, answer.status);
  }

  async function submitPasskey(page: PageRequest): Promise<Response> {
    const read = await readSignInContext(tools, page);
    if (!read.ok) return read.response;
    const { context } = read;
    const query = formValue(page.form, 'oauth_query');
    const refuse = (key: MessageKey, status: number) =>
      show(page, context, { email: '', problems: [{ field: null, text: messages.text(key) }], done: null }, status);
    const result = readPasskeyForm(page.form);
    if (!result.ok) return refuse(result.problem, 400);
    const body = { response: result.credential, ...(query === null ? {} : { oauth_query: query }) };
    const answer = await tools.auth.post(page.request, 'passkey/verify-authentication', body);
    if (answer.status < 400) return leaveSignedIn(tools, page, answer, context);
    if (answer.code === 'invalid_signature') return respond.problem('startAgain', page);
    if (answer.status === 403) return show(page, context, { email: '', problems: [toCredentialProblem(tools, answer)], done: null }, 403);
    return refuse(answer.status === 429 ? 'invalid.tooMany' : 'passkey.refused', answer.status);
  }

  return [
    { method: 'POST', path: '/sign-in/passkey', access: 'anyone', handle: submitPasskey },
    { method: 'GET', path: '/sign-in', access: 'anyone', handle: open },
    { method: 'POST', path: '/sign-in', access: 'anyone', handle: submit },
    { method: 'GET', path: '/auth/oauth', access: 'anyone', handle: async (page) => respond.seeOther(toFlowPath('/sign-in', page.query)) },
  ];
}

interface SignInPageProps {
  readonly messages: Messages;
  readonly context: SignInContext;
  readonly form: SignInForm;
  readonly optionsPath: string;
}

function SignInPage({ messages, context, form, optionsPath }: SignInPageProps): VNode {
  const { pending, next } = context;
  const query = toSignInQuery(context);
  return (
    <>
      <SignInHeading messages={messages} context={context} />
      <Done text={form.done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={form.problems} />
      <form method="post" action="/sign-in">
        <HiddenField name="oauth_query" value={pending?.query ?? null} />
        <HiddenField name="next" value={next} />
        <TextField
          name="email"
          type="email"
          label={messages.text('field.email')}
          value={form.email}
          autocomplete="username"
          problem={problemOf(form.problems, 'email')}
        />
        <TextField
          name="password"
          type="password"
          label={messages.text('field.password')}
          autocomplete="current-password"
          problem={problemOf(form.problems, 'password')}
        />
        <div class="actions actions-wide">
          <Button>{messages.text('signIn.submit')}</Button>
        </div>
      </form>
      <PasskeyForm ceremony="get" options={optionsPath} action="/sign-in/passkey">
        <HiddenField name="oauth_query" value={pending?.query ?? null} />
        <HiddenField name="next" value={next} />
        <div class="actions actions-wide">
          <Button kind="secondary">{messages.text('passkey.signIn')}</Button>
        </div>
      </PasskeyForm>
      <p class="below">
        <a href={toFlowPath('/forgot-password', query)}>{messages.text('signIn.forgot')}</a>
      </p>
      <p class="aside">
        {messages.text('signIn.noAccount')} <a href={toFlowPath('/sign-up', query)}>{messages.text('signIn.createAccount')}</a>
      </p>
    </>
  );
}

function SignInHeading({ messages, context }: { messages: Messages; context: SignInContext }): VNode {
  if (context.pending === null) {
    return (
      <>
        <h1>{messages.text('signIn.title')}</h1>
        <p class="lead">{messages.text('signIn.lead')}</p>
      </>
    );
  }
  const client = <Untrusted>{context.pending.clientName}</Untrusted>;
  return (
    <>
      <h1>{messages.rich('signIn.titleForClient', { client })}</h1>
      <p class="lead">{messages.rich('signIn.leadForClient', { client, host: <strong>{context.pending.redirect.host}</strong> })}</p>
    </>
  );
}
