import type { ENGLISH_PUBLISHING } from './english-publishing.ts';
import type { Translation } from './translation.ts';

/** Texts about looks, downloads and publishing. */
export const GERMAN_PUBLISHING: Translation<typeof ENGLISH_PUBLISHING> = {
  'publish.heading': 'Auf Papier und im Web',
  'publish.view': 'Ansehen',
  'publish.pdf': 'PDF herunterladen',
  'publish.publish': 'Veröffentlichen',
  'publish.unpublish': 'Veröffentlichung beenden',
  'publish.private': 'Nicht veröffentlicht: Nur Sie und Apps, denen Sie es erlaubt haben, können ihn sehen.',
  'publish.public': 'Veröffentlicht: Wer diese Adresse hat, kann ihn sehen.',
  'publish.protected': 'Veröffentlicht: Wer diese Adresse und das Passwort hat, kann ihn sehen.',
  'publish.views':
    'Besuche: {views}. PDF-Downloads: {downloads}. Gezählt wird jeder Besucher höchstens einmal am Tag; Adressen werden nicht aufbewahrt.',
  'publish.options': 'Wer ihn sehen darf, sobald er veröffentlicht ist',
  'publish.password': 'Passwort für Besucher',
  'publish.passwordHint': 'Mindestens 8 Zeichen. Leer lassen, damit alles bleibt, wie es ist.',
  'publish.passwordProblem': 'Verwenden Sie 8 bis 200 Zeichen.',
  'publish.removePassword': 'Passwort entfernen',
  'publish.index': 'Suchmaschinen dürfen ihn aufnehmen',
  'publish.save': 'Speichern',
  'publish.nowPublic': 'Der Lebenslauf ist veröffentlicht.',
  'publish.nowPrivate': 'Der Lebenslauf ist nicht mehr veröffentlicht.',
  'publish.saved': 'Gespeichert.',
  'publish.locked': 'Er ist gesperrt. Entsperren Sie ihn zuerst, dann können Sie ihn veröffentlichen.',
  'published.passwordTitle': 'Dieser Lebenslauf ist mit einem Passwort geschützt',
  'published.passwordLead': 'Er ist nur für Menschen bestimmt, die das Passwort kennen.',
  'published.password': 'Passwort',
  'published.passwordWrong': 'Das ist nicht das Passwort.',
  'published.open': 'Öffnen',
  'account.username': 'Benutzername',
  'account.usernameHint': 'Teil der Adresse Ihrer Veröffentlichungen: {origin}/r/…/. Mit einem neuen enden die alten Adressen.',
  'account.usernameSave': 'Benutzernamen ändern',
  'account.usernameTaken': 'Diesen Benutzernamen hat schon jemand anderes.',
  'account.usernameInvalid': 'Verwenden Sie 3 bis 40 Kleinbuchstaben, Ziffern und einzelne Bindestriche.',
  'account.usernameSaved': 'Ihr Benutzername ist geändert.',
};
