import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of what drizzle-kit works on, so that it writes nowhere else. */
export interface MigrationWorkspace {
  readonly folder: string;
  /** Runs `drizzle-kit generate`; answers the file names it added to the migrations. */
  generate(): string[];
  remove(): void;
}

export function createMigrationWorkspace(): MigrationWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-migrations-'));
  for (const path of ['drizzle.config.ts', 'package.json', 'tsconfig.json', 'migrations', 'src']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const list = () => readdirSync(join(folder, 'migrations')).filter((name) => name.endsWith('.sql'));
  return {
    folder,
    generate() {
      const before = list();
      execFileSync(process.execPath, ['node_modules/drizzle-kit/bin.cjs', 'generate', '--name', 'drift'], { cwd: folder, stdio: 'pipe' });
      return list().filter((name) => !before.includes(name));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
