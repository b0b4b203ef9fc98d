import type { MailTexts } from './texts.ts';

export const ENGLISH_MAILS: MailTexts = {
  password_reset: {
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody asked for a new password for your account at {origin}. To choose one, open this link within an hour:',
      '{link}',
      'It works once. If it was not you, do nothing: your password stays as it is, and nobody has been let in.',
    ],
  },
  password_changed: {
    subject: 'Your password has been changed',
    paragraphs: [
      'The password of your account at {origin} was changed on {at}. Apps that were connected have been disconnected.',
      'If it was you, there is nothing to do. If it was not, choose a new password now:',
      '{link}',
    ],
  },
  confirm_email: {
    subject: 'Confirm your e-mail address',
    paragraphs: [
      'This address was given for an account at {origin}. To confirm that it is yours, open this link within an hour:',
      '{link}',
      'If you have no account there and did not just make one, do nothing.',
    ],
  },
  allow_email_change: {
    subject: 'Change of your e-mail address',
    paragraphs: [
      'Somebody who is signed in to your account at {origin} wants to change its e-mail address. To allow it, open this link within an hour:',
      '{link}',
      'If it was not you, do nothing, and choose a new password: {forgot}',
    ],
  },
  email_change_notice: {
    subject: 'Change of your e-mail address',
    paragraphs: [
      'Somebody who is signed in to your account at {origin} has asked to change its e-mail address. If it was not you, choose a new password now:',
      '{link}',
    ],
  },
  account_exists: {
    subject: 'You have an account already',
    paragraphs: [
      'Somebody tried to make an account at {origin} with this address, which has one. If it was you, sign in, or choose a new password there:',
      '{link}',
      'If it was not you, do nothing.',
    ],
  },
  second_factor_on: {
    subject: 'Two-factor sign-in is on',
    paragraphs: [
      'Two-factor sign-in of your account at {origin} has been turned on: signing in takes a code besides the password.',
      'If it was you, there is nothing to do. If it was not, choose a new password now:',
      '{link}',
    ],
  },
  second_factor_off: {
    subject: 'Two-factor sign-in is off',
    paragraphs: [
      'Two-factor sign-in of your account at {origin} has been turned off: signing in takes the password alone.',
      'If it was you, there is nothing to do. If it was not, choose a new password now:',
      '{link}',
    ],
  },
  passkey_added: {
    subject: 'A passkey has been added',
    paragraphs: [
      'A passkey has been added to your account at {origin}. Whoever holds it can sign in with it. If it was not you, remove it now:',
      '{link}',
    ],
  },
};
