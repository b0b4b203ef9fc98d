import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FILE_SETTINGS, readSecretFiles } from '../../src/env/secret-files.ts';
import { parseEnv, SETTINGS } from '../../src/env.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitae-secret-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('settings in files', () => {
  it('are read without the line ends behind them, and no other setting changes', async () => {
    const given = {
      AUTH_SECRET_FILE: file('secret', `${'s'.repeat(40)}\r\n`),
      DATABASE_URL_FILE: file('url', 'postgres://vitae@db/vitae\n'),
      METRICS_TOKEN_FILE: '',
      PORT: '4000',
    };
    const read = await readSecretFiles(given);
    expect(read).toEqual({
      ok: true,
      settings: { AUTH_SECRET: 's'.repeat(40), DATABASE_URL: 'postgres://vitae@db/vitae', METRICS_TOKEN_FILE: '', PORT: '4000' },
    });
    expect(read.ok && parseEnv(read.settings)).toMatchObject({ ok: true, env: { databaseUrl: 'postgres://vitae@db/vitae' } });
  });

  // proves process:secret-files
  it('are refused with every problem at once, and without what stands in them', async () => {
    const given = {
      AUTH_SECRET: 'x',
      AUTH_SECRET_FILE: file('both', 'confidential'),
      DATABASE_URL_FILE: join(folder, 'missing'),
      SMTP_URL_FILE: file('empty', '\n'),
      METRICS_TOKEN_FILE: folder,
    };
    const read = await readSecretFiles(given);
    expect(read).toEqual({
      ok: false,
      problems: [
        'AUTH_SECRET and AUTH_SECRET_FILE are both set: leave one away',
        `DATABASE_URL_FILE ${join(folder, 'missing')} can't be read: ENOENT`,
        `SMTP_URL_FILE ${join(folder, 'empty')} is empty`,
        `METRICS_TOKEN_FILE ${folder} can't be read: EISDIR`,
      ],
    });
    expect(JSON.stringify(read)).not.toContain('confidential');
  });

  it('are settings that exist', () => {
    expect(FILE_SETTINGS.filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });

  it.each(['AUTH_SECRT_FILE', 'DATABASE_URL_FILES'])('ask what %s was meant to be', (name) => {
    expect(parseEnv({ [name]: 'x' })).toMatchObject({
      ok: false,
      problems: [expect.stringContaining(`${name} is not a setting: did you mean`)],
    });
  });
});
