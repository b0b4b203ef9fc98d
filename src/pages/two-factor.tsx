import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { leaveSignedIn, toSignInQuery, type SignInContext } from './credentials.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { toFlowPath } from './signed-query.ts';
import { openSignInContext, readSignInContext } from './sign-in-context.ts';

/** What the library's codes mean for a person. */
const PROBLEM_OF_CODE: Readonly<Record<string, MessageKey>> = {
  INVALID_CODE: 'invalid.code',
  INVALID_BACKUP_CODE: 'invalid.code',
  INVALID_TWO_FACTOR_COOKIE: 'invalid.codeOver',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'invalid.codeOver',
  ACCOUNT_TEMPORARILY_LOCKED: 'invalid.codeLocked',
  INVALID_PASSWORD: 'invalid.passwordWrong',
  ACCOUNT_CLOSED: 'invalid.accountClosed',
};

/** @param code of a refusal about codes or the password that guards them */
export function toCodeProblem(code: string | null, status: number): MessageKey {
  if (code !== null && Object.hasOwn(PROBLEM_OF_CODE, code)) return PROBLEM_OF_CODE[code] ?? 'invalid.refused';
  return status === 429 ? 'invalid.tooMany' : 'invalid.refused';
}

/** Whether a text is a code of an authenticator app or a backup code; spaces and hyphens are for the eye. */
export function parseCode(text: string): { readonly kind: 'totp' | 'backup'; readonly code: string } | null {
  const plain = text.replaceAll(/[\s-]/g, '');
  if (/^\d{6}$/.test(plain)) return { kind: 'totp', code: plain };
  return /^[A-Za-z0-9]{10}$/.test(plain) ? { kind: 'backup', code: `${plain.slice(0, 5)}-${plain.slice(5)}` } : null;
}

/** GET and POST /two-factor: between the password and the session. */
export function createTwoFactorRoutes(tools: PageTools): readonly PageRoute[] {
  const { messages, respond } = tools;

  function show(page: PageRequest, context: SignInContext, problem: MessageKey | null, status: number): Response {
    const problems = problem === null ? [] : [{ field: 'code', text: messages.text(problem) }];
    const body = <TwoFactorPage messages={messages} context={context} problems={problems} />;
    return respond.flow(page, { title: messages.text('twoFactor.title'), body, status, hasProblems: problems.length > 0 });
  }

  async function open(page: PageRequest): Promise<Response> {
    const read = await openSignInContext(tools, page);
    return read.ok ? show(page, read.context, null, 200) : read.response;
  }

  async function submit(page: PageRequest): Promise<Response> {
    const read = await readSignInContext(tools, page);
    if (!read.ok) return read.response;
    const { context } = read;
    const query = formValue(page.form, 'oauth_query');
    const given = parseCode(formValue(page.form, 'code') ?? '');
    if (given === null) return show(page, context, 'invalid.codeShape', 400);
    const answer = await tools.auth.post(page.request, given.kind === 'totp' ? 'two-factor/verify-totp' : 'two-factor/verify-backup-code', {
      code: given.code,
      ...(query === null ? {} : { oauth_query: query }),
    });
    if (answer.status < 400) return leaveSignedIn(tools, page, answer, context);
    if (answer.code === 'invalid_signature') return respond.problem('startAgain', page);
    return show(page, context, toCodeProblem(answer.code, answer.status), answer.status);
  }

  return [
    { method: 'GET', path: '/two-factor', access: 'anyone', handle: open },
    { method: 'POST', path: '/two-factor', access: 'anyone', handle: submit },
  ];
}

interface TwoFactorPageProps {
  readonly messages: Messages;
  readonly context: SignInContext;
  readonly problems: readonly FormProblem[];
}

function TwoFactorPage({ messages, context, problems }: TwoFactorPageProps): VNode {
  return (
    <>
      <h1>{messages.text('twoFactor.title')}</h1>
      <p class="lead">{messages.text('twoFactor.lead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <form method="post" action="/two-factor">
        <HiddenField name="oauth_query" value={context.pending?.query ?? null} />
        <HiddenField name="next" value={context.next} />
        <CodeField messages={messages} hint={messages.text('twoFactor.codeHint')} problem={problemOf(problems, 'code')} />
        <div class="actions actions-wide">
          <Button>{messages.text('twoFactor.submit')}</Button>
        </div>
      </form>
      <p class="aside">
        <a href={toFlowPath('/sign-in', toSignInQuery(context))}>{messages.text('twoFactor.startAgain')}</a>
      </p>
    </>
  );
}

interface CodeFieldProps {
  readonly messages: Messages;
  readonly hint: string | null;
  readonly problem: string | null;
}

export function CodeField({ messages, hint, problem }: CodeFieldProps): VNode {
  return (
    <TextField
      name="code"
      label={messages.text('twoFactor.code')}
      hint={hint}
      autocomplete="one-time-code"
      maxLength={20}
      problem={problem}
    />
  );
}
