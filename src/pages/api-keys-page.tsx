import type { VNode } from 'preact';
import { RESUME_SCOPES, type ResumeScope } from '../authorization-server/scopes.ts';
import { ScopeChoice } from './components/access-choices.tsx';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { DataTable } from './components/data-table.tsx';
import { AccessList, Badge, Snippet, Time, Untrusted } from './components/data.tsx';
import { Done, Notice, problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, SelectField, TextField } from './components/fields.tsx';
import type { ApiKeySummary } from './dependencies.ts';
import type { Messages } from './messages.ts';

export interface ApiKeyForm {
  readonly name: string;
  readonly scopes: readonly ResumeScope[];
  readonly expiry: string;
}

/** How long a key may live; null for no end. */
export const EXPIRY_CHOICES = [
  { value: '30', days: 30, label: 'apiKeys.expiry.30' },
  { value: '90', days: 90, label: 'apiKeys.expiry.90' },
  { value: '365', days: 365, label: 'apiKeys.expiry.365' },
  { value: 'never', days: null, label: 'apiKeys.expiry.never' },
] as const;

interface ApiKeysPageProps {
  readonly messages: Messages;
  readonly keys: readonly ApiKeySummary[];
  readonly now: Date;
  readonly csrfToken: string;
  readonly form: ApiKeyForm;
  readonly problems: readonly FormProblem[];
  readonly done: string | null;
}

export function ApiKeysPage(props: ApiKeysPageProps): VNode {
  const { messages, keys, problems, done } = props;
  return (
    <>
      <h1>{messages.text('apiKeys.title')}</h1>
      <p class="lead">{messages.rich('apiKeys.lead', { header: <code>x-api-key</code> })}</p>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <h2>{messages.text('apiKeys.list')}</h2>
      {keys.length === 0 ? <p class="soft">{messages.text('apiKeys.empty')}</p> : <KeyTable {...props} />}
      <section class="panel" aria-labelledby="new-key">
        <h2 id="new-key">{messages.text('apiKeys.new')}</h2>
        <NewKeyForm {...props} />
      </section>
    </>
  );
}

function KeyTable({ messages, keys, now, csrfToken }: ApiKeysPageProps): VNode {
  return (
    <DataTable
      caption={messages.text('apiKeys.list')}
      columns={[
        { id: 'name', label: messages.text('apiKeys.name') },
        { id: 'access', label: messages.text('apiKeys.scopes') },
        { id: 'created', label: messages.text('apiKeys.created') },
        { id: 'expires', label: messages.text('apiKeys.expires') },
        { id: 'lastUsed', label: messages.text('apiKeys.lastUsed') },
        { id: 'end', label: messages.text('apiKeys.end') },
      ]}
      rows={keys.map((key) => ({
        id: key.id,
        cells: {
          name: (
            <>
              <Untrusted>{key.name ?? messages.text('apiKeys.untitled')}</Untrusted>
              {key.start === null ? null : <code class="soft block">{key.start}…</code>}
            </>
          ),
          access: <AccessList messages={messages} scopes={key.scopes} />,
          created: <Time messages={messages} at={key.createdAt} />,
          expires:
            key.expiresAt !== null && key.expiresAt <= now ? (
              <Badge kind="warning">{messages.rich('apiKeys.expired', { when: <Time messages={messages} at={key.expiresAt} /> })}</Badge>
            ) : (
              <Time messages={messages} at={key.expiresAt} />
            ),
          lastUsed: <Time messages={messages} at={key.lastUsedAt} />,
          end: (
            <ActionForm
              action={`/api-keys/${encodeURIComponent(key.id)}/revoke`}
              csrfToken={csrfToken}
              kind="danger"
              describedBy={`row-${key.id}`}
            >
              {messages.text('apiKeys.revoke')}
            </ActionForm>
          ),
        },
      }))}
    />
  );
}

function NewKeyForm({ messages, csrfToken, form, problems }: ApiKeysPageProps): VNode {
  return (
    <form method="post" action="/api-keys">
      <HiddenField name="csrf" value={csrfToken} />
      <TextField
        name="name"
        label={messages.text('apiKeys.name')}
        hint={messages.text('apiKeys.nameHint')}
        value={form.name}
        autocomplete="off"
        maxLength={32}
        problem={problemOf(problems, 'name')}
      />
      <ScopeChoice
        messages={messages}
        problems={problems}
        legend={messages.text('apiKeys.scopes')}
        offered={RESUME_SCOPES}
        ticked={form.scopes}
      />
      <SelectField
        name="expiry"
        label={messages.text('apiKeys.expiry')}
        value={form.expiry}
        options={EXPIRY_CHOICES.map((choice) => ({ value: choice.value, label: messages.text(choice.label) }))}
      />
      <div class="actions">
        <Button>{messages.text('apiKeys.create')}</Button>
      </div>
    </form>
  );
}

interface NewKeyPageProps {
  readonly messages: Messages;
  readonly name: string;
  readonly apiKey: string;
  readonly mcpUrl: string;
}

/** The one page that ever shows the key. */
export function NewKeyPage({ messages, name, apiKey, mcpUrl }: NewKeyPageProps): VNode {
  return (
    <>
      <h1>{messages.text('apiKeys.createdTitle')}</h1>
      <Notice kind="warning">
        <p>{messages.text('apiKeys.createdLead')}</p>
      </Notice>
      <p>
        <Untrusted>{name}</Untrusted>
      </p>
      <Snippet messages={messages} text={apiKey} what={messages.text('apiKeys.createdTitle')} />
      <h2>{messages.text('apiKeys.createdUse')}</h2>
      <Snippet
        messages={messages}
        what="Claude Code"
        text={`claude mcp add --transport http resumes ${mcpUrl} --header "x-api-key: ${apiKey}"`}
      />
      <p class="actions">
        <ButtonLink href="/api-keys">{messages.text('apiKeys.done')}</ButtonLink>
      </p>
    </>
  );
}
