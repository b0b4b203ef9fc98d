import {
  buildAccountExistsMail,
  buildAllowEmailChangeMail,
  buildConfirmEmailMail,
  buildEmailChangeNoticeMail,
  buildPasskeyAddedMail,
  buildPasswordChangedMail,
  buildPasswordResetMail,
  buildSecondFactorMail,
  type Mail,
} from '../mail/mail.ts';
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
 * What the library says about accounts, as mails. They are laid into the flow of the request and leave when it has been answered,
 * so that no mail server is waited for and nothing is announced that did not happen.
 */
export function createAccountMails({ issuer, clock, flows, grants, email }: AccountMailDependencies) {
  const post = (mail: Mail) => void flows.current().mails.push(mail);
  const toEmailLink = (token: string) => `${issuer}/verify-email?${new URLSearchParams({ token })}`;
  const passwordChanged = async (user: Recipient) => {
    const flow = flows.current();
    flow.userId = user.id;
    await grants.revokeAll(user.id, 'password_changed');
    post(buildPasswordChangedMail(user.email, issuer, clock()));
  };
  return {
    passwordChanged,
    passkeyAdded(user: Recipient) {
      post(buildPasskeyAddedMail(user.email, issuer));
    },
    secondFactorChanged(user: Recipient, isOn: boolean) {
      post(buildSecondFactorMail(user.email, issuer, isOn));
    },
    /** After somebody who is signed in has asked for another address. */
    emailChangeAsked(user: Recipient & { readonly emailVerified: boolean }) {
      if (!user.emailVerified) post(buildEmailChangeNoticeMail(user.email, issuer));
    },
    /** For the library's `emailVerification` options. */
    verificationOptions: {
      sendOnSignUp: email.isSent,
      sendOnSignIn: email.isRequired,
      expiresIn: EMAIL_LINK_SECONDS,
      async sendVerificationEmail({ user, token }: { readonly user: Recipient; readonly token: string }) {
        flows.current().userId ??= user.id;
        post(buildConfirmEmailMail(user.email, issuer, toEmailLink(token)));
      },
    },
    /** For the library's `user.changeEmail` options. */
    changeOptions: {
      enabled: true,
      async sendChangeEmailConfirmation({ user, token }: { readonly user: Recipient; readonly token: string }) {
        post(buildAllowEmailChangeMail(user.email, issuer, toEmailLink(token)));
      },
    },
    /** For the library's `emailAndPassword` options. */
    passwordOptions: {
      requireEmailVerification: email.isRequired,
      async onExistingUserSignUp({ user }: { readonly user: Recipient }) {
        post(buildAccountExistsMail(user.email, issuer));
      },
      resetPasswordTokenExpiresIn: PASSWORD_RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      async sendResetPassword({ user, token }: { readonly user: Recipient; readonly token: string }) {
        const link = `${issuer}/reset-password?${new URLSearchParams({ token })}`;
        post(buildPasswordResetMail(user.email, issuer, link));
      },
      onPasswordReset: ({ user }: { readonly user: Recipient }) => passwordChanged(user),
    },
  };
}

export type AccountMails = ReturnType<typeof createAccountMails>;
