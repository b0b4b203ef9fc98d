import { renderToString } from 'preact-render-to-string';
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { SUPPORTED_SCOPES, SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { ENGLISH } from '../../src/pages/messages/english.ts';
import { createMessages, ENGLISH_MESSAGES, listPlaceholders } from '../../src/pages/messages.ts';

describe('texts', () => {
  it('puts values into their places, as text', () => {
    expect(ENGLISH_MESSAGES.text('consent.heading', { client: '<b>{host}</b>' })).toBe('<b>{host}</b> wants to work with your resumes');
  });

  it('puts elements into their places', () => {
    const node = ENGLISH_MESSAGES.rich('consent.redirect', { host: h('strong', null, '<evil>') });
    expect(renderToString(node)).toBe('The answer goes to <strong>&lt;evil></strong>');
  });

  it('says every scope in the words of the consent page', () => {
    for (const scope of SUPPORTED_SCOPES) expect(ENGLISH_MESSAGES.text(`scope.${scope}`)).toBe(SCOPE_DESCRIPTIONS[scope]);
  });

  it('leaves no text empty', () => {
    expect(Object.values(ENGLISH).filter((text) => text.trim() === '')).toEqual([]);
  });

  it('names the places of a text', () => {
    expect(listPlaceholders(ENGLISH['consent.account'])).toEqual(['name', 'email']);
  });

  it('takes another language with the same keys', () => {
    const shouted = createMessages('en-x-loud', { ...ENGLISH, 'signIn.submit': 'SIGN IN' });
    expect([shouted.language, shouted.text('signIn.submit')]).toEqual(['en-x-loud', 'SIGN IN']);
  });
});
