import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { betterAuth } from 'better-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readTokens, redemption, refreshing } from '../security/support/codes.ts';
import {
  INTROSPECT,
  REDIRECT_URI,
  REVOKE,
  authorizePath,
  createVerifier,
  form,
  json,
  navigation,
  register,
  registration,
} from '../security/support/requests.ts';
import { openStockLibrary, type StockLibrary } from './support/stock-library.ts';

const ROOT = new URL('../../', import.meta.url);
const FORGED = `${part({ alg: 'ES256', kid: 'nobody' })}.${part({ iss: 'http://localhost:3000', sub: 'x', exp: 4_000_000_000 })}.${'A'.repeat(86)}`;
const LOOPBACK_URI = 'http://127.0.0.1:33418/callback';

/** A defect of the auth library, what closes it here, and whether the library by itself still has it. */
interface Gap {
  readonly defect: string;
  /** Files of ours that can go, in whole or in that part, when the defect has. */
  readonly closedBy: readonly string[];
  readonly isOpen: (stock: StockLibrary) => Promise<boolean>;
}

const GAPS: readonly Gap[] = [
  {
    defect: 'A forged JWT is answered 500 by introspection, revocation and userinfo',
    closedBy: ['src/authorization-server/token-hooks.ts'],
    async isOpen({ site }) {
      const { client_id, client_secret = '' } = await register(site, { token_endpoint_auth_method: 'client_secret_post' });
      const fields = { token: FORGED, client_id, client_secret };
      const answers = await Promise.all([
        site.fetch(form(site, INTROSPECT, fields)),
        site.fetch(form(site, REVOKE, fields)),
        site.fetch(new Request(`${site.origin}/api/auth/oauth2/userinfo`, { headers: { authorization: `Bearer ${FORGED}` } })),
      ]);
      return answers.some(({ status }) => status === 500);
    },
  },
  {
    defect: 'A NUL character is answered 500',
    closedBy: ['src/authorization-server/storable-text.ts'],
    isOpen: async ({ site }) => (await site.fetch(registration(site, { client_name: 'a\0b' }))).status === 500,
  },
  {
    defect: 'Revoking a token that nobody issued is answered 400, where RFC 7009 §2.2 says 200',
    closedBy: ['src/authorization-server/token-hooks.ts'],
    async isOpen({ site }) {
      const { client_id } = await register(site);
      return (await site.fetch(form(site, REVOKE, { token: 'nobody-issued-this', client_id }))).status === 400;
    },
  },
  {
    defect: 'A wrong code_verifier is answered 401 and burns the code, where RFC 7636 §4.6 says 400 invalid_grant',
    closedBy: ['src/authorization-server/authorization-codes.ts'],
    async isOpen(stock) {
      const issued = await stock.issue();
      const wrong = await stock.site.fetch(redemption(stock.site, { ...issued, verifier: createVerifier().verifier }));
      const right = await stock.site.fetch(redemption(stock.site, issued));
      return wrong.status === 401 || right.status !== 200;
    },
  },
  {
    defect: 'Metadata of a registration may be of any size',
    closedBy: ['src/authorization-server/client-metadata-policy.ts'],
    isOpen: async ({ site }) => (await site.fetch(registration(site, { client_name: 'x'.repeat(100_000) }))).status === 201,
  },
  {
    defect: 'A logo_uri with an active scheme is stored as it is',
    closedBy: ['src/authorization-server/client-metadata-policy.ts'],
    isOpen: async ({ site }) => (await site.fetch(registration(site, { logo_uri: 'javascript:alert(1)' }))).status === 201,
  },
  {
    defect: 'A refresh token whose scopes have lost offline_access rotates no more',
    closedBy: ['src/authorization-server/refresh-tokens.ts'],
    async isOpen(library) {
      const { site } = library;
      const { clientId, refresh_token } = await library.connect();
      const narrowed = await readTokens(await site.fetch(refreshing(site, clientId, refresh_token, { scope: 'resumes:read' })));
      const token = narrowed.refresh_token ?? '';
      const next = await readTokens(await site.fetch(refreshing(site, clientId, token)));
      return next.refresh_token === undefined || next.refresh_token === token;
    },
  },
  {
    defect: 'Whoever is signed in may create confidential clients, unless an option says no',
    closedBy: ['src/authorization-server/provider-options.ts', 'src/authorization-server/withdrawn-endpoints.ts'],
    async isOpen() {
      const stock = await openStockLibrary((create) => create, { clientPrivileges: undefined });
      try {
        const { site, cookie } = stock;
        const body = { client_name: 'Own', redirect_uris: ['https://client.example/callback'] };
        const made = await site.fetch(json(site, '/api/auth/oauth2/create-client', body, { cookie, origin: site.origin }));
        return made.ok;
      } finally {
        await stock.close();
      }
    },
  },
  {
    defect: 'A client that registered itself may introspect the tokens of others, unless options say no',
    closedBy: ['src/authorization-server/provider-options.ts'],
    async isOpen() {
      const linked = { enforcePerClientResources: true, clientRegistrationDefaultResources: ['http://localhost:3000/mcp'] };
      const stock = await openStockLibrary((create) => create, linked);
      try {
        const { site } = stock;
        const { access_token } = await stock.connect();
        const { client_id, client_secret = '' } = await register(site, { token_endpoint_auth_method: 'client_secret_post' });
        const answer = await site.fetch(form(site, INTROSPECT, { token: access_token, client_id, client_secret }));
        return answer.ok && ((await answer.json()) as { readonly active?: boolean }).active === true;
      } finally {
        await stock.close();
      }
    },
  },
  {
    defect: 'A request with prompt=login is answered with a code where the session is due to be renewed',
    closedBy: ['src/authorization-server/auth.ts'],
    async isOpen(stock) {
      const { site, cookie } = stock;
      const { client_id } = await register(site, { redirect_uris: [REDIRECT_URI, LOOPBACK_URI], application_type: 'native' });
      await stock.connect(client_id);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 60 * 60_000 });
      try {
        const request = authorizePath(site, client_id, createVerifier().challenge, { prompt: 'login' });
        const answer = await site.fetch(navigation(site, request, { cookie }));
        return /[?&]code=/.test(answer.headers.get('location') ?? '');
      } finally {
        vi.useRealTimers();
      }
    },
  },
  {
    defect: 'The router is built anew for every request',
    closedBy: ['src/authorization-server/auth-plugins.ts'],
    async isOpen() {
      let built = 0;
      const counted = {
        id: 'counted',
        get endpoints() {
          built += 1;
          return {};
        },
      };
      const secret = 'a-secret-for-tests-of-forty-characters-00';
      const auth = betterAuth({ baseURL: 'http://localhost:3000', secret, telemetry: { enabled: false }, plugins: [counted] });
      const ask = () => auth.handler(new Request('http://localhost:3000/api/auth/ok'));
      await ask();
      const before = built;
      await ask();
      return built > before;
    },
  },
];

/** Goes red when an upgrade has mended one: then what stands beside it can go. */
describe('what the auth library leaves open, and we close', () => {
  let stock: StockLibrary;
  beforeAll(async () => {
    stock = await openStockLibrary();
  });
  afterAll(() => stock.close());

  // proves library:gaps
  it.each(GAPS)('$defect', async ({ isOpen }) => {
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    expect(await isOpen(stock)).toBe(true);
    printed.mockRestore();
  });

  it('stands in docs/library-gaps.md, with files that there are', () => {
    const text = readFileSync(new URL('docs/library-gaps.md', ROOT), 'utf8');
    const rows = GAPS.map(({ defect, closedBy }) => `| ${defect} | ${closedBy.map((file) => `[${file}](../${file})`).join(', ')} |`);
    expect(text.split('\n').filter((line) => line.includes('](../src/'))).toEqual(rows);
    for (const file of GAPS.flatMap(({ closedBy }) => closedBy))
      expect([file, existsSync(fileURLToPath(new URL(file, ROOT)))]).toEqual([file, true]);
  });
});

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
