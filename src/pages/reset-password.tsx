import type { VNode } from 'preact';
import { Button, ButtonLink } from './components/actions.tsx';
import { problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS, toCredentialProblem } from './credentials.ts';
import type { Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { createReturnCookie, findWayBack } from './return-cookie.ts';
import { toFlowPath } from './signed-query.ts';

/** As the library makes them. */
const TOKEN = /^[A-Za-z0-9]{16,64}$/;

/** GET and POST /reset-password, where the link of the mail leads. Looking at it spends nothing. */
export function createResetPasswordRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond } = tools;

  function show(page: PageRequest, token: string, problems: readonly FormProblem[], status: number): Response {
    const body = <ResetPasswordPage messages={messages} token={token} problems={problems} />;
    return respond.flow(page, { title: messages.text('reset.title'), body, status, hasProblems: problems.length > 0 });
  }

  const showOver = (page: PageRequest) =>
    respond.flow(page, { title: messages.text('reset.overTitle'), body: <LinkOverPage messages={messages} />, status: 400 });

  async function open(page: PageRequest): Promise<Response> {
    const token = new URLSearchParams(page.query).get('token');
    return token !== null && TOKEN.test(token) && (await deps.accounts.isResetTokenLive(token))
      ? show(page, token, [], 200)
      : showOver(page);
  }

  async function submit(page: PageRequest): Promise<Response> {
    const token = formValue(page.form, 'token');
    if (token === null || !TOKEN.test(token)) return showOver(page);
    const password = formValue(page.form, 'password') ?? '';
    const key =
      password.length < MIN_PASSWORD_CHARACTERS
        ? 'invalid.passwordShort'
        : password.length > MAX_PASSWORD_CHARACTERS
          ? 'invalid.passwordLong'
          : null;
    if (key !== null) return show(page, token, [{ field: 'password', text: messages.text(key) }], 400);
    const answer = await tools.auth.post(page.request, 'reset-password', { token, newPassword: password });
    if (answer.code === 'INVALID_TOKEN' || answer.code === 'USER_NOT_FOUND') return showOver(page);
    if (answer.status >= 400) return show(page, token, [toCredentialProblem(tools, answer)], answer.status);
    const cookie = createReturnCookie(deps.identifiers);
    const query = await findWayBack(tools, cookie.read(page.request.headers));
    const body = <PasswordChangedPage messages={messages} query={query} />;
    return respond.flow(page, { title: messages.text('reset.doneTitle'), body, setCookies: [...answer.setCookies, cookie.forget()] });
  }

  return [
    { method: 'GET', path: '/reset-password', access: 'anyone', handle: open },
    { method: 'POST', path: '/reset-password', access: 'anyone', handle: submit },
  ];
}

interface ResetPasswordPageProps {
  readonly messages: Messages;
  readonly token: string;
  readonly problems: readonly FormProblem[];
}

function ResetPasswordPage({ messages, token, problems }: ResetPasswordPageProps): VNode {
  return (
    <>
      <h1>{messages.text('reset.title')}</h1>
      <p class="lead">{messages.text('reset.lead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <form method="post" action="/reset-password">
        <HiddenField name="token" value={token} />
        <TextField
          name="password"
          type="password"
          label={messages.text('reset.password')}
          hint={messages.text('field.passwordHint')}
          autocomplete="new-password"
          minLength={MIN_PASSWORD_CHARACTERS}
          problem={problemOf(problems, 'password')}
        />
        <div class="actions actions-wide">
          <Button>{messages.text('reset.submit')}</Button>
        </div>
      </form>
    </>
  );
}

function LinkOverPage({ messages }: { readonly messages: Messages }): VNode {
  return (
    <>
      <h1>{messages.text('reset.overTitle')}</h1>
      <p class="lead">{messages.text('reset.overLead')}</p>
      <div class="actions actions-wide">
        <ButtonLink href="/forgot-password">{messages.text('reset.again')}</ButtonLink>
      </div>
    </>
  );
}

function PasswordChangedPage({ messages, query }: { readonly messages: Messages; readonly query: string | null }): VNode {
  return (
    <>
      <h1>{messages.text('reset.doneTitle')}</h1>
      <p class="lead">{messages.text('reset.doneLead')}</p>
      <div class="actions actions-wide">
        <ButtonLink href={toFlowPath('/sign-in', query)}>{messages.text('signIn.submit')}</ButtonLink>
      </div>
    </>
  );
}
