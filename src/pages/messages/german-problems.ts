import type { ENGLISH_PROBLEMS } from './english-problems.ts';
import type { Translation } from './translation.ts';

/** Error pages: what happened and what to do. */
export const GERMAN_PROBLEMS: Translation<typeof ENGLISH_PROBLEMS> = {
  'problem.reference': 'Referenznummer: {reference}',
  'problem.home': 'Zur Startseite',
  'problem.whatNow': 'Was Sie tun können',
  'problem.detail': 'In der Anfrage der App hieß es: {detail}',

  'problem.notFound.title': 'Diese Seite gibt es nicht',
  'problem.notFound.what': 'Die Adresse stimmt nicht, oder was hier war, ist gelöscht oder gehört jemand anderem.',
  'problem.notFound.then': 'Prüfen Sie die Adresse, oder beginnen Sie auf der Startseite.',
  'problem.methodNotAllowed.title': 'Das kann diese Seite nicht',
  'problem.methodNotAllowed.what': 'Die Anfrage kam mit einer Methode, auf die diese Seite nicht antwortet.',
  'problem.methodNotAllowed.then': 'Öffnen Sie die Seite im Browser und nutzen Sie ihre Schaltflächen.',
  'problem.crossSite.title': 'Das kam nicht von unserer eigenen Seite',
  'problem.crossSite.what':
    'Das Formular wurde von einer fremden Website gesendet, oder Ihr Browser hat nicht gesagt, woher. Es wurde nichts geändert.',
  'problem.crossSite.then': 'Wenn Sie das wollten, öffnen Sie die Seite hier und senden Sie das Formular noch einmal.',
  'problem.staleForm.title': 'Dieses Formular ist veraltet',
  'problem.staleForm.what':
    'Seit die Seite geöffnet wurde, haben Sie sich an- oder abgemeldet. Das Formular gehört deshalb nicht mehr zu Ihnen. Es wurde nichts geändert.',
  'problem.staleForm.then': 'Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.',
  'problem.malformed.title': 'Das Formular ließ sich nicht lesen',
  'problem.malformed.what': 'Was ankam, ist kein Formular, wie diese Seite es sendet. Es wurde nichts geändert.',
  'problem.malformed.then': 'Öffnen Sie die Seite im Browser und versuchen Sie es noch einmal.',
  'problem.tooLarge.title': 'Das war zu viel auf einmal',
  'problem.tooLarge.what': 'Das Formular war größer, als diese Seite annimmt. Es wurde nichts geändert.',
  'problem.tooLarge.then': 'Kürzen Sie das längste Feld oder wählen Sie eine kleinere Datei, und versuchen Sie es noch einmal.',
  'problem.tooMany.title': 'Zu viele Versuche',
  'problem.tooMany.what': 'Von hier kamen mehr Versuche als erlaubt. Dieser wurde deshalb nicht geprüft.',
  'problem.tooMany.then': 'Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
  'problem.internal.title': 'Auf unserer Seite ist etwas schiefgegangen',
  'problem.internal.what': 'Auf dem Server ist ein unerwarteter Fehler aufgetreten. Er ist unter der Referenznummer festgehalten.',
  'problem.internal.then': 'Versuchen Sie es noch einmal. Passiert es wieder, nennen Sie den Betreibern dieses Servers die Referenznummer.',
  'problem.unavailable.title': 'Der Server holt gerade Luft',
  'problem.unavailable.what': 'Ein Teil des Servers ist im Moment nicht erreichbar. Es wurde nichts geändert.',
  'problem.unavailable.then': 'Warten Sie ein paar Sekunden und versuchen Sie es noch einmal.',

  'problem.startAgain.title': 'Bitte beginnen Sie noch einmal in Ihrer App',
  'problem.startAgain.what':
    'Die Anfrage der App ist abgelaufen, schon beantwortet oder unterwegs verändert worden. Es wurde diesmal nichts weitergegeben.',
  'problem.startAgain.then':
    'Gehen Sie zurück zur App und wählen Sie dort noch einmal „Verbinden“ oder „Anmelden“. Die neue Anfrage gilt zehn Minuten.',
  'problem.unknownClient.title': 'Diese App ist hier nicht bekannt',
  'problem.unknownClient.what':
    'Die App hat sich mit einer Kennung gemeldet, die dieser Server nicht kennt. Vielleicht hat sie sich vor langer Zeit oder unter einer anderen Adresse registriert. Es wurde nichts weitergegeben.',
  'problem.unknownClient.then': 'Lassen Sie die App diesen Server vergessen und verbinden Sie sie neu:',
  'problem.clientMetadata.title': 'Die Beschreibung der App war nicht zu gebrauchen',
  'problem.clientMetadata.what':
    'Die App nennt als Kennung eine Webadresse, unter der ihre Hersteller sie beschreiben. Was dort steht, ließ sich nicht lesen oder ist keine Beschreibung, die dieser Server annehmen darf. Es wurde nichts weitergegeben.',
  'problem.clientMetadata.then':
    'Warten Sie eine Minute und verbinden Sie die App noch einmal. Hilft das nicht, teilen Sie ihren Herstellern mit, was unten steht.',
  'problem.redirect.title': 'Die App wollte die Antwort an eine unbekannte Adresse',
  'problem.redirect.what':
    'Die Adresse, an die die App ihre Antwort möchte, ist nicht registriert. Zu Ihrem Schutz wurde die Antwort nicht gesendet. Es wurde nichts weitergegeben.',
  'problem.redirect.then': 'Wenn Sie der App vertrauen, lassen Sie sie sich neu registrieren:',
  'problem.request.title': 'Die Anfrage der App war nicht zu verstehen',
  'problem.request.what':
    'Ein Teil der Anfrage fehlt oder hat einen Wert, den dieser Server nicht unterstützt. Es wurde nichts weitergegeben.',
  'problem.request.then':
    'Aktualisieren Sie die App und verbinden Sie sie noch einmal. Hilft das nicht, teilen Sie ihren Herstellern mit, was unten steht.',
  'problem.disabled.title': 'Diese App ist abgeschaltet',
  'problem.disabled.what': 'Die Betreiber dieses Servers haben diese App abgeschaltet. Es wurde nichts weitergegeben.',
  'problem.disabled.then': 'Fragen Sie die Betreiber dieses Servers, oder nutzen Sie eine andere App.',
  'problem.denied.title': 'Die App hat keinen Zugriff bekommen',
  'problem.denied.what': 'Die Anfrage wurde abgelehnt. Es wurde nichts weitergegeben.',
  'problem.denied.then': 'Wenn Sie nicht ablehnen wollten, verbinden Sie die App noch einmal.',

  'recovery.likely': 'Nach der Adresse, an die die App ihre Antwort wollte, geht es vermutlich so:',
  'recovery.others': 'Andere Apps:',
  'recovery.claude': 'Claude (Web, Desktop, Handy): Settings → Connectors, den Connector entfernen und wieder hinzufügen.',
  'recovery.claudeCode': 'Claude Code: {command} ausführen, den Server wählen, dann „Clear authentication“ und „Authenticate“.',
  'recovery.chatgpt': 'ChatGPT: Settings → Apps & Connectors, den Connector entfernen und neu anlegen.',
  'recovery.cursor': 'Cursor: Settings → MCP, den Server abmelden oder entfernen und dann neu verbinden.',
  'recovery.vscode': 'VS Code: „Authentication: Remove Dynamic Authentication Providers“ ausführen und den Server neu starten.',
  'recovery.codex': 'Codex: {logout} und danach {login} ausführen.',
  'recovery.gemini': 'Gemini CLI: {command} ausführen.',
  'recovery.inspector': 'MCP Inspector: den gespeicherten OAuth-Zustand dieses Servers löschen und neu verbinden.',
  'recovery.mcpRemote': 'mcp-remote: den Ordner {folder} löschen und neu starten.',
};
