import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SLIM = fileURLToPath(new URL('../../deploy/slim.sh', import.meta.url));

describe('deploy/slim.sh', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vitae-slim-'));
    mkdirSync(join(folder, 'deploy'));
    cpSync(SLIM, join(folder, 'deploy/slim.sh'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (...names: readonly string[]) => {
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), 'x');
    }
  };
  const filesOf = (name: string) =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .toSorted();

  it('takes out types, source maps, archives and test data, and nothing that runs', () => {
    const kept = ['a/index.js', 'a/index.cjs', 'a/index.mjs', 'a/package.json', 'a/LICENSE', 'a/a.wasm', 'a/a.data', 'a/a.node'];
    put(...kept.map((name) => `node_modules/${name}`));
    put(
      ...['a/a.d.ts', 'a/b.d.cts', 'a/c.d.mts', 'a/index.js.map', 'a/dist/fuzzy.tar.gz', 'bintrees/test/x.txt'].map(
        (name) => `node_modules/${name}`,
      ),
    );
    // Only packages: what stands beside them stays.
    put('dist/main.js.map');
    execFileSync('sh', [join(folder, 'deploy/slim.sh')], { cwd: '/' });
    expect(filesOf('node_modules')).toEqual(kept.map((name) => name.slice(2)).toSorted());
    expect(existsSync(join(folder, 'dist/main.js.map'))).toBe(true);
  });

  it.each([
    ['nothing is installed', [], 'run pnpm install --prod first'],
    ['what is installed is developed in', ['node_modules/typescript/package.json', 'node_modules/a/a.d.ts'], 'for development'],
  ] as const)('says so and touches nothing where %s', (_case, files, words) => {
    put(...files);
    const { status, stderr } = spawnSync('sh', [join(folder, 'deploy/slim.sh')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining(words)]);
    for (const name of files) expect(existsSync(join(folder, name))).toBe(true);
  });
});
