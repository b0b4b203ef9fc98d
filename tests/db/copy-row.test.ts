import { describe, expect, it } from 'vitest';
import { copyRow } from '../../src/db/copy-row.ts';

describe('a copy of a row', () => {
  const row = () => ({
    id: 'a',
    at: new Date(0),
    none: null,
    scopes: ['x', 'y'],
    metadata: JSON.parse('{"a":[1,{"b":true}],"__proto__":{"c":1}}') as Record<string, unknown>,
  });

  it('is the same, dates and the names of JSON included', () => {
    const original = row();
    expect(copyRow(original)).toEqual(row());
    expect(copyRow(original).at).toBeInstanceOf(Date);
    expect(Object.keys(copyRow(original).metadata)).toEqual(['a', '__proto__']);
    expect(copyRow([original, null])).toEqual([row(), null]);
  });

  it('shares nothing that can be changed', () => {
    const original = row();
    const copy = copyRow(original);
    copy.at.setTime(1);
    copy.scopes.push('z');
    (copy.metadata['a'] as unknown[]).push(2);
    expect(original).toEqual(row());
  });
});
