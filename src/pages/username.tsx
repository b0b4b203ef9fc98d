import type { VNode } from 'preact';
import { MAX_USERNAME_CHARACTERS, MIN_USERNAME_CHARACTERS } from '../resumes/publishing/profiles.ts';
import { Button } from './components/actions.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import type { Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools } from './page.ts';

/** POST /account/username. */
export function createUsernameRoutes({ deps, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'POST',
      path: '/account/username',
      access: 'signed_in',
      async handle(page) {
        const chosen = await deps.output.chooseUsername(page.session.userId, (formValue(page.form, 'username') ?? '').trim());
        return respond.seeOther(`/account?done=username-${chosen}`);
      },
    },
  ];
}

interface UsernameFormProps {
  readonly messages: Messages;
  readonly username: string | null;
  readonly origin: string;
  readonly csrfToken: string;
}

export function UsernameForm({ messages, username, origin, csrfToken }: UsernameFormProps): VNode {
  return (
    <form method="post" action="/account/username" class="panel">
      <HiddenField name="csrf" value={csrfToken} />
      <TextField
        name="username"
        label={messages.text('account.username')}
        hint={messages.text('account.usernameHint', { origin })}
        value={username ?? ''}
        autocomplete="username"
        minLength={MIN_USERNAME_CHARACTERS}
        maxLength={MAX_USERNAME_CHARACTERS}
      />
      <div class="actions">
        <Button kind="secondary">{messages.text('account.usernameSave')}</Button>
      </div>
    </form>
  );
}
