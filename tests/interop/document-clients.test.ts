import { randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { DOCUMENT_CLIENTS, type DocumentClient } from './data/document-clients.ts';
import { authorize, redeem, refresh, toTokens } from './support/connect.ts';
import { PATHS, postForm, send, type Parameters, type RegisteredClient } from './support/wire.ts';

let host: MetadataHost;
let app: TestApp;
let ada: Person;
let key: CryptoKey;
beforeAll(async () => {
  host = await startMetadataHost(['claude.ai', 'chatgpt.com', 'vscode.dev', 'zed.dev', 'goose-docs.ai']);
  for (const { document } of DOCUMENT_CLIENTS) host.serve(document.client_id, document);
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  host.serve('https://chatgpt.com/oauth/jwks.json', { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' }] });
  app = await createTestApp({ clientMetadata: { network: host.network } });
  ada = await signUp(app);
});
afterAll(async () => {
  await app.close();
  await host.close();
});

const fill = (parameters: Readonly<Record<string, string>>): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value.replace('{origin}', app.origin)]));

/** RFC 7523 §2.2; a fresh one for each request. @param audience the endpoint it goes to, or the issuer */
async function authentication(
  { authentication: method, document }: DocumentClient,
  audience = `${app.origin}${PATHS.token}`,
): Promise<Parameters> {
  if (method === 'none') return {};
  const id = document.client_id;
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key);
  return { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion };
}

describe.each(DOCUMENT_CLIENTS)('$name', (known) => {
  const client: RegisteredClient = { id: known.document.client_id, secret: null, method: 'none', redirectUri: known.redirectUri };
  const callMcp = (method: string, accessToken: string | null) =>
    send(
      app,
      new Request(app.mcpUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': known.protocolVersion,
          ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} }),
      }),
    );
  const exchange = async () => {
    const callback = await authorize(app, ada, client, { parameters: fill(known.authorize) });
    expect(callback.url.searchParams.get('iss')).toBe(app.origin);
    return toTokens(await redeem(app, client, callback, { parameters: { ...fill(known.token), ...(await authentication(known)) } }));
  };

  // security case 51
  it('finds its way from the first 401', async () => {
    const { status, headers } = await callMcp('tools/list', null);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain(`resource_metadata="${app.origin}/.well-known/oauth-protected-resource/mcp"`);
    const answers = await Promise.all(known.probes.map((path) => send(app, new Request(new URL(path, app.origin)))));
    expect(answers.map((answer) => answer.status)).toEqual(known.probes.map(() => 200));
    const server = answers.find(({ body }) => 'issuer' in body)?.body;
    expect(server).toMatchObject({
      issuer: app.origin,
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['none', known.authentication]),
    });
  });

  // security case 45
  it('connects, works, refreshes, is disconnected and comes back', async () => {
    const tokens = await exchange();
    expect([decodeJwt(tokens.accessToken).aud].flat()).toContain(app.mcpUrl);
    expect(decodeJwt(tokens.accessToken)['client_id']).toBe(known.document.client_id);
    expect((await callMcp('tools/list', tokens.accessToken)).status).toBe(200);
    expect((await callMcp('tools/list', `${tokens.accessToken}x`)).status).toBe(401);

    const parameters = { ...fill(known.refresh), ...(await authentication(known)) };
    const refreshed = toTokens(await refresh(app, client, tokens.refreshToken, { parameters }));
    expect(refreshed.refreshToken).not.toBe(tokens.refreshToken);
    expect((await callMcp('tools/list', refreshed.accessToken)).status).toBe(200);

    const revoked = await postForm(app, PATHS.revoke, {
      token: refreshed.refreshToken,
      client_id: client.id,
      ...(await authentication(known, app.origin)),
    });
    expect(revoked.status).toBe(200);
    expect((await callMcp('tools/list', refreshed.accessToken)).status).toBe(401);
    const dead = await refresh(app, client, refreshed.refreshToken, {
      parameters: { ...fill(known.refresh), ...(await authentication(known)) },
    });
    expect([dead.status, dead.body['error']]).toEqual([400, 'invalid_grant']);

    expect((await callMcp('tools/list', (await exchange()).accessToken)).status).toBe(200);
  });

  it('is shown to the person by name, document and where the answer goes', async () => {
    const url = new URL(PATHS.authorize, app.origin);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: client.redirectUri,
      state: 's',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      prompt: 'consent',
    }).toString();
    const page = await ada.browser.open(url);
    expect(page.heading()).toContain(String(known.document['client_name']));
    expect(page.text()).toContain(new URL(client.id).host);
    expect(page.text()).toContain(new URL(client.redirectUri).host);
    expect(page.html).not.toContain('openai-logo');
  });
});
