import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadLives } from './support/clients.ts';
import { writeClients } from './support/clients-table.ts';

const README = new URL('../../README.md', import.meta.url);

describe('the table of clients in the README', () => {
  it('says what they were tested with; `pnpm readme:clients` writes it', async () => {
    const readme = readFileSync(README, 'utf8');
    const written = writeClients(readme, await loadLives());
    const isAsked = process.env['WRITE_README'] !== undefined;
    if (isAsked) writeFileSync(README, written);
    expect(isAsked ? written : readme).toBe(written);
  });
});
