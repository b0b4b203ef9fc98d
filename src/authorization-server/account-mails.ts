import { buildPasswordChangedMail, buildPasswordResetMail } from '../mail/mail.ts';
import type { GrantStore } from './grants.ts';
import { PASSWORD_RESET_SECONDS } from './lifetimes.ts';
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
}

/**
 * What the library says about accounts, as mails. They are laid into the flow of the request and leave when it has been answered,
 * so that no mail server is waited for and nothing is announced that did not happen.
 */
export function createAccountMails({ issuer, clock, flows, grants }: AccountMailDependencies) {
  const passwordChanged = async (user: Recipient) => {
    const flow = flows.current();
    flow.userId = user.id;
    await grants.revokeAll(user.id, 'password_changed');
    flow.mails.push(buildPasswordChangedMail(user.email, issuer, clock()));
  };
  return {
    passwordChanged,
    /** For the library's `emailAndPassword` options. */
    passwordOptions: {
      resetPasswordTokenExpiresIn: PASSWORD_RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      async sendResetPassword({ user, token }: { readonly user: Recipient; readonly token: string }) {
        const link = `${issuer}/reset-password?${new URLSearchParams({ token })}`;
        flows.current().mails.push(buildPasswordResetMail(user.email, issuer, link));
      },
      onPasswordReset: ({ user }: { readonly user: Recipient }) => passwordChanged(user),
    },
  };
}

export type AccountMails = ReturnType<typeof createAccountMails>;
