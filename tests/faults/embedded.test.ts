import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_DESCRIPTIONS } from '../../src/authorization-server/scopes.ts';
import { createApiKey, signUp } from '../support/app.ts';
import type { Site } from '../support/browser.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect } from '../support/oauth.ts';
import { startServer, type ServerProcess } from '../support/process.ts';
import { waitUntil } from '../support/wait.ts';
import { callTool, listResumeNames, refreshWith } from './support/answers.ts';
import { enter } from './support/ledger.ts';

const KILLS = process.env['FAULTS'] === 'long' ? 40 : 5;
const WRITERS = 3;
/** How many answers each kill waits for: another place in the writing each time. */
const ANSWERS_BEFORE_KILL = 7;

describe('the embedded database of a process that is killed while it writes', () => {
  let folder: string;
  let server: ServerProcess;
  let site: Site;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vitae-killed-'));
    server = await startServer({ DATA_DIR: folder, RATE_LIMITS: 'off', LOG_LEVEL: 'warn' });
    site = createHttpSite(server.url);
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  // proves faults:embedded-killed
  it('holds everything that was acknowledged', async () => {
    const violations: string[] = [];
    const person = await signUp(site);
    const key = await createApiKey(person, { [SCOPE_DESCRIPTIONS['resumes:write']]: true });
    const connected = await connect(site, person);
    let { refreshToken } = connected;
    const acknowledged = new Set<string>();

    for (let kill = 1; kill <= KILLS; kill += 1) {
      let answers = 0;
      const killing = new AbortController();
      const write = async (writer: number) => {
        for (let number = 0; !killing.signal.aborted; number += 1) {
          const name = `Resume ${kill}-${writer}-${number}`;
          const { status } = await callTool(site, { 'x-api-key': key }, 'create_resume', { name });
          if (status === 200) {
            acknowledged.add(name);
            answers += 1;
          }
        }
      };
      const rotate = async () => {
        while (!killing.signal.aborted) {
          const { status, body } = await refreshWith(site, connected.oauth, refreshToken);
          if (status === 200) refreshToken = String(body['refresh_token']);
        }
      };
      const work = [rotate(), ...Array.from({ length: WRITERS }, (_, writer) => write(writer))];
      await waitUntil(() => answers >= ANSWERS_BEFORE_KILL + kill, 60_000);
      await server.kill();
      killing.abort();
      await Promise.all(work);
      server = await startServer(server.settings);

      const names = await listResumeNames(site, key);
      const lost = [...acknowledged].filter((name) => !names.has(name));
      if (lost.length > 0) violations.push(`kill ${kill}: ${lost.length} of ${acknowledged.size} acknowledged resumes are lost`);
      const refreshed = await refreshWith(site, connected.oauth, refreshToken);
      if (refreshed.status !== 200) violations.push(`kill ${kill}: the refresh token is answered ${refreshed.status}`);
      refreshToken = String(refreshed.body['refresh_token']);
    }
    const faults = `SIGKILL while ${WRITERS} write, ${acknowledged.size} acknowledged`;
    enter({ promise: 'the embedded database loses nothing acknowledged', faults, runs: KILLS, violations });
    expect(violations).toEqual([]);
  });
});
