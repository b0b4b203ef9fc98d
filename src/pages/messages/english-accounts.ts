/** What belongs to an account: its password and how it is proved. */
export const ENGLISH_ACCOUNTS = {
  'forgot.title': 'Forgot your password?',
  'forgot.lead': 'Enter the e-mail address of your account, and you get a link to choose a new one.',
  'forgot.submit': 'Send link',
  'forgot.remembered': 'Remembered it?',
  'forgot.sentTitle': 'Look into your mail',
  'forgot.sentLead': 'If there is an account for {email}, a link is on its way there. It works once, for an hour.',
  'forgot.sentHint': 'Nothing after a few minutes? Look into the folder for unwanted mail, and check the address.',
  'forgot.printedLead': 'If there is an account for {email}, a link has been made. It works once, for an hour.',
  'forgot.printedHint': 'This server sends no mail: the link stands in its log. Ask the people who run it.',

  'reset.title': 'Choose a new password',
  'reset.lead': 'Then every browser is signed out and every app disconnected, in case somebody else knew the old one.',
  'reset.password': 'New password',
  'reset.submit': 'Change password',
  'reset.overTitle': 'This link no longer works',
  'reset.overLead': 'It works once and for an hour, and a newer one replaces it when it is used.',
  'reset.again': 'Send a new link',
  'reset.doneTitle': 'Your password has been changed',
  'reset.doneLead': 'Every browser has been signed out and every app disconnected. Sign in with the new password.',
} as const;
