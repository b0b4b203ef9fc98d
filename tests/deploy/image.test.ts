import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp } from '../support/app.ts';
import { createBrowser, type Site } from '../support/browser.ts';
import { testDatabaseKind } from '../support/database.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHttpSite } from '../support/http-site.ts';
import { CAN_CONTAIN, inRoot, runContained } from './support/container.ts';
import { buildStages, parseDockerfile, readImageConfig } from './support/dockerfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MEGABYTE = 1_000_000;

/** Bytes of the files in a folder, each once however often it is linked. */
function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => statSync(join(entry.parentPath, entry.name)));
  return [...new Map(files.map(({ ino, size }) => [ino, size])).values()].reduce((sum, size) => sum + size, 0);
}

// No Docker here: its file is carried out on this machine, with this machine's Node and Debian, and what it makes runs in a mount namespace.
describe.skipIf(!CAN_CONTAIN || testDatabaseKind() === 'postgres')('what deploy/Dockerfile makes (once, on Linux, as root)', () => {
  const dockerfile = parseDockerfile(`${ROOT}deploy/Dockerfile`);
  const image = readImageConfig(dockerfile);
  const folder = mkdtempSync(join(tmpdir(), 'vitae-image-'));
  let root = '';
  let leftOut: readonly string[] = [];
  let port = 0;
  let container: ReturnType<typeof runContained>;
  let site: Site;

  beforeAll(async () => {
    ({ root, leftOut } = buildStages(dockerfile, ROOT, folder));
    port = await findFreePort();
    const secrets = join(root, 'run/secrets');
    mkdirSync(secrets, { recursive: true });
    writeFileSync(join(secrets, 'auth-secret'), 'a-secret-for-tests-of-forty-characters-00\n');
    const settings = { PORT: String(port), APP_URL: `http://localhost:${port}`, AUTH_SECRET_FILE: '/run/secrets/auth-secret' };
    container = runContained(root, image, settings);
    await container.ready;
    site = createHttpSite(`http://localhost:${port}`, () => `http://127.0.0.1:${port}`);
  }, 180_000);
  afterAll(() => {
    container.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  it('leaves nothing of the Dockerfile out but what is about the machine', () => {
    expect(leftOut.map((command) => command.split(' ')[0])).toEqual(['apt-get', 'install']);
  });

  // proves deployment:image
  it('has what the server needs and nothing of its development, in less than 110 MB', () => {
    const modules = readdirSync(inRoot(root, image, 'node_modules'));
    const { dependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    expect(modules).toEqual(expect.arrayContaining(Object.keys(dependencies ?? {}).filter((name) => !name.startsWith('@'))));
    expect(Object.keys(devDependencies ?? {}).filter((name) => modules.includes(name))).toEqual([]);
    expect(readdirSync(inRoot(root, image, '.')).toSorted()).toEqual(['LICENSE', 'dist', 'migrations', 'node_modules', 'package.json']);
    expect(sizeOf(inRoot(root, image, '.'))).toBeLessThan(110 * MEGABYTE);
  });

  it('is healthy by its own health check, and is not when it is another port', async () => {
    expect(await container.exec(image.healthCheck)).toEqual({ code: 0, text: '' });
    const elsewhere = ['env', `PORT=${await findFreePort()}`, ...image.healthCheck];
    expect(await container.exec(elsewhere)).toMatchObject({ code: 1 });
  });

  it('runs as nobody special in a tree that it can not write to', async () => {
    expect(await container.exec(['id', '-u'])).toEqual({ code: 0, text: '1000\n' });
    for (const place of ['/vitae/x', '/vitae/dist/x', '/usr/x', '/x'])
      expect([place, (await container.exec(['touch', place])).text]).toEqual([place, expect.stringContaining('Read-only file system')]);
    const status = container.status();
    expect(['Uid', 'Gid', 'CapEff', 'CapBnd', 'NoNewPrivs'].map((name) => status.get(name))).toEqual([
      '1000',
      '1000',
      '0000000000000000',
      '0000000000000000',
      '1',
    ]);
  });

  it('serves a person, up to the PDF of a resume', async () => {
    const { browser } = await signUp(site);
    const page = await (await browser.open('/resumes')).press('Create an example resume');
    const path = new URL(page.url).pathname;
    const pdf = await browser.fetch(`${path}/pdf`);
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect((await createBrowser(site).open('/')).status).toBe(200);
  });

  it('answers to the commands of the documentation', async () => {
    expect((await container.exec([...image.command, 'doctor'])).text).toContain('Clients should find their way.');
  });

  it('ends when it is told to, with 0', async () => {
    expect(await container.stop()).toBe(0);
    expect(container.output()).toContain('server.stopped');
  });
});
