import type { VNode } from 'preact';
import { encode } from 'uqr';
import { Button, ButtonLink } from './components/actions.tsx';
import { Badge } from './components/data.tsx';
import { problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';
import { CodeField, parseCode, toCodeProblem } from './two-factor.tsx';

const PATH = '/account/two-factor';

/** What the set-up page shows, and carries from one try to the next; the browser's own, and told to nobody else. */
interface SetUp {
  readonly uri: string;
  readonly codes: readonly string[];
}

/** GET /account/two-factor and what it leads to: set-up, new backup codes, the end. The password is asked for each time. */
export function createSecondFactorRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf, auth } = tools;

  async function show(page: SignedInRequest, problem: MessageKey | null = null, status = 200): Promise<Response> {
    const body = (
      <SecondFactorPage
        messages={messages}
        isOn={await deps.accounts.hasSecondFactor(page.session.userId)}
        csrfToken={csrf.issue(page.session.sessionId)}
        problems={problem === null ? [] : [{ field: 'password', text: messages.text(problem) }]}
      />
    );
    return respond.owner(page, { title: messages.text('secondFactor.title'), body, status, hasProblems: problem !== null });
  }

  function showSetUp(page: SignedInRequest, setUp: SetUp, problem: MessageKey | null, status: number): Response {
    const problems = problem === null ? [] : [{ field: 'code', text: messages.text(problem) }];
    const csrfToken = csrf.issue(page.session.sessionId);
    const body = <SetUpPage messages={messages} setUp={setUp} csrfToken={csrfToken} problems={problems} />;
    return respond.owner(page, { title: messages.text('secondFactor.title'), body, status, hasProblems: problem !== null });
  }

  const withPassword = (page: SignedInRequest, endpoint: string) =>
    auth.post(page.request, `two-factor/${endpoint}`, { password: formValue(page.form, 'password') ?? '' });

  async function beginSetUp(page: SignedInRequest): Promise<Response> {
    const answer = await withPassword(page, 'enable');
    if (answer.status >= 400 || answer.totpUri === null) return show(page, toCodeProblem(answer.code, answer.status), 400);
    return showSetUp(page, { uri: answer.totpUri, codes: answer.backupCodes }, null, 200);
  }

  async function confirm(page: SignedInRequest): Promise<Response> {
    const shown = readSetUp(page.form);
    if (shown === null) return show(page, 'invalid.refused', 400);
    const given = parseCode(formValue(page.form, 'code') ?? '');
    if (given?.kind !== 'totp') return showSetUp(page, shown, 'invalid.codeShape', 400);
    const answer = await auth.post(page.request, 'two-factor/verify-totp', { code: given.code });
    if (answer.status >= 400) return showSetUp(page, shown, toCodeProblem(answer.code, answer.status), 400);
    return respond.seeOther('/account?done=two-factor-on', answer.setCookies);
  }

  async function renew(page: SignedInRequest): Promise<Response> {
    const answer = await withPassword(page, 'generate-backup-codes');
    if (answer.status >= 400) return show(page, toCodeProblem(answer.code, answer.status), 400);
    const body = (
      <>
        <h1>{messages.text('secondFactor.codesOnlyTitle')}</h1>
        <p class="lead">{messages.text('secondFactor.codesLead')}</p>
        <BackupCodes codes={answer.backupCodes} />
        <p>
          <ButtonLink href="/account">{messages.text('secondFactor.kept')}</ButtonLink>
        </p>
      </>
    );
    return respond.owner(page, { title: messages.text('secondFactor.codesOnlyTitle'), body });
  }

  async function turnOff(page: SignedInRequest): Promise<Response> {
    const answer = await withPassword(page, 'disable');
    if (answer.status >= 400) return show(page, toCodeProblem(answer.code, answer.status), 400);
    return respond.seeOther('/account?done=two-factor-off', answer.setCookies);
  }

  return [
    { method: 'GET', path: PATH, access: 'signed_in', handle: (page) => show(page) },
    { method: 'POST', path: PATH, access: 'signed_in', handle: beginSetUp },
    { method: 'POST', path: `${PATH}/confirm`, access: 'signed_in', handle: confirm },
    { method: 'POST', path: `${PATH}/codes`, access: 'signed_in', handle: renew },
    { method: 'POST', path: `${PATH}/off`, access: 'signed_in', handle: turnOff },
  ];
}

function readSetUp(form: URLSearchParams): SetUp | null {
  const uri = formValue(form, 'uri');
  const codes = (formValue(form, 'codes') ?? '').split(' ');
  const isWhole = uri !== null && /^otpauth:\/\/totp\/[\x21-\x7e]{1,700}$/.test(uri) && codes.every((code) => /^[\w-]{11}$/.test(code));
  return isWhole ? { uri, codes } : null;
}

/** On the account page. */
export function SecondFactorPanel({ messages, isOn }: { readonly messages: Messages; readonly isOn: boolean }): VNode {
  return (
    <section class="panel panel-row" aria-labelledby="second-factor">
      <div>
        <h2 id="second-factor">{messages.text('secondFactor.title')}</h2>
        <p>
          {isOn ? <Badge>{messages.text('secondFactor.on')}</Badge> : null}{' '}
          {messages.text(isOn ? 'secondFactor.onLead' : 'secondFactor.offLead')}
        </p>
      </div>
      <ButtonLink href={PATH} kind="secondary">
        {messages.text(isOn ? 'secondFactor.manage' : 'secondFactor.begin')}
      </ButtonLink>
    </section>
  );
}

interface FormsProps {
  readonly messages: Messages;
  readonly csrfToken: string;
  readonly problems: readonly FormProblem[];
}

function SecondFactorPage({ messages, isOn, csrfToken, problems }: FormsProps & { readonly isOn: boolean }): VNode {
  return (
    <>
      <h1>{messages.text('secondFactor.title')}</h1>
      <p class="lead">{messages.text(isOn ? 'secondFactor.onLead' : 'secondFactor.offLead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <form method="post" action={isOn ? `${PATH}/codes` : PATH} class="panel">
        <HiddenField name="csrf" value={csrfToken} />
        <TextField
          name="password"
          type="password"
          label={messages.text('field.password')}
          hint={messages.text('secondFactor.passwordHint')}
          autocomplete="current-password"
          problem={problemOf(problems, 'password')}
        />
        <div class="actions">
          <Button>{messages.text(isOn ? 'secondFactor.newCodes' : 'secondFactor.setUp')}</Button>
          {isOn ? (
            <Button kind="danger" action={`${PATH}/off`}>
              {messages.text('secondFactor.turnOff')}
            </Button>
          ) : null}
        </div>
        {isOn ? <p class="hint">{messages.text('secondFactor.newCodesHint')}</p> : null}
      </form>
    </>
  );
}

function SetUpPage({ messages, setUp, csrfToken, problems }: FormsProps & { readonly setUp: SetUp }): VNode {
  const secret = new URL(setUp.uri).searchParams.get('secret') ?? '';
  return (
    <>
      <h1>{messages.text('secondFactor.title')}</h1>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <h2>{messages.text('secondFactor.scanTitle')}</h2>
      <QrCode text={setUp.uri} label={messages.text('secondFactor.scanAlt')} />
      <p>
        {messages.text('secondFactor.secret')} <code>{(secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
      </p>
      <h2>{messages.text('secondFactor.codesTitle')}</h2>
      <p>{messages.text('secondFactor.codesLead')}</p>
      <BackupCodes codes={setUp.codes} />
      <h2>{messages.text('secondFactor.confirmTitle')}</h2>
      <form method="post" action={`${PATH}/confirm`} class="panel">
        <HiddenField name="csrf" value={csrfToken} />
        <HiddenField name="uri" value={setUp.uri} />
        <HiddenField name="codes" value={setUp.codes.join(' ')} />
        <CodeField messages={messages} hint={null} problem={problemOf(problems, 'code')} />
        <div class="actions">
          <Button>{messages.text('secondFactor.confirm')}</Button>
        </div>
      </form>
    </>
  );
}

function BackupCodes({ codes }: { readonly codes: readonly string[] }): VNode {
  return (
    <ul class="codes">
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
  );
}

/** Black on white whatever the theme: cameras want it so. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }): VNode {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width="220" height="220" shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
