import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { MIGRATIONS_FOLDER } from '../../src/db/migrations-folder.ts';
import { dumpMigratedPglite } from '../../src/db/pglite.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { createPostgresDatabase, dropPostgresDatabases, withDatabase } from './postgres-databases.ts';

/** How a test file gets its database without migrating one: see database.ts. */
export type DatabaseSource =
  | { readonly kind: 'pglite'; readonly dumpFile: string }
  | { readonly kind: 'postgres'; readonly serverUrl: string; readonly template: string; readonly prefix: string };

declare module 'vitest' {
  export interface ProvidedContext {
    databaseSource: DatabaseSource;
  }
}

/** Migrates once for the whole run. TEST_DATABASE_URL (any database of a server on which we may create more) picks PostgreSQL. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  if (serverUrl === undefined || serverUrl === '') {
    project.provide('databaseSource', { kind: 'pglite', dumpFile: await requireDumpFile() });
    return async () => undefined;
  }
  const prefix = `vitae_test_${Date.now().toString(36)}_${process.pid}`;
  const template = `${prefix}_template`;
  await createPostgresDatabase(serverUrl, template);
  await (await openPostgres(withDatabase(serverUrl, template))).close();
  project.provide('databaseSource', { kind: 'postgres', serverUrl, template, prefix });
  return () => dropPostgresDatabases(serverUrl, prefix);
}

/** The dump depends on nothing but these files, so that projects and runs share it; a rename makes it appear whole. */
async function requireDumpFile(): Promise<string> {
  const hash = createHash('sha256');
  const migrations = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.sql'));
  for (const name of migrations.toSorted()) hash.update(name).update(readFileSync(join(MIGRATIONS_FOLDER, name)));
  hash.update(readFileSync(new URL('../../src/db/pglite.ts', import.meta.url)));
  hash.update(readFileSync(new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url)));
  const folder = join(tmpdir(), `vitae-tests-${userInfo().uid}`);
  const file = join(folder, `migrated-${hash.digest('hex').slice(0, 16)}.tar`);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, new Uint8Array(await (await dumpMigratedPglite()).arrayBuffer()));
    await rename(unfinished, file);
  }
  return file;
}
