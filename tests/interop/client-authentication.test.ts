import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePresentedClient, toRegisteredMethod } from '../../src/authorization-server/interop/client-authentication.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const formEncode = (text: string) => new URLSearchParams({ text }).toString().slice('text='.length);
const DOCUMENT = 'https://chatgpt.com/oauth/client.json';

describe('client credentials by Basic (RFC 6749 §2.3.1)', () => {
  // proves token:client-authentication
  it.each([
    ['raw, as the TypeScript SDKs send them', basic('id:secret'), 'id', 'secret'],
    ['with a lower-case scheme and two spaces', basic('id:secret').replace('Basic ', 'basic  '), 'id', 'secret'],
    ['percent-encoded, as Python sends them', basic('a%20b%3Ac:p%3Aq%2Br%25'), 'a b:c', 'p:q+r%'],
    ['form-encoded', basic('a+b:p%26q'), 'a b', 'p&q'],
    ['with a colon in a raw secret', basic('id:se:cret'), 'id', 'se:cret'],
    ['with letters of two bytes', basic(`${formEncode('клиент')}:${formEncode('пароль')}`), 'клиент', 'пароль'],
    ['without a secret', basic('id:'), 'id', null],
    ['a metadata document, raw', basic(`${DOCUMENT}:`), DOCUMENT, null],
    ['a metadata document, encoded', basic(`${encodeURIComponent(DOCUMENT)}:`), DOCUMENT, null],
  ])('are read %s', (_how, header, clientId, secret) => {
    expect(parsePresentedClient(header, {})).toEqual({ clientId, secret, isBasic: true });
  });

  it('are none without a header', () => {
    for (const header of [null, '']) expect(parsePresentedClient(header, {})).toEqual({ clientId: null, secret: null, isBasic: false });
  });

  it.each(['Basic', 'Basic ', 'Basic !', basic('nocolon'), basic(':secret'), basic('a%zz:b'), basic('a\0:b')])(
    'are refused as %j',
    (header) => {
      expect(() => parsePresentedClient(header, {})).toThrow(expect.objectContaining({ code: 'invalid_client' }));
    },
  );

  // proves token:client-authentication
  it('survive the change from one method to the other, whatever characters they have', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(text, text, (clientId, secret) => {
        const presented = parsePresentedClient(basic(`${formEncode(clientId)}:${formEncode(secret)}`), {});
        expect(presented).toEqual({ clientId, secret, isBasic: true });
        const asBasic = toRegisteredMethod({ clientId, secret, isBasic: false }, 'client_secret_basic');
        expect(parsePresentedClient(asBasic.authorization, {})).toEqual(presented);
        const asPost = toRegisteredMethod(presented, 'client_secret_post');
        expect(asPost).toEqual({ authorization: null, parameters: { client_id: clientId, client_secret: secret } });
      }),
    );
  });
});
