import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../src/authorization-server/identifiers.ts';
import { createLanguageChoice, LANGUAGES, parseLanguage } from '../src/language.ts';

const choice = createLanguageChoice(buildIdentifiers('https://vitae.example'));
const COOKIE = '__Host-vitae.language';

describe('the language of a request', () => {
  it.each([
    [null, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['de-CH-1996, en;q=0.9', 'de'],
    ['en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['en;q=0.3, de;q=0.7', 'de'],
    ['de, en', 'de'],
    ['fr, it;q=0.9, de;q=0.5, en;q=0.4', 'de'],
    ['fr', 'en'],
    ['*', 'en'],
    ['fr, *;q=0.5, de;q=0.1', 'en'],
    ['de;q=0, *', 'en'],
    ['de;q=0', 'en'],
    ['deutsch', 'en'],
    ['de;q=much, ;;,, =', 'en'],
  ])('is read from what the browser prefers: %s', (header, language) => {
    expect(choice.choose(new Headers(header === null ? {} : { 'accept-language': header }))).toBe(language);
  });

  it('is the one the app asks for before the browser’s', () => {
    const headers = new Headers({ 'accept-language': 'en' });
    expect(choice.choose(headers, 'fr-CA de-CH en')).toBe('de');
    expect(choice.choose(headers, 'en de')).toBe('en');
    expect(choice.choose(new Headers({ 'accept-language': 'de' }), 'fr-CA')).toBe('de');
    expect(choice.choose(headers, '')).toBe('en');
  });

  it('is the person’s own choice before everything', () => {
    const cookie = `a=1; ${COOKIE}=de; b=2`;
    expect(choice.choose(new Headers({ cookie, 'accept-language': 'en' }), 'en')).toBe('de');
    expect(choice.choose(new Headers({ cookie: `${COOKIE}=en`, 'accept-language': 'de' }))).toBe('en');
  });

  it.each([`${COOKIE}=fr`, `${COOKIE}=`, `${COOKIE}=de-DE`, `x${COOKIE}=de`, 'vitae.language=de', `${COOKIE}=toString`])(
    'is not read from the cookie %s',
    (cookie) => {
      expect(choice.choose(new Headers({ cookie }))).toBe('en');
    },
  );

  it('is one of ours whatever is sent', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), fc.string(), (header, locales) => {
        expect(LANGUAGES).toContain(choice.choose(new Headers({ 'accept-language': header, cookie: header }), locales));
      }),
    );
  });
});

describe('the cookie', () => {
  it('belongs to this host alone, and no script reads it', () => {
    expect(choice.remember('de')).toBe(`${COOKIE}=de; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax; Secure`);
  });

  it('goes without encryption where the whole server does', () => {
    const local = createLanguageChoice(buildIdentifiers('http://localhost:3000'));
    expect(local.remember('de')).toBe('vitae.language=de; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax');
    expect(local.choose(new Headers({ cookie: 'vitae.language=de' }))).toBe('de');
    expect(local.choose(new Headers({ cookie: 'vitaexlanguage=de' }))).toBe('en');
  });
});

it('is written as in the list', () => {
  expect(['de', 'DE', 'de-DE', '', 'toString'].map(parseLanguage)).toEqual(['de', null, null, null, null]);
});
