import type { VNode } from 'preact';
import { Button, ButtonLink } from './components/actions.tsx';
import { ProblemSummary, problemOf, type FormProblem } from './components/feedback.tsx';
import { FileField, HiddenField } from './components/fields.tsx';
import { describeExpected } from './import-expected.ts';
import type { ImportOutcome } from './dependencies.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools, type SignedInRequest } from './page.ts';

const PATH = '/resumes/import';

/** More than anybody mends at once. */
const MAX_LISTED_PROBLEMS = 50;
const MAX_PLACE_CHARACTERS = 200;

type Refusal = Extract<ImportOutcome, { readonly ok: false }>;

const PROBLEM_OF_REASON: Readonly<Record<Exclude<Refusal['reason'], 'invalid'>, MessageKey>> = {
  unsupported: 'import.unsupported',
  too_large: 'import.tooLarge',
  too_many: 'resumes.tooMany',
};

/** GET and POST /resumes/import: a file becomes a resume, or the page lists what is wrong in it, place by place. */
export function createImportRoutes(tools: PageTools): readonly PageRoute[] {
  const { deps, messages, respond, csrf } = tools;

  async function show(page: SignedInRequest, problems: readonly FormProblem[] = []): Promise<Response> {
    const hasProblems = problems.length > 0;
    const body = <ImportPage messages={messages} csrfToken={csrf.issue(page.session.sessionId)} problems={problems} />;
    return respond.owner(page, { title: messages.text('import.title'), body, status: hasProblems ? 400 : 200, hasProblems });
  }

  async function submit(page: SignedInRequest): Promise<Response> {
    const refuse = (key: MessageKey) => show(page, [{ field: 'file', text: messages.text(key) }]);
    if ((page.form.get('file') ?? '').trim() === '') return refuse('import.noFile');
    const document = parseDocument(formValue(page.form, 'file') ?? '');
    if (document === undefined) return refuse('import.notJson');
    const outcome = await deps.resumes.import({ principal: page.session, requestId: page.info.requestId }, document);
    if (outcome.ok) return respond.seeOther(`/resumes/${encodeURIComponent(outcome.id)}?done=imported`);
    if (outcome.reason !== 'invalid') return refuse(PROBLEM_OF_REASON[outcome.reason]);
    return show(page, describeProblems(messages, outcome.problems));
  }

  return [
    { method: 'GET', path: PATH, access: 'signed_in', handle: (page) => show(page) },
    { method: 'POST', path: PATH, access: 'signed_in', takesFile: true, handle: submit },
  ];
}

/** Undefined for what is not JSON; a document that is too deep to be parsed is none either. */
function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function describeProblems(messages: Messages, problems: Refusal['problems']): FormProblem[] {
  const listed = problems.slice(0, MAX_LISTED_PROBLEMS).map(({ pointer, expected }) => {
    const place = pointer === '' ? messages.text('import.wholeFile') : pointer.slice(0, MAX_PLACE_CHARACTERS);
    return { field: null, text: messages.text('import.place', { place, expected: describeExpected(messages, expected) }) };
  });
  const more = problems.length - listed.length;
  return more > 0 ? [...listed, { field: null, text: messages.text('import.more', { count: messages.count(more) }) }] : listed;
}

interface ImportPageProps {
  readonly messages: Messages;
  readonly csrfToken: string;
  readonly problems: readonly FormProblem[];
}

function ImportPage({ messages, csrfToken, problems }: ImportPageProps): VNode {
  return (
    <>
      <p class="crumb">
        <a href="/resumes">{messages.text('resume.back')}</a>
      </p>
      <h1>{messages.text('import.title')}</h1>
      <p class="lead">{messages.text('import.lead')}</p>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <form method="post" action={PATH} enctype="multipart/form-data" class="panel">
        <HiddenField name="csrf" value={csrfToken} />
        <FileField
          name="file"
          label={messages.text('import.file')}
          hint={messages.text('import.fileHint')}
          problem={problemOf(problems, 'file')}
          accept=".json,application/json"
        />
        <div class="actions">
          <Button>{messages.text('import.submit')}</Button>
          <ButtonLink href="/resumes" kind="secondary">
            {messages.text('action.cancel')}
          </ButtonLink>
        </div>
      </form>
    </>
  );
}
