import type { MailTexts } from './texts.ts';

export const GERMAN_MAILS: MailTexts = {
  password_reset: {
    subject: 'Neues Passwort wählen',
    paragraphs: [
      'Für Ihr Konto bei {origin} wurde ein neues Passwort angefordert. Um eines zu wählen, öffnen Sie innerhalb einer Stunde diesen Link:',
      '{link}',
      'Er gilt nur einmal. Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist, und niemand hat Zugang bekommen.',
    ],
  },
  password_changed: {
    subject: 'Ihr Passwort wurde geändert',
    paragraphs: [
      'Das Passwort Ihres Kontos bei {origin} wurde am {at} geändert. Verbundene Apps wurden getrennt.',
      'Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, wählen Sie jetzt ein neues Passwort:',
      '{link}',
    ],
  },
  confirm_email: {
    subject: 'E-Mail-Adresse bestätigen',
    paragraphs: [
      'Diese Adresse wurde für ein Konto bei {origin} angegeben. Um zu bestätigen, dass sie Ihnen gehört, öffnen Sie innerhalb einer Stunde diesen Link:',
      '{link}',
      'Wenn Sie dort kein Konto haben und auch gerade keines angelegt haben, brauchen Sie nichts zu tun.',
    ],
  },
  allow_email_change: {
    subject: 'Änderung Ihrer E-Mail-Adresse',
    paragraphs: [
      'Jemand, der in Ihrem Konto bei {origin} angemeldet ist, möchte dessen E-Mail-Adresse ändern. Um das zu erlauben, öffnen Sie innerhalb einer Stunde diesen Link:',
      '{link}',
      'Wenn Sie das nicht waren, öffnen Sie den Link nicht und wählen Sie ein neues Passwort: {forgot}',
    ],
  },
  email_change_notice: {
    subject: 'Änderung Ihrer E-Mail-Adresse',
    paragraphs: [
      'Jemand, der in Ihrem Konto bei {origin} angemeldet ist, möchte dessen E-Mail-Adresse ändern. Wenn Sie das nicht waren, wählen Sie jetzt ein neues Passwort:',
      '{link}',
    ],
  },
  account_exists: {
    subject: 'Sie haben schon ein Konto',
    paragraphs: [
      'Jemand wollte bei {origin} mit dieser Adresse ein Konto anlegen, aber es gibt schon eines. Wenn Sie das waren, melden Sie sich an, oder wählen Sie dort ein neues Passwort:',
      '{link}',
      'Wenn Sie das nicht waren, brauchen Sie nichts zu tun.',
    ],
  },
  second_factor_on: {
    subject: 'Die Zwei-Faktor-Bestätigung ist an',
    paragraphs: [
      'Die Zwei-Faktor-Bestätigung Ihres Kontos bei {origin} wurde eingeschaltet: Zum Anmelden braucht es neben dem Passwort einen Code.',
      'Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, wählen Sie jetzt ein neues Passwort:',
      '{link}',
    ],
  },
  second_factor_off: {
    subject: 'Die Zwei-Faktor-Bestätigung ist aus',
    paragraphs: [
      'Die Zwei-Faktor-Bestätigung Ihres Kontos bei {origin} wurde ausgeschaltet: Zum Anmelden reicht jetzt das Passwort.',
      'Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, wählen Sie jetzt ein neues Passwort:',
      '{link}',
    ],
  },
  passkey_added: {
    subject: 'Ein Passkey wurde hinzugefügt',
    paragraphs: [
      'Ihrem Konto bei {origin} wurde ein Passkey hinzugefügt. Wer ihn hat, kann sich damit anmelden. Wenn Sie das nicht waren, entfernen Sie ihn jetzt:',
      '{link}',
    ],
  },
};
