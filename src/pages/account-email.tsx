import type { VNode } from 'preact';
import { ActionForm, Button } from './components/actions.tsx';
import { Notice } from './components/feedback.tsx';
import { HiddenField, TextField } from './components/fields.tsx';
import type { MessageKey, Messages } from './messages.ts';
import { formValue, type PageRoute, type PageTools } from './page.ts';

/** What the account page says after one of these forms, by the `done` that they lead back with. */
export const EMAIL_DONE: Readonly<Record<string, MessageKey>> = {
  'link-sent': 'email.linkSent',
  'link-printed': 'email.linkPrinted',
  'link-refused': 'email.linkRefused',
  'too-many': 'invalid.tooMany',
  'email-invalid': 'invalid.email',
};

/** POST /account/email and /account/email/link. Both answer by a mail alone. */
export function createAccountEmailRoutes({ deps, auth, respond }: PageTools): readonly PageRoute[] {
  const sent = () => (deps.isMailSent ? 'link-sent' : 'link-printed');
  return [
    {
      method: 'POST',
      path: '/account/email',
      access: 'signed_in',
      async handle(page) {
        const newEmail = (formValue(page.form, 'email') ?? '').trim();
        const { status } = await auth.post(page.request, 'change-email', { newEmail });
        return respond.seeOther(`/account?done=${status < 400 ? sent() : status === 429 ? 'too-many' : 'email-invalid'}`);
      },
    },
    {
      method: 'POST',
      path: '/account/email/link',
      access: 'signed_in',
      async handle(page) {
        const { status } = await auth.post(page.request, 'send-verification-email', { email: page.session.userEmail });
        return respond.seeOther(`/account?done=${status < 400 ? sent() : status === 429 ? 'too-many' : 'link-refused'}`);
      },
    },
  ];
}

interface EmailSectionProps {
  readonly messages: Messages;
  readonly isVerified: boolean;
  readonly isMailSent: boolean;
  readonly csrfToken: string;
}

/** Asks to confirm the address while nobody has. */
export function EmailBanner({ messages, isVerified, isMailSent, csrfToken }: EmailSectionProps): VNode | null {
  return isVerified ? null : (
    <Notice kind={isMailSent ? 'warning' : 'plain'}>
      <p>{messages.text('email.unverified')}</p>
      <ActionForm action="/account/email/link" csrfToken={csrfToken} kind="secondary">
        {messages.text('email.sendAgain')}
      </ActionForm>
    </Notice>
  );
}

export function EmailForm({ messages, csrfToken }: Pick<EmailSectionProps, 'messages' | 'csrfToken'>): VNode {
  return (
    <form method="post" action="/account/email" class="panel">
      <HiddenField name="csrf" value={csrfToken} />
      <TextField name="email" type="email" label={messages.text('email.new')} hint={messages.text('email.newHint')} autocomplete="email" />
      <div class="actions">
        <Button kind="secondary">{messages.text('email.change')}</Button>
      </div>
    </form>
  );
}
