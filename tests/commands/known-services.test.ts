import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_SERVICES, SERVICE_KEYS, type ServiceKey } from '../../src/authorization-server/interop/known-services.ts';
import { CommandError, UsageError } from '../../src/commands/command-error.ts';
import { authorize, connect, redeem, refresh, toTokens } from '../interop/support/connect.ts';
import { loadLives } from '../interop/support/clients.ts';
import { authorizeUrl, createVerifier, type CredentialStyle, type RegisteredClient } from '../interop/support/wire.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createClientCommands } from '../support/client-commands.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';

interface Made {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** How each service asks, as in the life of it that begins with pasted credentials. */
const LIVES: Readonly<Record<ServiceKey, string>> = {
  'm365-copilot': 'Microsoft 365 Copilot with pasted credentials',
  'copilot-studio': 'Copilot Studio',
  n8n: 'n8n with pasted credentials',
  claude: 'claude.ai with pasted credentials',
  'gemini-enterprise': 'Gemini Enterprise',
};
const STUDIO = 'https://global.consent.azure-apim.net/redirect/cr1f2-5fresumes-5f7a1b2c3d4e5f6071';
const SCOPES = 'resumes:read resumes:write resumes:publish resumes:delete offline_access';

let app: TestApp;
let run: Awaited<ReturnType<typeof createClientCommands>>;
let person: Person;
let lives: Awaited<ReturnType<typeof loadLives>>;
beforeAll(async () => {
  app = await createTestApp();
  run = await createClientCommands(app);
  person = await signUp(app);
  lives = await loadLives();
});
afterAll(() => app.close());

const create = async (key: ServiceKey, ...more: readonly string[]): Promise<Made> => {
  const host = key === 'n8n' ? ['--host', 'n8n.example.org'] : [];
  return (await run(['create', KNOWN_SERVICES[key].name, '--for', key, ...host, ...more])).json as Made;
};
const toClient = (key: ServiceKey, made: Made, redirectUri: string): RegisteredClient => {
  return { id: made.clientId, secret: made.clientSecret, method: KNOWN_SERVICES[key].tokenEndpointAuthMethod, redirectUri };
};
const listTools = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return app.fetch(buildMcpRequest(app.mcpUrl, 'legacy', 'tools/list', {}, headers));
};

describe.each(SERVICE_KEYS)('a client that is registered for %s', (key) => {
  // proves operators:services
  it('connects, lists the tools and refreshes as that service does, wherever it answers', async () => {
    const life = lives.find(({ name }) => name === LIVES[key]);
    const made = await create(key);
    if (key === 'copilot-studio') await run(['update', made.clientId, '--add-redirect-uri', STUDIO]);
    const fill = (templates: Readonly<Record<string, string>> = {}) =>
      Object.fromEntries(
        Object.entries(templates).map(([name, text]) => [
          name,
          text.replace('{resource}', app.mcpUrl).replace(/\{scopes\}|\{supported\}/, 'resumes:read resumes:write'),
        ]),
      );
    expect(made.redirectUris.length).toBeGreaterThan(0);
    for (const redirectUri of [...made.redirectUris, ...(key === 'copilot-studio' ? [STUDIO] : [])]) {
      const client = toClient(key, made, redirectUri);
      const style = life?.credentials;
      const callback = await authorize(app, person, client, { parameters: fill(life?.authorize) });
      expect(callback.url.href.startsWith(redirectUri)).toBe(true);
      const tokens = toTokens(await redeem(app, client, callback, { style, parameters: fill(life?.token) }));
      const { result } = await readRpcAnswer(await listTools(tokens.accessToken));
      expect(result?.['tools']).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'list_resumes' })]));
      const renewed = toTokens(await refresh(app, client, tokens.refreshToken, { style, parameters: fill(life?.refresh) }));
      expect((await listTools(renewed.accessToken)).status).toBe(200);
    }
  });

  it.each<CredentialStyle>(['body', 'basic_raw'])('may send its secret either way: %s', async (style) => {
    const made = await create(key);
    const tokens = await connect(app, person, toClient(key, made, made.redirectUris[0] ?? ''), { style });
    expect((await listTools(tokens.accessToken)).status).toBe(200);
  });

  // security cases 60, 109
  it('gets no code without PKCE, and no token without its secret', async () => {
    const made = await create(key);
    const client = toClient(key, made, made.redirectUris[0] ?? '');
    const without = { code_challenge: null, code_challenge_method: null };
    await expect(authorize(app, person, client, { parameters: without })).rejects.toThrow('error=invalid_request');
    const callback = await authorize(app, person, client);
    const wrong = { ...client, secret: 'wrong' };
    expect(await redeem(app, wrong, callback)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await redeem(app, client, callback, { style: 'id_only' })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('is told what goes where, with nothing of it in what is kept', async () => {
    const { clientId, clientSecret, redirectUris, fields } = await create(key);
    expect(Object.values(fields)).toEqual(expect.arrayContaining([clientId, clientSecret]));
    const addresses = Object.values(fields).filter((value) => value.startsWith('http'));
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(new RegExp(`^${app.origin}/(?:mcp|authorize|token)$`));
    // claude.ai asks for what the challenge names.
    expect(fields['Scope'] ?? fields['Scopes']).toBe(key === 'claude' ? undefined : SCOPES);
    const shown = await run(['show', clientId]);
    expect(shown.json).toMatchObject({ registration: 'preregistered', redirectUris });
    expect(JSON.stringify(shown.json)).not.toContain(clientSecret);
  });
});

describe('clients create --for', () => {
  it('asks for what only the person knows, and refuses what the service has no use for', async () => {
    const refused = async (...words: readonly string[]) => {
      await expect(run(['create', 'X', ...words])).rejects.toThrow(UsageError);
      return run(['create', 'X', ...words]).catch((error: Error) => error.message);
    };
    expect(await refused('--for', 'n8n')).toBe('--host is missing: where your own n8n is');
    expect(await refused('--for', 'claude', '--host', 'a.example')).toBe('--host: claude.ai is at an address that is known');
    expect(await refused('--host', 'a.example', '--redirect-uri', 'https://a.example/')).toBe('--host goes with --for');
    expect(await refused('--for', 'zapier')).toContain('--for is one of m365-copilot');
    expect(await refused('--for', 'claude', '--redirect-uri', 'https://a.example/')).toContain('has no other callback address');
    expect(await refused('--for', 'copilot-studio', '--redirect-uri', 'https://a.example/')).toContain('azure-apim.net/redirect/');
    for (const host of ['n8n.example.org?x', 'https://', 'ftp://n8n.example.org', 'n8n example'])
      expect(await refused('--for', 'n8n', '--host', host)).toContain('--host is a host');
    await expect(run(['create', 'X', '--for', 'n8n', '--host', 'http://n8n.example.org'])).rejects.toThrow(CommandError);
  });

  it.each([
    ['n8n.example.org', 'https://n8n.example.org/rest/oauth2-credential/callback'],
    ['https://n8n.example.org:8443/flows/', 'https://n8n.example.org:8443/flows/rest/oauth2-credential/callback'],
    ['http://localhost:5678', 'http://localhost:5678/rest/oauth2-credential/callback'],
  ])('takes the n8n at %s', async (host, redirectUri) => {
    const { json } = await run(['create', 'n8n', '--for', 'n8n', '--host', host]);
    expect(json).toMatchObject({ redirectUris: [redirectUri] });
  });

  it('prints the secret once, the fields, and what is left to do', async () => {
    const { json, lines } = await run(['create', 'Studio', '--for', 'copilot-studio']);
    const { clientId, clientSecret } = json as Made;
    const text = lines.join('\n');
    expect(text.split(clientSecret)).toHaveLength(2);
    expect(text).toContain(`Token URL template  ${app.origin}/token`);
    expect(text).toContain(`clients update ${clientId} --add-redirect-uri URL`);
  });
});

describe('clients update', () => {
  const answersAt = async (made: Made, redirectUri: string) => connect(app, person, toClient('copilot-studio', made, redirectUri));

  const expectRefused = async (made: Made, redirectUri: string) => {
    const url = authorizeUrl(app, toClient('copilot-studio', made, redirectUri), createVerifier().challenge);
    const { status, leavesTo } = await person.browser.open(url);
    expect([status, leavesTo]).toEqual([400, null]);
  };

  it('lets a client answer where it did not, and nowhere else', async () => {
    const made = await create('copilot-studio');
    await expectRefused(made, STUDIO);
    const { json } = await run(['update', made.clientId, '--add-redirect-uri', STUDIO]);
    expect(json).toEqual({ clientId: made.clientId, redirectUris: [...made.redirectUris, STUDIO], endedGrants: 0 });
    expect((await listTools((await answersAt(made, STUDIO)).accessToken)).status).toBe(200);
    await expectRefused(made, `${STUDIO}x`);
  });

  it('ends what was connected by an address that is removed, codes included, and nothing else', async () => {
    const made = await create('copilot-studio', '--redirect-uri', STUDIO);
    const [first = ''] = made.redirectUris;
    const [kept, ended] = [await answersAt(made, STUDIO), await answersAt(made, first)];
    const pending = await authorize(app, person, toClient('copilot-studio', made, first));
    expect((await run(['update', made.clientId, '--remove-redirect-uri', first])).json).toMatchObject({ redirectUris: [STUDIO] });
    await expect.poll(async () => (await listTools(ended.accessToken)).status, { timeout: 5_000 }).toBe(401);
    expect((await listTools(kept.accessToken)).status).toBe(200);
    const client = toClient('copilot-studio', made, first);
    expect(await refresh(app, client, ended.refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await redeem(app, client, pending)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    await expectRefused(made, first);
  });

  it('refuses what no client may have, and clients that say themselves where they answer', async () => {
    const made = await create('claude');
    const update = (...words: readonly string[]) => run(['update', made.clientId, ...words]);
    await expect(update()).rejects.toThrow(UsageError);
    await expect(update('--add-redirect-uri', 'http://elsewhere.example/')).rejects.toThrow(CommandError);
    await expect(update(...made.redirectUris.flatMap((uri) => ['--remove-redirect-uri', uri]))).rejects.toThrow('at least one');
    const many = Array.from({ length: 9 }, (_, number) => ['--add-redirect-uri', `https://a.example/${number}`]);
    await expect(update(...many.flat())).rejects.toThrow('more than 10');
    expect((await run(['show', made.clientId])).json).toMatchObject({ redirectUris: made.redirectUris });

    const metadata = { client_name: 'Own', redirect_uris: ['https://own.example/'], token_endpoint_auth_method: 'none' };
    const registered = await app.fetch(
      new Request(`${app.origin}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      }),
    );
    const { client_id: own } = (await registered.json()) as { readonly client_id: string };
    await expect(run(['update', own, '--add-redirect-uri', STUDIO])).rejects.toThrow('Only a client that the operator registered');
  });
});
