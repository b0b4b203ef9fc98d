import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import { problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { MIN_PASSWORD_CHARACTERS, leaveSignedIn, toCredentialProblem, toSignInQuery, type SignInContext } from './credentials.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRequest, type PageRoute, type PageTools } from './page.ts';
import { createReturnCookie } from './return-cookie.ts';
import { toFlowPath } from './signed-query.ts';
import { openSignInContext, readSignInContext } from './sign-in-context.ts';

const NAME_CHARACTERS = 200;

interface SignUpForm {
  readonly name: string;
  readonly email: string;
  readonly problems: readonly FormProblem[];
}

/** GET and POST /sign-up. */
export function createSignUpRoutes(tools: PageTools): readonly PageRoute[] {
  const { messages, respond } = tools;

  function show(page: PageRequest, context: SignInContext, form: SignUpForm, status: number): Response {
    const body = <SignUpPage messages={messages} context={context} form={form} />;
    return respond.flow(page, { title: messages.text('signUp.title'), body, status, hasProblems: form.problems.length > 0 });
  }

  async function open(page: PageRequest): Promise<Response> {
    const read = await openSignInContext(tools, page);
    if (!read.ok) return read.response;
    const { context } = read;
    if (context.pending === null && page.session !== null) return respond.seeOther(context.next ?? '/');
    return show(page, context, { name: '', email: '', problems: [] }, 200);
  }

  function findProblems(name: string, email: string, password: string): FormProblem[] {
    const problems: FormProblem[] = [];
    const report = (field: string, key: MessageKey) => problems.push({ field, text: messages.text(key) });
    if (name === '') report('name', 'invalid.nameMissing');
    if (name.length > NAME_CHARACTERS) report('name', 'invalid.nameLong');
    if (email === '') report('email', 'invalid.email');
    if (password.length < MIN_PASSWORD_CHARACTERS) report('password', 'invalid.passwordShort');
    return problems;
  }

  async function submit(page: PageRequest): Promise<Response> {
    const read = await readSignInContext(tools, page);
    if (!read.ok) return read.response;
    const { context } = read;
    const query = formValue(page.form, 'oauth_query');
    const name = (formValue(page.form, 'name') ?? '').trim();
    const email = (formValue(page.form, 'email') ?? '').trim();
    const password = formValue(page.form, 'password') ?? '';
    const problems = findProblems(name, email, password);
    if (problems.length > 0) return show(page, context, { name, email, problems }, 400);
    const body = { name, email, password, ...(query === null ? {} : { oauth_query: query }) };
    const answer = await tools.auth.post(page.request, 'sign-up/email', body);
    if (answer.status < 400 && tools.deps.isEmailRequired) return askToLookIntoMail(page, context, email);
    if (answer.status < 400) return leaveSignedIn(tools, page, answer, context);
    if (answer.code === 'invalid_signature') return respond.problem('startAgain', page);
    return show(page, context, { name, email, problems: [toCredentialProblem(tools, answer)] }, answer.status);
  }

  /** The same for an address that has an account already: its owner is told by mail. */
  function askToLookIntoMail(page: PageRequest, context: SignInContext, email: string): Response {
    const kept = toSignInQuery(context);
    const body = <CheckMailPage messages={messages} email={email} query={kept} />;
    return respond.flow(page, {
      title: messages.text('verify.checkTitle'),
      body,
      setCookies: createReturnCookie(tools.deps.identifiers).keep(kept),
    });
  }

  return [
    { method: 'GET', path: '/sign-up', access: 'anyone', handle: open },
    { method: 'POST', path: '/sign-up', access: 'anyone', handle: submit },
  ];
}

interface CheckMailPageProps {
  readonly messages: Messages;
  readonly email: string;
  readonly query: string | null;
}

function CheckMailPage({ messages, email, query }: CheckMailPageProps): VNode {
  const address = (
    <strong>
      <Untrusted>{email}</Untrusted>
    </strong>
  );
  return (
    <>
      <h1>{messages.text('verify.checkTitle')}</h1>
      <p class="lead">{messages.rich('verify.checkLead', { email: address })}</p>
      <p>{messages.text('verify.checkHint')}</p>
      <p class="aside">
        <a href={toFlowPath('/sign-in', query)}>{messages.text('signIn.submit')}</a>
      </p>
    </>
  );
}

function SignUpPage({ messages, context, form }: { messages: Messages; context: SignInContext; form: SignUpForm }): VNode {
  const { pending, next } = context;
  const query = toSignInQuery(context);
  return (
    <>
      <h1>{messages.text('signUp.title')}</h1>
      <p class="lead">{messages.text('signUp.lead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={form.problems} />
      <form method="post" action="/sign-up">
        <HiddenField name="oauth_query" value={pending?.query ?? null} />
        <HiddenField name="next" value={next} />
        <TextField
          name="name"
          label={messages.text('field.name')}
          value={form.name}
          autocomplete="name"
          maxLength={NAME_CHARACTERS}
          problem={problemOf(form.problems, 'name')}
        />
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
          hint={messages.text('field.passwordHint')}
          autocomplete="new-password"
          minLength={MIN_PASSWORD_CHARACTERS}
          problem={problemOf(form.problems, 'password')}
        />
        <div class="actions actions-wide">
          <Button>{messages.text('signUp.submit')}</Button>
        </div>
      </form>
      <p class="aside">
        {messages.text('signUp.haveAccount')} <a href={toFlowPath('/sign-in', query)}>{messages.text('signUp.signIn')}</a>
      </p>
    </>
  );
}
