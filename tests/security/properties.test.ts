import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIdentifiers } from '../../src/authorization-server/identifiers.ts';
import { tolerateAuthorize } from '../../src/authorization-server/interop/authorize.ts';
import { canonicalizeResource } from '../../src/authorization-server/interop/resource.ts';
import { judgeRedirectUri } from '../../src/authorization-server/redirect-policy.ts';
import { SUPPORTED_SCOPES, isScope, parseScopeList } from '../../src/authorization-server/scopes.ts';
import { parseConsentForm } from '../../src/pages/consent-form.ts';
import { MESSAGES } from '../../src/pages/messages.ts';
import { buildBearerChallenge } from '../../src/resource-server/challenge.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { authorizePath, createVerifier, navigation, register } from './support/requests.ts';

const identifiers = buildIdentifiers('https://vitae.example');

/** Pieces that URIs are made of, the legal and the tricky, in any order. */
const uriPieces = fc.constantFrom(
  // Schemes and separators.
  'https://',
  'http://',
  'HTTPS://',
  'javascript:',
  'data:',
  'com.example.app:',
  'cursor://',
  '//',
  '/',
  '\\',
  '@',
  ':',
  ':443',
  ':8080',
  '?',
  '#',
  '%',
  '%2f',
  '%00',
  // Hosts and paths.
  'client.example',
  'CLIENT.example',
  'evil.example',
  'localhost',
  '127.0.0.1',
  '127.1',
  '[::1]',
  '0x7f000001',
  '.',
  '..',
  '/callback',
  '/x/../callback',
  '*',
  // Characters that parsers disagree about.
  '\t',
  '\n',
  ' ',
  '\u0000',
  '\u202e',
  '。',
  'é',
  ';',
  '"',
  '<',
);
const uris = fc.oneof(
  fc.array(uriPieces, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string(),
);

describe('a redirect URI that may be registered', () => {
  it('leads where it seems to lead: no other scheme, host, user, fragment or hidden character', () => {
    fc.assert(
      fc.property(uris, (uri) => {
        if (!judgeRedirectUri(uri).ok) return;
        const url = new URL(uri);
        expect(url.protocol).toMatch(/^(?:https?|cursor|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+):$/);
        expect([url.username, url.password, url.hash]).toEqual(['', '', '']);
        expect(uri).not.toMatch(/[\p{Cc}\p{Cf}\s\\#*]/u);
        expect(url.protocol === 'http:' ? ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) : true).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a redirect', () => {
  let app: TestApp;
  let web: string;
  let native: string;
  beforeAll(async () => {
    app = await createTestApp();
    web = (await register(app, { redirect_uris: ['https://client.example/callback'] })).client_id;
    native = (await register(app, { redirect_uris: ['http://127.0.0.1/callback'], application_type: 'native' })).client_id;
  });
  afterAll(() => app.close());

  // security cases 58, 59
  it('goes to exactly what was registered, or to another port of the same loopback address, or nowhere', async () => {
    const near = fc.constantFrom('https://client.example/callback', 'http://127.0.0.1/callback', 'http://127.0.0.1:5000/callback');
    const mutated = fc.tuple(near, fc.nat(40), uriPieces).map(([uri, at, piece]) => `${uri.slice(0, at)}${piece}${uri.slice(at)}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, mutated, uris), fc.boolean(), async (redirectUri, isWeb) => {
        const path = authorizePath(app, isWeb ? web : native, createVerifier().challenge, { redirect_uri: redirectUri, prompt: 'none' });
        const response = await app.fetch(navigation(app, path));
        expect(response.status).toBeLessThan(500);
        const location = response.headers.get('location');
        if (location === null || location.startsWith(`${app.origin}/`)) return;
        expect(location.split('?')[0]).toMatch(
          isWeb ? /^https:\/\/client\.example\/callback$/ : /^http:\/\/127\.0\.0\.1(?::\d+)?\/callback$/,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('scopes', () => {
  const scopeTexts = fc
    .array(fc.oneof(fc.constantFrom(...SUPPORTED_SCOPES, 'admin', 'resumes:*', '', '"', '\\'), fc.string()), { maxLength: 8 })
    .map((parts) => parts.join(' '));

  it('of a request are never more than it named, but for staying connected, which the person can untick', () => {
    fc.assert(
      fc.property(scopeTexts, (scope) => {
        const parameters: Record<string, unknown> = { scope };
        tolerateAuthorize(parameters, identifiers.resource);
        const named = new Set(parseScopeList(scope));
        const kept = parseScopeList(typeof parameters['scope'] === 'string' ? parameters['scope'] : '');
        expect(kept.filter((each) => !named.has(each) && each !== 'offline_access')).toEqual([]);
        expect(kept.some(isScope) ? kept.filter((each) => !isScope(each)) : []).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  // security case 89
  it('that are allowed on the page were all asked for', () => {
    const fields = fc.array(
      fc.tuple(
        fc.constantFrom('decision', 'scope', 'resumes', 'resume', 'x'),
        fc.oneof(fc.constantFrom('allow', 'all', 'only', ...SUPPORTED_SCOPES), fc.string()),
      ),
    );
    fc.assert(
      fc.property(fields, fc.subarray([...SUPPORTED_SCOPES]), (entries, requested) => {
        const decision = parseConsentForm(new URLSearchParams([['decision', 'allow'], ...entries]), requested, MESSAGES.en);
        const allowed = decision.kind === 'allow' ? decision.scopes : [];
        expect(allowed.filter((scope) => !requested.includes(scope as (typeof requested)[number]))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a resource identifier', () => {
  // security case 71
  it('is taken for ours only when its origin is ours and its path the endpoint’s or the root', () => {
    fc.assert(
      fc.property(fc.oneof(uris, fc.array(uris, { maxLength: 3 })), (requested) => {
        const canonical = canonicalizeResource(requested, identifiers.resource);
        if (canonical === null) return;
        expect(canonical).toBe('https://vitae.example/mcp');
        for (const uri of [requested].flat().filter((each) => each !== '')) {
          expect([new URL(uri).origin, ['/', '/mcp', '/mcp/'].includes(new URL(uri).pathname)]).toEqual(['https://vitae.example', true]);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('is ours in every spelling that means the same', () => {
    const mixedCase = (text: string) =>
      fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((upper) =>
        Array.from(text)
          .map((letter, at) => (upper[at] === true ? letter.toUpperCase() : letter))
          .join(''),
      );
    const spellings = fc.tuple(
      mixedCase('https'),
      mixedCase('vitae.example'),
      fc.constantFrom('', ':443'),
      fc.constantFrom('', '/', '/mcp', '/mcp/'),
    );
    fc.assert(
      fc.property(fc.array(spellings, { minLength: 1, maxLength: 3 }), (given) => {
        const requested = given.map(([scheme, host, port, path]) => `${scheme}://${host}${port}${path}`);
        expect(canonicalizeResource(requested, identifiers.resource)).toBe(identifiers.resource);
      }),
    );
  });
});

describe('a challenge', () => {
  // security cases 169, 170
  it('is one header of quoted parameters, whatever it has to say', () => {
    const PARAMETER = /^(?<name>[a-z_]+)="(?<value>[^"\\\r\n]*)"$/;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.subarray(['resumes:read', 'resumes:write', 'resumes:publish', 'resumes:delete']),
        (description, scopes) => {
          const challenge = buildBearerChallenge(identifiers, { error: 'invalid_token', description, scopes });
          expect(new Headers({ 'www-authenticate': challenge }).get('www-authenticate')).toBe(challenge);
          const parameters = challenge.slice('Bearer '.length).split(/, (?=[a-z_]+=")/);
          const names = parameters.map((parameter: string) => PARAMETER.exec(parameter)?.groups?.['name']);
          expect(names.slice(-2)).toEqual(['resource_metadata', 'scope']);
          expect(names[0]).toBe('error');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
