import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { createLog } from '../../src/observability/log.ts';
import { createTestDatabase } from '../support/database.ts';

let db: Database;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

function logged(record: Record<string, unknown>): string {
  const lines: string[] = [];
  createLog('info', { write: (line) => void lines.push(line) }).info(record);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('an error in the log', () => {
  it('says what failed and where, and none of the parameters of the query', async () => {
    const failure = await db.orm.execute(sql`select ${'ana@example.org'} from no_such_table`).then(
      () => null,
      (error: unknown) => error,
    );
    const line = logged({ event: 'failed', err: failure });
    expect(line).not.toContain('ana@example.org');
    expect(JSON.parse(line)).toMatchObject({
      err: { message: expect.stringContaining('no_such_table') as string, cause: { errorCode: '42P01' } },
    });
    expect(line).toContain('log.test.ts');
  });

  it('keeps one line for a message with line breaks and a chain of causes, and ends a circular one', () => {
    const circular = new Error('outer\n{"level":"info"}\u001b[31m');
    circular.cause = circular;
    const line = logged({ err: circular });
    expect(line.trim().split('\n')).toHaveLength(1);
    expect(line).not.toContain('\u001b');
  });

  it.each(['a thrown text', 7, null, undefined, { password: 'hunter2' }])('survives %j that is no error', (err) => {
    expect(logged({ event: 'failed', err })).not.toContain('hunter2');
  });
});

describe('a credential in the log', () => {
  it.each(['authorization', 'cookie', 'x-api-key', 'password', 'code', 'client_secret', 'access_token', 'refresh_token'])(
    'is redacted under the name %s',
    (name) => {
      expect(logged({ [name]: 'hunter2', headers: { [name]: 'hunter2' }, request: { headers: { [name]: 'hunter2' } } })).not.toContain(
        'hunter2',
      );
    },
  );
});
