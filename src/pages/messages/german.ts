import type { ENGLISH } from './english.ts';
import { GERMAN_ACCOUNTS } from './german-accounts.ts';
import { GERMAN_ACTIVITY } from './german-activity.ts';
import { GERMAN_CONNECT } from './german-connect.ts';
import { GERMAN_EDIT } from './german-edit.ts';
import { GERMAN_EXPECTED } from './german-expected.ts';
import { GERMAN_FLOW } from './german-flow.ts';
import { GERMAN_HISTORY } from './german-history.ts';
import { GERMAN_OWNER } from './german-owner.ts';
import { GERMAN_PROBLEMS } from './german-problems.ts';
import { GERMAN_PUBLISHING } from './german-publishing.ts';
import type { Translation } from './translation.ts';

/** Every text a page shows, in German: „Sie“, and the words of an office that gets things done. */
export const GERMAN: Translation<typeof ENGLISH> = {
  'site.name': 'Vitae',
  'site.skip': 'Zum Inhalt springen',
  'site.navigation': 'Hauptmenü',
  'site.account': 'Konto',
  'site.language': 'Sprache',
  'site.languageName': 'Deutsch',
  'site.title': '{page} · Vitae',
  'site.titleWithProblem': 'Fehler: {page} · Vitae',

  'snippet.copy': 'Kopieren',
  'snippet.copied': 'Kopiert',
  'snippet.selected': 'Markiert: mit Strg+C oder ⌘C kopieren',

  'scope.resumes:read': 'Ihre Lebensläufe, deren Versionen und Statistik ansehen',
  'scope.resumes:write':
    'Lebensläufe anlegen und ihren Inhalt ändern; jede Änderung bleibt als Version erhalten und lässt sich rückgängig machen',
  'scope.resumes:publish': 'Lebensläufe im Web veröffentlichen und die Veröffentlichung beenden',
  'scope.resumes:delete': 'Lebensläufe endgültig löschen',
  'scope.offline_access': 'Verbunden bleiben, bis Sie die Verbindung trennen',
  'scope.openid': 'Erkennen, dass Sie es sind',
  'scope.profile': 'Ihren Namen erfahren',
  'scope.email': 'Ihre E-Mail-Adresse erfahren',

  'access.resumes:read': 'Lesen',
  'access.resumes:write': 'Bearbeiten',
  'access.resumes:publish': 'Veröffentlichen',
  'access.resumes:delete': 'Löschen',
  'access.offline_access': 'Bleibt verbunden',
  'access.openid': 'Identität',
  'access.profile': 'Name',
  'access.email': 'E-Mail',

  ...GERMAN_CONNECT,
  ...GERMAN_FLOW,
  ...GERMAN_ACCOUNTS,
  ...GERMAN_OWNER,
  ...GERMAN_EDIT,
  ...GERMAN_EXPECTED,
  ...GERMAN_ACTIVITY,
  ...GERMAN_HISTORY,
  ...GERMAN_PUBLISHING,
  ...GERMAN_PROBLEMS,
};
