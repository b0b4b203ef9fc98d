import type { VNode } from 'preact';
import type { Passkey } from '../authorization-server/accounts.ts';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { Time, Untrusted } from './components/data.tsx';
import { Done, EmptyState, ProblemSummary } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { doneText } from './connections.tsx';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';
import { PasskeyForm, readPasskeyForm } from './passkey-form.tsx';

const PATH = '/account/passkeys';
const NAME_CHARACTERS = 64;
const DONE: Readonly<Record<string, MessageKey>> = {
  added: 'passkey.added',
  removed: 'passkey.removed',
  renamed: 'passkey.renamed',
  gone: 'passkey.gone',
};

/** GET /account/passkeys; POST there to add one, and below it to rename and remove. */
export function createPasskeyRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf, auth } = tools;

  async function show(page: SignedInRequest, problem: MessageKey | null = null, status = 200): Promise<Response> {
    const body = (
      <PasskeysPage
        messages={messages}
        passkeys={await deps.accounts.listPasskeys(page.session.userId)}
        csrfToken={csrf.issue(page.session.sessionId)}
        problem={problem}
        done={problem === null ? doneText(messages, page.query, DONE) : null}
        optionsPath={`${deps.identifiers.authBasePath}/passkey/generate-register-options`}
      />
    );
    return respond.owner(page, { title: messages.text('passkey.title'), body, status, hasProblems: problem !== null, script: 'passkey' });
  }

  async function add(page: SignedInRequest): Promise<Response> {
    const result = readPasskeyForm(page.form);
    if (!result.ok) return show(page, result.problem, 400);
    const name = (formValue(page.form, 'name') ?? '').trim().slice(0, NAME_CHARACTERS);
    const answer = await auth.post(page.request, 'passkey/verify-registration', { response: result.credential, name });
    if (answer.status >= 400) return show(page, answer.status === 403 ? 'passkey.stale' : 'passkey.failed', 400);
    return respond.seeOther(`${PATH}?done=added`, answer.setCookies);
  }

  const change = (endpoint: string, done: string, bodyOf: (page: SignedInRequest) => Record<string, string>) => ({
    method: 'POST' as const,
    access: 'signed_in' as const,
    async handle(page: SignedInRequest) {
      const answer = await auth.post(page.request, `passkey/${endpoint}`, { id: page.params.id ?? '', ...bodyOf(page) });
      return respond.seeOther(`${PATH}?done=${answer.status < 400 ? done : 'gone'}`);
    },
  });

  return [
    { method: 'GET', path: PATH, access: 'signed_in', handle: (page) => show(page) },
    { method: 'POST', path: PATH, access: 'signed_in', handle: add },
    {
      path: `${PATH}/:id/rename`,
      ...change('update-passkey', 'renamed', (page) => ({ name: (formValue(page.form, 'name') ?? '').trim().slice(0, NAME_CHARACTERS) })),
    },
    { path: `${PATH}/:id/remove`, ...change('delete-passkey', 'removed', () => ({})) },
  ];
}

/** On the account page. */
export function PasskeyPanel({ messages }: { readonly messages: Messages }): VNode {
  return (
    <section class="panel panel-row" aria-labelledby="passkeys">
      <div>
        <h2 id="passkeys">{messages.text('passkey.title')}</h2>
        <p>{messages.text('passkey.lead')}</p>
      </div>
      <ButtonLink href={PATH} kind="secondary">
        {messages.text('passkey.manage')}
      </ButtonLink>
    </section>
  );
}

interface PasskeysPageProps {
  readonly messages: Messages;
  readonly passkeys: readonly Passkey[];
  readonly csrfToken: string;
  readonly problem: MessageKey | null;
  readonly done: string | null;
  readonly optionsPath: string;
}

function PasskeysPage({ messages, passkeys, csrfToken, problem, done, optionsPath }: PasskeysPageProps): VNode {
  const problems = problem === null ? [] : [{ field: null, text: messages.text(problem) }];
  return (
    <>
      <h1>{messages.text('passkey.title')}</h1>
      <p class="lead">{messages.text('passkey.lead')}</p>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <PasskeyForm ceremony="create" options={optionsPath} action={PATH}>
        <HiddenField name="csrf" value={csrfToken} />
        <TextField
          name="name"
          label={messages.text('passkey.name')}
          hint={messages.text('passkey.nameHint')}
          autocomplete="off"
          maxLength={NAME_CHARACTERS}
        />
        <div class="actions">
          <Button>{messages.text('passkey.add')}</Button>
        </div>
      </PasskeyForm>
      <noscript>
        <p>{messages.text('passkey.needsScript')}</p>
      </noscript>
      {passkeys.length === 0 ? (
        <EmptyState title={messages.text('passkey.none')} />
      ) : (
        <DataTable
          caption={messages.text('passkey.title')}
          columns={[
            { id: 'name', label: messages.text('passkey.name') },
            { id: 'added', label: messages.text('passkey.since') },
            { id: 'end', label: messages.text('passkey.end') },
          ]}
          rows={passkeys.map((passkey) => ({ id: passkey.id, cells: buildCells(messages, passkey, csrfToken) }))}
        />
      )}
    </>
  );
}

function buildCells(messages: Messages, { id, name, createdAt }: Passkey, csrfToken: string) {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  return {
    name: (
      <form method="post" action={`${path}/rename`} class="action rename">
        <HiddenField name="csrf" value={csrfToken} />
        <Untrusted>{name ?? messages.text('passkey.unnamed')}</Untrusted>
        <input
          type="text"
          name="name"
          value={name ?? ''}
          aria-label={messages.text('passkey.newName')}
          maxLength={NAME_CHARACTERS}
          autocomplete="off"
          required
        />
        <Button kind="secondary">{messages.text('passkey.rename')}</Button>
      </form>
    ),
    added: createdAt === null ? '–' : <Time messages={messages} at={createdAt} />,
    end: (
      <ActionForm action={`${path}/remove`} csrfToken={csrfToken} kind="danger" describedBy={`row-${id}`}>
        {messages.text('passkey.remove')}
      </ActionForm>
    ),
  };
}
