import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Writes src/db/schema/auth.ts anew from the auth instance, with the library's own command-line tool (fetched by npx). */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TARGET = join(ROOT, 'src/db/schema/auth.ts');
const HEADER = '// Generated from the plugins of authorization-server/auth.ts by `pnpm schema:generate`; never edited by hand.\n';

/** The tool is written for Node 22 and uses one function that Node 20 does not have. */
const GROUP_BY = `Object.groupBy ??= (items, keyOf) => {
  const groups = Object.create(null);
  let index = 0;
  for (const item of items) (groups[keyOf(item, index++)] ??= []).push(item);
  return groups;
};`;

const folder = mkdtempSync(join(tmpdir(), 'vitae-schema-'));
try {
  const output = join(folder, 'schema.ts');
  const config = 'tests/support/schema/cli-config.ts';
  execFileSync('npx', ['-y', 'auth@1.7.7', 'generate', '--config', config, '--output', output, '-y'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(GROUP_BY)}` },
  });
  writeFileSync(TARGET, HEADER + readFileSync(output, 'utf8'));
  execFileSync('oxfmt', [TARGET], { cwd: ROOT, stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
