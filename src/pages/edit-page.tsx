import type { VNode } from 'preact';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { ChangeLine } from './components/change-line.tsx';
import { Untrusted } from './components/data.tsx';
import { Done, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import { EditFieldInput } from './edit-field-input.tsx';
import { EDIT_LISTS, SINGLES, type EditField, type ListName, type SingleName } from './edit-fields.ts';
import type { EditValues } from './edit-values.ts';
import type { MessageKey, Messages } from './messages.ts';

interface EditPageProps {
  readonly messages: Messages;
  /** Of the overview: `/resumes/:id/edit`. */
  readonly path: string;
}

interface OverviewProps extends EditPageProps {
  readonly name: string;
  readonly done: string | null;
  readonly counts: ReadonlyMap<ListName, number>;
}

export function titleOfSection(name: ListName | SingleName | 'sections'): MessageKey {
  if (name === 'details' || name === 'basics' || name === 'look' || name === 'sections' || name === 'profiles') return `edit.${name}`;
  return `resume.section.${name}`;
}

/** Everything that can be edited, each on a page of its own. */
export function EditOverview({ messages, path, name, done, counts }: OverviewProps): VNode {
  return (
    <>
      <p class="crumb">
        <a href={path.slice(0, -'/edit'.length)}>{messages.text('edit.back')}</a>
      </p>
      <h1>{messages.rich('edit.title', { name: <Untrusted>{name}</Untrusted> })}</h1>
      <p class="lead">{messages.text('edit.lead')}</p>
      <Done text={done} />
      <ul class="cards">
        {[...SINGLES, 'sections' as const, ...EDIT_LISTS].map((section) => (
          <li key={section} class="card card-link">
            <h2>
              <a href={`${path}/${section}`}>{messages.text(titleOfSection(section))}</a>
            </h2>
            <EntryCount messages={messages} count={[...counts].find(([list]) => list === section)?.[1] ?? null} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function EntryCount({ messages, count }: { readonly messages: Messages; readonly count: number | null }): VNode | null {
  if (count === null) return null;
  const text = count === 0 ? messages.text('edit.none') : messages.plural('edit.entries', count);
  return <p class="soft">{text}</p>;
}

interface ListProps extends EditPageProps {
  readonly section: ListName;
  readonly entries: readonly string[];
  readonly csrfToken: string;
  readonly revision: number;
  readonly done: string | null;
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
}

/** The entries of a section, to be changed, moved, removed and added to. */
export function EditList({ messages, path, section, entries, csrfToken, revision, done, problems, changes }: ListProps): VNode {
  const here = `${path}/${section}`;
  const move = (index: number, action: 'up' | 'down' | 'remove') => ({
    action: here,
    csrfToken,
    fields: { action, entry: String(index + 1), revision: String(revision) },
    describedBy: `entry-${index + 1}`,
  });
  return (
    <>
      <p class="crumb">
        <a href={path}>{messages.text('edit.backToEdit')}</a>
      </p>
      <h1>{messages.text(titleOfSection(section))}</h1>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <Changes messages={messages} changes={changes} />
      {entries.length === 0 ? <p class="soft">{messages.text('edit.none')}</p> : null}
      <ol class="plain entries">
        {entries.map((title, index) => (
          <li key={index} class="panel panel-row">
            <p id={`entry-${index + 1}`}>
              <strong>{title === '' ? messages.text('edit.entry', { number: index + 1 }) : <Untrusted>{title}</Untrusted>}</strong>
            </p>
            <div class="actions">
              <a class="button button-secondary" href={`${here}/${index + 1}`} aria-describedby={`entry-${index + 1}`}>
                {messages.text('edit.change')}
              </a>
              {index === 0 ? null : (
                <ActionForm {...move(index, 'up')} kind="secondary">
                  {messages.text('edit.up')}
                </ActionForm>
              )}
              {index === entries.length - 1 ? null : (
                <ActionForm {...move(index, 'down')} kind="secondary">
                  {messages.text('edit.down')}
                </ActionForm>
              )}
              <ActionForm {...move(index, 'remove')} kind="danger">
                {messages.text('edit.remove')}
              </ActionForm>
            </div>
          </li>
        ))}
      </ol>
      <p class="actions">
        <ButtonLink href={`${here}/new`}>{messages.text('edit.add')}</ButtonLink>
      </p>
    </>
  );
}

interface FormProps extends EditPageProps {
  readonly title: string;
  readonly action: string;
  /** Where one goes without saving. */
  readonly backTo: string;
  readonly fields: readonly EditField[];
  readonly values: EditValues;
  readonly marks: string;
  readonly revision: number;
  readonly csrfToken: string;
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
  /** What the form would make; null: nothing to show. */
  readonly preview: VNode | null;
}

export const EDIT_FORM_ID = 'edit';

/** One form over the fields of a target. */
export function EditForm(props: FormProps): VNode {
  const { messages, path, title, action, backTo, fields, values, marks, revision, csrfToken, problems, changes, preview } = props;
  return (
    <>
      <p class="crumb">
        <a href={path}>{messages.text('edit.backToEdit')}</a>
      </p>
      <h1>{title}</h1>
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <Changes messages={messages} changes={changes} />
      <div class={preview === null ? undefined : 'beside'}>
        <form method="post" action={action} id={EDIT_FORM_ID}>
          <HiddenField name="csrf" value={csrfToken} />
          <HiddenField name="revision" value={String(revision)} />
          <HiddenField name="began" value={marks} />
          {fields.map((field) => (
            <EditFieldInput key={field.name} messages={messages} field={field} value={values.get(field.name) ?? ''} problems={problems} />
          ))}
          <div class="actions">
            <Button>{messages.text('edit.save')}</Button>
            {preview === null ? null : (
              <span data-without-script>
                <Button kind="secondary" name="action" value="preview">
                  {messages.text('edit.preview')}
                </Button>
              </span>
            )}
            <ButtonLink href={backTo} kind="secondary">
              {messages.text('action.cancel')}
            </ButtonLink>
          </div>
        </form>
        {preview}
      </div>
    </>
  );
}

/** What others have changed since a form was opened; untrusted text. */
export function Changes({ messages, changes }: { readonly messages: Messages; readonly changes: readonly string[] }): VNode | null {
  if (changes.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="changes">
      <h2 id="changes">{messages.text('edit.changes')}</h2>
      <ul>
        {changes.map((line, index) => (
          <li key={index}>
            <ChangeLine messages={messages} line={line} />
          </li>
        ))}
      </ul>
    </section>
  );
}
