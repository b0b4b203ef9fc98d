import type { VNode } from 'preact';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { Untrusted } from './components/data.tsx';
import { Done, problemOf, ProblemSummary, type FormProblem } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { HEADING_FIELD } from './custom-sections.ts';
import { Changes, ListTitle, type EditPageProps } from './edit-page.tsx';
import { titleOfEntry } from './edit-target.ts';
import type { EntryList } from './entry-lists.ts';

interface ListProps extends EditPageProps {
  readonly list: EntryList;
  readonly csrfToken: string;
  readonly revision: number;
  readonly done: string | null;
  readonly problems: readonly FormProblem[];
  readonly changes: readonly string[];
  /** What was typed as the heading of a section of one's own; null: what it is. */
  readonly heading: string | null;
}

/** The entries of a section, to be changed, moved, removed and added to. */
export function EditList({ messages, path, list, csrfToken, revision, done, problems, changes, heading }: ListProps): VNode {
  const here = `${path}/${list.key}`;
  const { entries } = list;
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
      <h1>
        <ListTitle messages={messages} list={list} />
      </h1>
      <Done text={done} />
      <ProblemSummary title={messages.text('invalid.summary')} problems={problems} />
      <Changes messages={messages} changes={changes} />
      {entries.length === 0 ? <p class="soft">{messages.text('edit.none')}</p> : null}
      <ol class="plain entries">
        {entries.map((entry, index) => (
          <li key={index} class="panel panel-row">
            <p id={`entry-${index + 1}`}>
              <strong>
                {titleOfEntry(list, entry) === '' ? (
                  messages.text('edit.entry', { number: index + 1 })
                ) : (
                  <Untrusted>{titleOfEntry(list, entry)}</Untrusted>
                )}
              </strong>
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
      {list.customIndex === null ? null : (
        <section class="panel" aria-labelledby="itself">
          <h2 id="itself">{messages.text('edit.sectionItself')}</h2>
          <form method="post" action={here}>
            <HiddenField name="csrf" value={csrfToken} />
            <HiddenField name="revision" value={String(revision)} />
            <TextField
              name={HEADING_FIELD.name}
              label={messages.text(HEADING_FIELD.label)}
              value={heading ?? list.heading ?? ''}
              problem={problemOf(problems, HEADING_FIELD.name)}
              autocomplete="off"
            />
            <div class="actions">
              <Button kind="secondary" name="action" value="rename">
                {messages.text('edit.renameSection')}
              </Button>
            </div>
          </form>
          <p class="soft" id="remove-hint">
            {messages.text('edit.removeSectionHint')}
          </p>
          <ActionForm
            action={here}
            csrfToken={csrfToken}
            fields={{ action: 'remove-section', revision: String(revision) }}
            describedBy="remove-hint"
            kind="danger"
          >
            {messages.text('edit.removeSection')}
          </ActionForm>
        </section>
      )}
    </>
  );
}
