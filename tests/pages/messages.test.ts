import { renderToString } from 'preact-render-to-string';
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/language.ts';
import { SUPPORTED_SCOPES, SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { ENGLISH } from '../../src/pages/messages/english.ts';
import { GERMAN } from '../../src/pages/messages/german.ts';
import { createMessages, listPlaceholders, MESSAGES, type Catalog, type MessageKey } from '../../src/pages/messages.ts';

const KEYS = Object.keys(ENGLISH) as MessageKey[];

describe('texts', () => {
  it('puts values into their places, as text', () => {
    expect(MESSAGES.en.text('consent.heading', { client: '<b>{host}</b>' })).toBe('<b>{host}</b> wants to work with your resumes');
    expect(MESSAGES.de.text('consent.heading', { client: '<b>{host}</b>' })).toBe('<b>{host}</b> möchte mit Ihren Lebensläufen arbeiten');
  });

  it('separates the thousands of what is counted as the language does', () => {
    expect([MESSAGES.en.count(31), MESSAGES.en.count(12_345), MESSAGES.de.count(12_345)]).toEqual(['31', '12,345', '12.345']);
  });

  it.each(LANGUAGES)('counts in the form that %s has for the number', (language) => {
    const said = (count: number) => MESSAGES[language].plural('edit.entries', count);
    const expected = {
      en: ['0 entries', '1 entry', '2 entries', '12,345 entries'],
      de: ['0 Einträge', '1 Eintrag', '2 Einträge', '12.345 Einträge'],
    };
    expect([0, 1, 2, 12_345].map(said)).toEqual(expected[language]);
    // A language with more forms needs more texts.
    expect(new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()).toEqual(['one', 'other']);
  });

  it('has a text for one wherever it has one for several', () => {
    const forms = KEYS.filter((key) => key.endsWith('.one')).map((key) => key.slice(0, -'.one'.length));
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms) expect(KEYS).toContain(`${form}.other`);
  });

  it('puts elements into their places', () => {
    const node = MESSAGES.en.rich('consent.redirect', { host: h('strong', null, '<evil>') });
    expect(renderToString(node)).toBe('The answer goes to <strong>&lt;evil></strong>');
  });

  it('says every scope in the words of the consent page', () => {
    for (const scope of SUPPORTED_SCOPES) expect(MESSAGES.en.text(`scope.${scope}`)).toBe(SCOPE_DESCRIPTIONS[scope]);
  });

  it('names the places of a text', () => {
    expect(listPlaceholders(ENGLISH['consent.account'])).toEqual(['name', 'email']);
  });

  it('takes another language with the same keys and no other', () => {
    const { 'signIn.submit': _left, ...most } = ENGLISH;
    // @ts-expect-error a text is missing
    const incomplete: Catalog = most;
    expect(incomplete).not.toHaveProperty('signIn.submit');
    expect(createMessages('de', { ...ENGLISH, 'signIn.submit': 'LOS' }).text('signIn.submit')).toBe('LOS');
  });
});

/** Texts that are the same in German, and why. */
const SAME_IN_GERMAN: Readonly<Partial<Record<MessageKey, string>>> = {
  'site.name': 'a name',
  'site.title': 'nothing but a name and a place',
  'access.profile': 'the word is German too',
  'field.name': 'the word is German too',
  'twoFactor.code': 'the word is German too',
  'passkey.title': 'what browsers and systems call it in German',
  'passkey.name': 'the word is German too',
  'resumes.name': 'the word is German too',
  'connections.app': 'the word is German too',
  'apiKeys.name': 'the word is German too',
  'account.name': 'the word is German too',
  'account.device': 'the word is German too',
  'edit.template.modern': 'the word is German too',
  'edit.region': 'the word is German too',
  'edit.organization': 'the word is German too',
  'activity.event.passkey.refused': 'what browsers and systems call it in German',
  'versions.version': 'the word is German too',
  'versions.number': 'the word is German too',
};

// proves pages:languages
describe.each([
  ['English', ENGLISH],
  ['German', GERMAN],
] as const)('%s', (_name, catalog: Catalog) => {
  it('leaves no text empty', () => {
    expect(KEYS.filter((key) => catalog[key].trim() === '')).toEqual([]);
  });

  it('has every text, and the same places in it as English', () => {
    expect(Object.keys(catalog).toSorted()).toEqual(KEYS.toSorted());
    const placesOf = (text: string) => listPlaceholders(text).toSorted().join();
    expect(KEYS.filter((key) => placesOf(catalog[key]) !== placesOf(ENGLISH[key]))).toEqual([]);
  });

  it('has no straight quotes and no dots in place of an ellipsis', () => {
    expect(KEYS.filter((key) => /["']|\.\.\./.test(catalog[key]))).toEqual([]);
  });
});

describe('German', () => {
  it('is no English left over, but where it says why', () => {
    expect(KEYS.filter((key) => GERMAN[key] === ENGLISH[key])).toEqual(KEYS.filter((key) => SAME_IN_GERMAN[key] !== undefined));
  });

  it('says Sie, and quotes as German does', () => {
    expect(KEYS.filter((key) => /\b(?:du|dein\w*|dir|dich)\b/i.test(GERMAN[key]))).toEqual([]);
    expect(KEYS.filter((key) => /”|‚/.test(GERMAN[key]))).toEqual([]);
  });
});
