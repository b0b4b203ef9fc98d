import type { VNode } from 'preact';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../resumes/publishing/passwords.ts';
import { ActionForm, Button, ButtonLink } from './components/actions.tsx';
import { Choice, HiddenField, TextField } from './components/fields.tsx';
import type { Messages } from './messages.ts';

/** What the owner is told of one resume's looks and publication. */
export interface Publishing {
  readonly isPublic: boolean;
  /** Null while it is not published. */
  readonly url: string | null;
  readonly hasPdf: boolean;
  readonly hasPassword: boolean;
  readonly isIndexed: boolean;
  readonly views: number;
  readonly downloads: number;
}

interface PublishingPanelProps {
  readonly messages: Messages;
  /** Of the resume's page. */
  readonly path: string;
  readonly csrfToken: string;
  readonly publishing: Publishing;
}

export function PublishingPanel({ messages, path, csrfToken, publishing }: PublishingPanelProps): VNode {
  const { isPublic, url, hasPdf, hasPassword, isIndexed, views, downloads } = publishing;
  return (
    <section class="panel" aria-labelledby="publishing">
      <h2 id="publishing">{messages.text('publish.heading')}</h2>
      <p>{messages.text(!isPublic ? 'publish.private' : hasPassword ? 'publish.protected' : 'publish.public')}</p>
      {url === null ? null : (
        <p>
          <a href={url}>{url}</a>
        </p>
      )}
      {!isPublic && views + downloads === 0 ? null : (
        <p class="soft">{messages.text('publish.views', { views: messages.count(views), downloads: messages.count(downloads) })}</p>
      )}
      <div class="actions">
        <ButtonLink href={`${path}/view`} kind="secondary">
          {messages.text('publish.view')}
        </ButtonLink>
        {hasPdf ? (
          <ButtonLink href={`${path}/pdf`} kind="secondary">
            {messages.text('publish.pdf')}
          </ButtonLink>
        ) : null}
        <ActionForm action={`${path}/${isPublic ? 'unpublish' : 'publish'}`} csrfToken={csrfToken} kind="secondary">
          {messages.text(isPublic ? 'publish.unpublish' : 'publish.publish')}
        </ActionForm>
      </div>
      <details>
        <summary>{messages.text('publish.options')}</summary>
        <form method="post" action={`${path}/publishing`}>
          <HiddenField name="csrf" value={csrfToken} />
          <TextField
            name="password"
            type="password"
            label={messages.text('publish.password')}
            hint={messages.text('publish.passwordHint')}
            autocomplete="new-password"
            required={false}
            minLength={MIN_PASSWORD_CHARACTERS}
            maxLength={MAX_PASSWORD_CHARACTERS}
          />
          {hasPassword ? (
            <Choice
              type="checkbox"
              id="remove-password"
              name="removePassword"
              value="yes"
              checked={false}
              label={messages.text('publish.removePassword')}
            />
          ) : null}
          <Choice type="checkbox" id="index" name="index" value="yes" checked={isIndexed} label={messages.text('publish.index')} />
          <div class="actions">
            <Button kind="secondary">{messages.text('publish.save')}</Button>
          </div>
        </form>
      </details>
    </section>
  );
}
