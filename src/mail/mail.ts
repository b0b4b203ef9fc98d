/** A mail to one person: plain text, so that what it says is what is seen. */
export interface Mail {
  /** One address. Never parsed as a list. */
  readonly to: string;
  readonly subject: string;
  /** Paragraphs, the link among them. */
  readonly text: string;
  /** The address the mail is about, for a reader of the log where there is no SMTP. */
  readonly link: string;
}

/**
 * Mails name neither the person nor anything else that somebody could have typed: who signs up with another's address must not
 * be able to write to it.
 */
export function buildPasswordResetMail(to: string, origin: string, link: string): Mail {
  return {
    to,
    link,
    subject: 'Choose a new password',
    text: paragraphs(
      `Somebody asked for a new password for your account at ${origin}. To choose one, open this link within an hour:`,
      link,
      'It works once. If it was not you, do nothing: your password stays as it is, and nobody has been let in.',
    ),
  };
}

/** @param changedAt said in UTC */
export function buildPasswordChangedMail(to: string, origin: string, changedAt: Date): Mail {
  const link = `${origin}/forgot-password`;
  return {
    to,
    link,
    subject: 'Your password has been changed',
    text: paragraphs(
      `The password of your account at ${origin} was changed at ${toMinute(changedAt)}. Apps that were connected have been disconnected.`,
      'If it was you, there is nothing to do. If it was not, choose a new password now:',
      link,
    ),
  };
}

/** To the address that is to be proved: after sign-up, or the new one of a change. */
export function buildConfirmEmailMail(to: string, origin: string, link: string): Mail {
  return {
    to,
    link,
    subject: 'Confirm your e-mail address',
    text: paragraphs(
      `This address was given for an account at ${origin}. To confirm that it is yours, open this link within an hour:`,
      link,
      'If you have no account there and did not just make one, do nothing.',
    ),
  };
}

/** To the old address, which has to agree before the new one is asked. */
export function buildAllowEmailChangeMail(to: string, origin: string, link: string): Mail {
  return {
    to,
    link,
    subject: 'Change of your e-mail address',
    text: paragraphs(
      `Somebody who is signed in to your account at ${origin} wants to change its e-mail address. To allow it, open this link within an hour:`,
      link,
      `If it was not you, do nothing, and choose a new password: ${origin}/forgot-password`,
    ),
  };
}

/** To the old address, which was never proved and so has no say. */
export function buildEmailChangeNoticeMail(to: string, origin: string): Mail {
  const link = `${origin}/forgot-password`;
  return {
    to,
    link,
    subject: 'Change of your e-mail address',
    text: paragraphs(
      `Somebody who is signed in to your account at ${origin} has asked to change its e-mail address. If it was not you, choose a new password now:`,
      link,
    ),
  };
}

/** Where sign-up must not say that there is an account already, this does, to whom it concerns. */
export function buildAccountExistsMail(to: string, origin: string): Mail {
  const link = `${origin}/sign-in`;
  return {
    to,
    link,
    subject: 'You have an account already',
    text: paragraphs(
      `Somebody tried to make an account at ${origin} with this address, which has one. If it was you, sign in, or choose a new password there:`,
      link,
      'If it was not you, do nothing.',
    ),
  };
}

export function buildSecondFactorMail(to: string, origin: string, isOn: boolean): Mail {
  const link = `${origin}/forgot-password`;
  return {
    to,
    link,
    subject: isOn ? 'Two-factor sign-in is on' : 'Two-factor sign-in is off',
    text: paragraphs(
      `Two-factor sign-in of your account at ${origin} has been turned ${isOn ? 'on: signing in takes a code besides the password' : 'off: signing in takes the password alone'}.`,
      'If it was you, there is nothing to do. If it was not, choose a new password now:',
      link,
    ),
  };
}

export function buildPasskeyAddedMail(to: string, origin: string): Mail {
  const link = `${origin}/account/passkeys`;
  return {
    to,
    link,
    subject: 'A passkey has been added',
    text: paragraphs(
      `A passkey has been added to your account at ${origin}. Whoever holds it can sign in with it. If it was not you, remove it now:`,
      link,
    ),
  };
}

function paragraphs(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

function toMinute(at: Date): string {
  return `${at.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')} UTC`;
}
