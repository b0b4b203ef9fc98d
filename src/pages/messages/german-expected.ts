import type { ENGLISH_EXPECTED } from './english-expected.ts';
import type { Translation } from './translation.ts';

/** What an imported file was expected to hold; ends “erwartet wird …”. */
export const GERMAN_EXPECTED: Translation<typeof ENGLISH_EXPECTED> = {
  'expected.text': 'Text',
  'expected.number': 'eine Zahl',
  'expected.finite': 'eine endliche Zahl',
  'expected.boolean': 'true oder false',
  'expected.list': 'eine Liste',
  'expected.texts': 'eine Liste von Texten',
  'expected.objects': 'eine Liste von Objekten',
  'expected.object': 'ein Objekt',
  'expected.url': 'eine vollständige URL wie https://example.org/ich',
  'expected.email': 'eine E-Mail-Adresse wie ana@example.org',
  'expected.date': 'ein Datum als JJJJ, JJJJ-MM oder JJJJ-MM-TT, oder nichts, solange es keines gibt',
  'expected.day': 'ein Tag, den es in diesem Monat gibt',
  'expected.colour': 'eine Farbe als #rrggbb, zum Beispiel #1f4e79',
  'expected.language': 'ein Sprachkürzel wie de, de-CH oder ar',
  'expected.section': 'der Name eines Abschnitts',
  'expected.sections': 'eine Liste von Abschnittsnamen, jeder einmal',
  'expected.name': 'eine Kennung aus höchstens 64 Kleinbuchstaben, Ziffern und einzelnen Bindestrichen',
  'expected.once': 'jede Kennung nur einmal',
  'expected.oneOf': 'eines von {choices}',
  'expected.atMost.one': 'eine Liste mit höchstens {count} Eintrag',
  'expected.atMost.other': 'eine Liste mit höchstens {count} Einträgen',
  'expected.depth.one': 'eine Verschachtelung von höchstens {count} Ebene',
  'expected.depth.other': 'eine Verschachtelung von höchstens {count} Ebenen',
  'expected.other': 'was JSON Resume dort vorsieht',
};
