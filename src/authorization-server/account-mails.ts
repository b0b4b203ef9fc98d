import { buildMail } from '../mail/mail.ts';
import type { MailKind } from '../mail/texts.ts';
import type { GrantStore } from './grants.ts';
import { EMAIL_LINK_SECONDS, PASSWORD_RESET_SECONDS } from './lifetimes.ts';
import type { RequestFlows } from './request-flow.ts';

/** A person as the library hands them to its callbacks. */
interface Recipient {
  readonly id: string;
  readonly email: string;
}

export interface AccountMailDependencies {
  readonly issuer: string;
  readonly clock: () => Date;
  readonly flows: RequestFlows;
  readonly grants: GrantStore;
  readonly email: EmailPolicy;
}

export interface EmailPolicy {
  /** Whether mails leave the server: nobody is asked by one that does not. */
  readonly isSent: boolean;
  /** Whether nobody gets a session before their address is proved. */
  readonly isRequired: boolean;
}

/**
 * What the library says about accounts, as mails in the language of the request that causes them. They are laid into the flow of the request and leave when it has been answered,
 * so that no mail server is waited for and nothing is announced that did not happen.
 */
export function createAccountMails({ issuer, clock, flows, grants, email }: AccountMailDependencies) {
  const post = (kind: MailKind, { email: to }: Recipient, link: string) => {
    const { mails, language } = flows.current();
    mails.push(buildMail(kind, language, { to, origin: issuer, link, at: clock() }));
  };
  const forgot = `${issuer}/forgot-password`;
  const toEmailLink = (token: string) => `${issuer}/verify-email?${new URLSearchParams({ token })}`;
  const passwordChanged = async (user: Recipient) => {
    const flow = flows.current();
    flow.userId = user.id;
    await grants.revokeAll(user.id, 'password_changed');
    post('password_changed', user, forgot);
  };
  return {
    passwordChanged,
    passkeyAdded(user: Recipient) {
      post('passkey_added', user, `${issuer}/account/passkeys`);
    },
    secondFactorChanged(user: Recipient, isOn: boolean) {
      post(isOn ? 'second_factor_on' : 'second_factor_off', user, forgot);
    },
    /** After somebody who is signed in has asked for another address. */
    emailChangeAsked(user: Recipient & { readonly emailVerified: boolean }) {
      if (!user.emailVerified) post('email_change_notice', user, forgot);
    },
    /** For the library's `emailVerification` options. */
    verificationOptions: {
      sendOnSignUp: email.isSent,
      sendOnSignIn: email.isRequired,
      expiresIn: EMAIL_LINK_SECONDS,
      async sendVerificationEmail({ user, token }: { readonly user: Recipient; readonly token: string }) {
        flows.current().userId ??= user.id;
        post('confirm_email', user, toEmailLink(token));
      },
    },
    /** For the library's `user.changeEmail` options. */
    changeOptions: {
      enabled: true,
      async sendChangeEmailConfirmation({ user, token }: { readonly user: Recipient; readonly token: string }) {
        post('allow_email_change', user, toEmailLink(token));
      },
    },
    /** For the library's `emailAndPassword` options. */
    passwordOptions: {
      requireEmailVerification: email.isRequired,
      async onExistingUserSignUp({ user }: { readonly user: Recipient }) {
        post('account_exists', user, `${issuer}/sign-in`);
      },
      resetPasswordTokenExpiresIn: PASSWORD_RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      async sendResetPassword({ user, token }: { readonly user: Recipient; readonly token: string }) {
        post('password_reset', user, `${issuer}/reset-password?${new URLSearchParams({ token })}`);
      },
      onPasswordReset: ({ user }: { readonly user: Recipient }) => passwordChanged(user),
    },
  };
}

export type AccountMails = ReturnType<typeof createAccountMails>;
