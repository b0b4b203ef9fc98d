import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { startServer } from '../support/process.ts';

const run = (...words: readonly string[]) => runCommand(words);

describe('the command doctor', () => {
  it('looks at a started server and finds it healthy', async () => {
    const server = await startServer();
    const { code, output } = await run('doctor', server.url);
    expect(output).toContain('Clients should find their way.');
    expect(code).toBe(0);
    const other = await run('doctor', server.url.replace('localhost', '127.0.0.1'));
    expect(other.output).toContain(`issuer is ${server.url}, not`);
    expect(other.code).toBe(1);
    await server.stop();
    await server.dispose();
  });

  it('refuses what is no address, and no command', async () => {
    expect(await run('doctor', 'vitae')).toMatchObject({ code: 1, output: expect.stringContaining('must be an absolute') });
    expect(await run('doktor')).toMatchObject({ code: 2, output: expect.stringContaining('Unknown: doktor') });
  });
});
