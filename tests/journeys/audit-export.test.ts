import { expect, it } from 'vitest';
import { createApiKey, signUp } from '../support/app.ts';
import { runCommand } from '../support/command.ts';
import { createHttpSite } from '../support/http-site.ts';
import { connect } from '../support/oauth.ts';
import { startServer } from '../support/process.ts';

it('audit export prints what happened, one JSON object a line, and no secret', async () => {
  const server = await startServer();
  const site = createHttpSite(server.url);
  const ada = await signUp(site);
  const { oauth, accessToken, refreshToken } = await connect(site, ada);
  const { refresh_token: next = '' } = await oauth.refresh(refreshToken);
  const secrets = [ada.password, accessToken, refreshToken, next, await createApiKey(ada)];
  await oauth.revoke(next);
  // The embedded database belongs to one process.
  await server.stop();

  const run = (...words: readonly string[]) => runCommand(['audit', 'export', ...words], server.settings);
  const { code, output } = await run();
  expect(code).toBe(0);
  const events = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining([
      'account.created',
      'client.registered',
      'grant.opened',
      'token.issued',
      'token.refreshed',
      'api_key.created',
      'grant.revoked',
    ]),
  );
  expect(events.at(-1)).toMatchObject({ event: 'grant.revoked', grantId: expect.any(String), userId: expect.any(String) });
  for (const secret of secrets) expect(output).not.toContain(secret);

  expect(await run('--until', '2020-01-01')).toEqual({ code: 0, output: '' });
  expect(await run('--since', '2020-01-01T12:00')).toEqual({ code: 2, output: '--since is no time: 2020-01-01T12:00\n' });
  await server.dispose();
});
