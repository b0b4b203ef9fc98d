import type { ComponentChildren, VNode } from 'preact';
import { Button, ButtonLink } from './components/actions.tsx';
import { ChangeLine } from './components/change-line.tsx';
import { Untrusted } from './components/data.tsx';
import { Done, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField } from './components/fields.tsx';
import { EditFieldInput } from './edit-field-input.tsx';
import { usualTitle } from './arrangement.ts';
import { SINGLES, type EditField, type SingleName } from './edit-fields.ts';
import type { EditValues } from './edit-values.ts';
import type { EntryList } from './entry-lists.ts';
import type { MessageKey, Messages } from './messages.ts';

export interface EditPageProps {
  readonly messages: Messages;
  /** Of the overview: `/resumes/:id/edit`. */
  readonly path: string;
}

interface OverviewProps extends EditPageProps {
  readonly name: string;
  readonly done: string | null;
  readonly lists: readonly EntryList[];
}

export function titleOfSingle(name: SingleName | 'sections'): MessageKey {
  return `edit.${name}`;
}

/** What a list of entries is called, for places that hold text alone; a heading of one's own is untrusted. */
export function titleOfList(messages: Messages, { key, heading }: EntryList): string {
  return heading ?? messages.text(key === 'profiles' ? 'edit.profiles' : usualTitle(key));
}

/** The same where elements may stand. */
export function ListTitle({ messages, list }: { readonly messages: Messages; readonly list: EntryList }): VNode {
  const title = titleOfList(messages, list);
  return list.heading === null ? <>{title}</> : <Untrusted>{title}</Untrusted>;
}

/** Everything that can be edited, each on a page of its own. */
export function EditOverview({ messages, path, name, done, lists }: OverviewProps): VNode {
  return (
    <>
      <p class="crumb">
        <a href={path.slice(0, -'/edit'.length)}>{messages.text('edit.back')}</a>
      </p>
      <h1>{messages.rich('edit.title', { name: <Untrusted>{name}</Untrusted> })}</h1>
      <p class="lead">{messages.text('edit.lead')}</p>
      <Done text={done} />
      <ul class="cards">
        {[...SINGLES, 'sections' as const].map((part) => (
          <li key={part} class="card card-link">
            <h2>
              <a href={`${path}/${part}`}>{messages.text(titleOfSingle(part))}</a>
            </h2>
          </li>
        ))}
        {lists.map((list) => (
          <li key={list.key} class="card card-link">
            <h2>
              <a href={`${path}/${list.key}`}>
                <ListTitle messages={messages} list={list} />
              </a>
            </h2>
            <EntryCount messages={messages} count={list.entries.length} />
          </li>
        ))}
      </ul>
      <p class="actions">
        <ButtonLink href={`${path}/custom`} kind="secondary">
          {messages.text('edit.newSection')}
        </ButtonLink>
      </p>
    </>
  );
}

export function EntryCount({ messages, count }: { readonly messages: Messages; readonly count: number | null }): VNode | null {
  if (count === null) return null;
  const text = count === 0 ? messages.text('edit.none') : messages.plural('edit.entries', count);
  return <p class="soft">{text}</p>;
}

interface FormProps extends EditPageProps {
  readonly title: ComponentChildren;
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
