import { describe, expect, it } from 'vitest';
import { parseGiven, type Action } from '../../src/commands/command.ts';
import { UsageError } from '../../src/commands/command-error.ts';

const ACTION: Action = {
  name: 'revoke',
  operands: ['ID'],
  options: { reason: { value: 'TEXT', help: '' }, force: { help: '' } },
  help: '',
  run: async () => ({ json: null, lines: [] }),
};

describe('the words behind an action', () => {
  it.each([
    [['abc']],
    [['abc', '--json', '--reason', 'r', '--force']],
    [['--reason=r', '--force', 'abc']],
    [['--force', '--reason', 'r', '--', 'abc']],
  ])('name its operand and options: %j', (words) => {
    const given = parseGiven(ACTION, words);
    expect(given.operand('ID')).toBe('abc');
    expect(given.text('reason')).toBe(words.length > 1 ? 'r' : null);
    expect(given.has('force')).toBe(words.length > 1);
    expect(given.isJson).toBe(words.includes('--json'));
  });

  it.each([[['-N6UommRp']], [['-N6UommRp', '--json']], [['--reason', 'r', '-N6UommRp']], [['--', '-N6UommRp']]])(
    'may hold an id that begins with a hyphen: %j',
    (words) => {
      expect(parseGiven(ACTION, words).operand('ID')).toBe('-N6UommRp');
    },
  );

  it.each([
    [[], 'ID is missing'],
    [['abc', 'def'], 'Too much: def'],
    [['abc', '-j'], 'Too much: -j'],
    [['abc', '--unknown'], "Unknown option '--unknown'"],
    [['abc', '--reason'], "Option '--reason <value>' argument missing"],
    [['abc', '--reason', '-x'], "Option '--reason' argument is ambiguous"],
  ])('are not understood: %j', (words, message) => {
    expect(() => parseGiven(ACTION, words)).toThrow(UsageError);
    expect(() => parseGiven(ACTION, words)).toThrow(message);
  });
});
