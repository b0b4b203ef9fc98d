import { is } from 'drizzle-orm';
import { pgTable, PgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import * as authSchema from '../../src/db/schema/auth.ts';
import { createTestDatabase } from '../support/database.ts';
import { createAuthForSchema } from '../support/schema/auth.ts';
import { describeAuthTables, describeDrizzleTables } from '../support/schema/columns.ts';

describe('the tables of the auth library', () => {
  let db: Database;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.close());

  const tables = Object.fromEntries(Object.entries(authSchema).flatMap(([name, value]) => (is(value, PgTable) ? [[name, value]] : [])));

  // When this fails: pnpm schema:generate, then pnpm migrations:generate --name what-changed.
  // proves database:no-drift
  it('are the ones its plugins ask for, column by column', async () => {
    const expected = describeAuthTables((await createAuthForSchema(db)).options);
    expect(expected.length).toBeGreaterThan(100);
    expect(describeDrizzleTables(tables)).toEqual(expected);
  });

  it('would be found to differ by a column, a null or a missing table', () => {
    const other = { ...tables, jwks: pgTable('jwks', { id: text('id').primaryKey(), publicKey: text('public_key') }) };
    const described = describeDrizzleTables(other);
    expect(described).toContain('jwks.publicKey text');
    expect(described).not.toContain('jwks.privateKey text, not null');
    expect(describeDrizzleTables({})).toEqual([]);
  });
});
