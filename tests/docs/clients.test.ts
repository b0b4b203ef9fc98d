import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_SERVICES, SERVICE_KEYS } from '../../src/authorization-server/interop/known-services.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClientCommands, toWords } from '../support/client-commands.ts';
import { tableRows } from '../support/readme.ts';

const OPERATORS = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8');
const PROGRAM = 'node dist/main.js clients ';
const COMMANDS = OPERATORS.split('\n')
  .filter((line) => line.startsWith(PROGRAM))
  .map((line) => line.slice(PROGRAM.length));

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ settings: { APP_URL: 'https://vitae.example', RATE_LIMITS: 'on' } });
});
afterAll(() => app.close());

describe('the commands for clients in docs/operators.md', () => {
  it('do what is written, in their order', async () => {
    const run = await createClientCommands(app);
    expect(COMMANDS.filter((command) => command.startsWith('create')).length).toBeGreaterThan(5);
    expect(COMMANDS.filter((command) => command.startsWith('update'))).toHaveLength(2);
    let clientId = '';
    for (const command of COMMANDS.toSorted((a, b) => Number(a.startsWith('disable')) - Number(b.startsWith('disable')))) {
      if (command.startsWith('update')) clientId = await studioOf(run);
      const { json } = await run(toWords(command.replace('CLIENT_ID', clientId)));
      expect(json).toHaveProperty('clientId');
      clientId = (json as { readonly clientId: string }).clientId;
    }
  });

  it('know a service each, as the table beside them does', () => {
    expect(SERVICE_KEYS.filter((key) => !COMMANDS.some((command) => command.includes(`--for ${key}`)))).toEqual([]);
    const rows = tableRows(OPERATORS, '`--for`').map(([key, where, secret]) => [key, where, secret]);
    const ways = { client_secret_post: 'in the body', client_secret_basic: 'by Basic' };
    expect(rows).toEqual(
      SERVICE_KEYS.map((key) => {
        const { where, tokenEndpointAuthMethod: method } = KNOWN_SERVICES[key];
        return [`\`${key}\``, where, method === 'client_secret_basic' || method === 'client_secret_post' ? ways[method] : method];
      }),
    );
  });
});

async function studioOf(run: Awaited<ReturnType<typeof createClientCommands>>): Promise<string> {
  const clients = (await run(['list'])).json as readonly { readonly clientId: string; readonly name: string }[];
  return clients.find(({ name }) => name === 'Copilot Studio')?.clientId ?? '';
}
