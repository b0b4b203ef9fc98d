/** Everything a person is written to about. */
export type MailKind =
  | 'password_reset'
  | 'password_changed'
  /** To the address that is to be proved: after sign-up, or the new one of a change. */
  | 'confirm_email'
  /** To the old address, which has to agree before the new one is asked. */
  | 'allow_email_change'
  /** To the old address, which was never proved and so has no say. */
  | 'email_change_notice'
  /** Where sign-up must not say that there is an account already, this does, to whom it concerns. */
  | 'account_exists'
  | 'second_factor_on'
  | 'second_factor_off'
  | 'passkey_added';

/**
 * The mails in one language. Places: `{origin}` of the server, `{link}` that the mail is about, `{at}` as date and time, `{forgot}` the
 * page that leads to a new password.
 */
export type MailTexts = Readonly<Record<MailKind, { readonly subject: string; readonly paragraphs: readonly string[] }>>;
