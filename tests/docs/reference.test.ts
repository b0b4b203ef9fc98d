import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REFERENCE_DOCUMENTS } from '../support/reference.ts';

describe('what is generated into docs', () => {
  it.each(REFERENCE_DOCUMENTS.map(({ path, render }) => ({ path, render, name: basename(path) })))(
    '$name is as the code says: pnpm docs:reference',
    ({ path, render }) => {
      expect(readFileSync(path, 'utf8')).toBe(render());
    },
  );
});
