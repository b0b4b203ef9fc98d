import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS_FOLDER } from '../src/db/migrations-folder.ts';
import { createMigrationWorkspace, type MigrationWorkspace } from './support/migrations.ts';

/**
 * SHA-256 of every migration, the first 16 digits. A file that was merged has run on somebody's database: change the schema with
 * a new file, and add it here.
 */
const MERGED: Readonly<Record<string, string>> = {
  '0000_initial.sql': '90a9e267984651f2',
  '0001_api-key-use.sql': '3dc507669abedbbe',
  '0002_api-key-rates.sql': '8883312b445983d9',
  '0003_revocation-notice.sql': '898d4b1b979e32d2',
  '0004_one-answer-a-request.sql': '9836994ba463695a',
  '0005_resume-versions.sql': 'cb7a40d7f31c99c1',
  '0006_publishing.sql': 'd6bee2b6533bb942',
  '0007_suggestions.sql': '6db2ed4a5fdbfbc9',
  '0008_audit-append-only.sql': 'f16869453f09dcfe',
  '0009_known-registrations.sql': 'a22c6ae05e420a09',
  '0010_rate-limits.sql': '52071f76d987b7ed',
  '0011_row-ends.sql': '20620442c04c9e70',
  '0012_connection-changes.sql': '8cc8477a05b831b3',
  '0013_requested-scopes.sql': '50011f1a7866dc5e',
  '0014_two-factor.sql': 'bdebfe5de3a26808',
  '0015_passkeys.sql': '96edfbe799a29c11',
  '0016_user-bans.sql': 'df727b99018e54f2',
  '0017_signing-keys.sql': 'b0667d0ec28f9087',
  '0018_resume-reads.sql': '7ea2410b0883f719',
};

/** What the release before could not live with while both serve one database: docs/upgrading.md promises that it can. */
const NOT_ADDITIVE =
  /\bdrop (?:table|column|type|schema)\b|\brename\b|\bset not null\b|\bset data type\b|\badd column (?!.*\bdefault\b).*\bnot null\b/i;

describe('the migrations', () => {
  // proves database:only-adds
  it('only add, so that the release before works beside this one', () => {
    const breaking = Object.keys(MERGED)
      .slice(1)
      .flatMap((name) =>
        readFileSync(join(MIGRATIONS_FOLDER, name), 'utf8')
          .split('\n')
          .filter((line) => NOT_ADDITIVE.test(line)),
      );
    expect(breaking).toEqual([]);
    const refused = ['ALTER TABLE "a" DROP COLUMN "b";', 'ALTER TABLE "a" ADD COLUMN "b" text NOT NULL;', 'ALTER TABLE "a" RENAME TO "b";'];
    expect(refused.every((line) => NOT_ADDITIVE.test(line))).toBe(true);
    expect(NOT_ADDITIVE.test(`ALTER TABLE "a" ADD COLUMN "b" text DEFAULT 'x' NOT NULL;`)).toBe(false);
  });

  // proves database:no-drift
  it('never change once they are merged, and all are listed', () => {
    const files = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.sql'));
    const found = files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(MIGRATIONS_FOLDER, name)))
        .digest('hex')
        .slice(0, 16),
    ]);
    expect(Object.fromEntries(found)).toEqual(MERGED);
  });

  describe('compared with the schema', () => {
    let workspace: MigrationWorkspace;
    beforeEach(() => {
      workspace = createMigrationWorkspace();
    });
    afterEach(() => workspace.remove());

    // When this fails: pnpm migrations:generate --name what-changed.
    // proves database:no-drift
    it('leave nothing to migrate', () => {
      expect(workspace.generate()).toEqual([]);
    });

    it('would be found wanting for one more table', () => {
      const table = `export const extra = pgTable('extra', { id: bigserial('id', { mode: 'number' }).primaryKey() });\n`;
      appendFileSync(join(workspace.folder, 'src/db/schema/audit.ts'), table);
      expect(workspace.generate()).toEqual([expect.stringMatching(/^\d{4}_drift\.sql$/)]);
    });
  });
});
