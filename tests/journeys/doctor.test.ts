import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startServer } from '../support/process.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

async function run(...parameters: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [MAIN, ...parameters], { env: { PATH: process.env['PATH'] } });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output: out + err };
}

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
    expect(await run('doktor')).toMatchObject({ code: 1, output: expect.stringContaining('Unknown: doktor') });
  });
});
