import { isResumeScope, type ResumeScope } from '../authorization-server/scopes.ts';
import { ApiKeysPage, EXPIRY_CHOICES, NewKeyPage, type ApiKeyForm } from './api-keys-page.tsx';
import type { FormProblem } from './components/feedback.tsx';
import { doneText } from './connections.tsx';
import type { MessageKey } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';

const NAME_CHARACTERS = 32;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const DONE: Readonly<Record<string, MessageKey>> = { revoked: 'apiKeys.revoked', gone: 'apiKeys.gone' };

/** GET and POST /api-keys; POST …/:id/revoke. A new key is shown on the answer to its POST and nowhere else. */
export function createApiKeyRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function show(page: SignedInRequest, form: ApiKeyForm, problems: readonly FormProblem[]): Promise<Response> {
    const keys = await deps.apiKeys.list(page.session.userId);
    const body = (
      <ApiKeysPage
        messages={messages}
        keys={keys}
        now={deps.clock()}
        csrfToken={csrf.issue(page.session.sessionId)}
        form={form}
        problems={problems}
        done={doneText(messages, page.query, DONE)}
      />
    );
    const hasProblems = problems.length > 0;
    return respond.owner(page, { title: messages.text('apiKeys.title'), body, status: hasProblems ? 400 : 200, hasProblems });
  }

  async function submit(page: SignedInRequest): Promise<Response> {
    const name = (formValue(page.form, 'name') ?? '').trim();
    const ticked = [...new Set(page.form.getAll('scope'))];
    const scopes: ResumeScope[] = ticked.filter(isResumeScope);
    const expiry = formValue(page.form, 'expiry') ?? '';
    const problems: FormProblem[] = [];
    const report = (field: string, key: MessageKey) => problems.push({ field, text: messages.text(key) });
    if (name === '' || name.length > NAME_CHARACTERS) report('name', 'apiKeys.nameMissing');
    if (scopes.length === 0 || scopes.length < ticked.length) report('scopes', 'apiKeys.noScope');
    const choice = EXPIRY_CHOICES.find((candidate) => candidate.value === expiry);
    if (choice === undefined) report('expiry', 'apiKeys.expiryInvalid');
    if (choice === undefined || problems.length > 0) return show(page, { name, scopes, expiry }, problems);
    const expiresAt = choice.days === null ? null : new Date(deps.clock().getTime() + choice.days * DAY_MILLISECONDS);
    const { key } = await deps.apiKeys.create(page.session.userId, { name, scopes, expiresAt });
    return respond.owner(page, {
      title: messages.text('apiKeys.createdTitle'),
      body: <NewKeyPage messages={messages} name={name} apiKey={key} mcpUrl={deps.identifiers.resource} />,
      script: 'page',
    });
  }

  async function revoke(page: SignedInRequest): Promise<Response> {
    const found = await deps.apiKeys.revoke(page.session.userId, page.params.id ?? '');
    return respond.seeOther(`/api-keys?done=${found ? 'revoked' : 'gone'}`);
  }

  return [
    {
      method: 'GET',
      path: '/api-keys',
      access: 'signed_in',
      handle: (page) => show(page, { name: '', scopes: ['resumes:read'], expiry: '90' }, []),
    },
    { method: 'POST', path: '/api-keys', access: 'signed_in', handle: submit },
    { method: 'POST', path: '/api-keys/:id/revoke', access: 'signed_in', handle: revoke },
  ];
}
