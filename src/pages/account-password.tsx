import type { VNode } from 'preact';
import { Button } from './components/actions.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './credentials.ts';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools } from './page.ts';

/** What the account page says after the form, by the `done` that it leads back with. */
export const PASSWORD_DONE: Readonly<Record<string, MessageKey>> = {
  'password-changed': 'password.changed',
  'password-wrong': 'invalid.passwordWrong',
  'password-short': 'invalid.passwordShort',
  'password-long': 'invalid.passwordLong',
  'password-refused': 'invalid.refused',
};

const DONE_OF_CODE: Readonly<Record<string, keyof typeof PASSWORD_DONE>> = {
  INVALID_PASSWORD: 'password-wrong',
  PASSWORD_TOO_SHORT: 'password-short',
  PASSWORD_TOO_LONG: 'password-long',
};

/** POST /account/password. Every other session and every connection ends with the old password. */
export function createAccountPasswordRoutes({ auth, respond }: PageTools): readonly PageRoute[] {
  return [
    {
      method: 'POST',
      path: '/account/password',
      access: 'signed_in',
      async handle(page) {
        const answer = await auth.post(page.request, 'change-password', {
          currentPassword: formValue(page.form, 'currentPassword') ?? '',
          newPassword: formValue(page.form, 'newPassword') ?? '',
          revokeOtherSessions: true,
        });
        if (answer.status < 400) return respond.seeOther('/account?done=password-changed', answer.setCookies);
        if (answer.status === 429) return respond.seeOther('/account?done=too-many');
        const known = answer.code !== null && Object.hasOwn(DONE_OF_CODE, answer.code) ? DONE_OF_CODE[answer.code] : undefined;
        return respond.seeOther(`/account?done=${known ?? 'password-refused'}`);
      },
    },
  ];
}

export function PasswordForm({ messages, csrfToken }: { readonly messages: Messages; readonly csrfToken: string }): VNode {
  return (
    <form method="post" action="/account/password" class="panel">
      <HiddenField name="csrf" value={csrfToken} />
      <TextField name="currentPassword" type="password" label={messages.text('password.current')} autocomplete="current-password" />
      <TextField
        name="newPassword"
        type="password"
        label={messages.text('password.new')}
        hint={messages.text('password.newHint')}
        autocomplete="new-password"
        minLength={MIN_PASSWORD_CHARACTERS}
        maxLength={MAX_PASSWORD_CHARACTERS}
      />
      <div class="actions">
        <Button kind="secondary">{messages.text('password.change')}</Button>
      </div>
    </form>
  );
}
