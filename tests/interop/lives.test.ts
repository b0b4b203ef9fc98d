import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, signUp, type TestApp } from '../support/app.ts';
import { startMetadataHost, type MetadataHost } from '../support/metadata-host.ts';
import { loadLives } from './support/clients.ts';
import { Life } from './support/life.ts';
import { STEPS } from './support/steps.ts';

const LIVES = await loadLives();

let app: TestApp;
let host: MetadataHost;
let key: CryptoKey;

beforeAll(async () => {
  const documents = LIVES.flatMap(({ identity }) => (identity.kind === 'document' ? [identity.document] : []));
  host = await startMetadataHost([...new Set(documents.map((document) => new URL(document.client_id).host))]);
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' }];
  for (const document of documents) {
    host.serve(document.client_id, document);
    if (typeof document['jwks_uri'] === 'string') host.serve(document['jwks_uri'], { keys });
  }
  app = await createTestApp({ clientMetadata: { network: host.network } });
});
afterAll(async () => {
  vi.useRealTimers();
  await app.close();
  await host.close();
});

// security cases 45, 51
describe.each(LIVES)('the life of $name', (profile) => {
  let life: Life;
  beforeAll(async () => {
    life = new Life(app, await signUp(app), profile, key);
  });

  // The assertions are in the steps. The names are those in the README.
  // oxlint-disable-next-line vitest/expect-expect
  it.each(Object.entries({ ...STEPS, ...profile.besides }))('%s', (_name, step) => step(life));
});

describe('the clients', () => {
  it('have names of their own and say where they are known from', () => {
    expect(new Set(LIVES.map(({ name }) => name)).size).toBe(LIVES.length);
    for (const { sources } of LIVES) expect(sources.join()).toMatch(/[a-z].*[0-9./#]/i);
  });
});
