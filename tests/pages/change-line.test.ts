import fc from 'fast-check';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { ChangeLine } from '../../src/pages/components/change-line.tsx';
import { MESSAGES, type Messages } from '../../src/pages/messages.ts';
import { renderChangeLines } from '../../src/resumes/change-lines.ts';
import { diffJson } from '../../src/resumes/diff.ts';
import type { JsonValue } from '../../src/resumes/json.ts';
import { parseHtml } from '../support/html-form.ts';

const say = (messages: Messages, line: string) => parseHtml(renderToString(h(ChangeLine, { messages, line }))).textContent;

describe('a line of a comparison', () => {
  it('is said in the language of the page', () => {
    const before = { basics: { label: 'Analyst' }, work: [{ name: 'Engine' }] };
    const after = { basics: { label: 'Programmer' }, skills: ['Notes'] };
    const lines = renderChangeLines(before, diffJson(before, after));
    expect(lines.map((line) => say(MESSAGES.de, line))).toEqual(
      expect.arrayContaining([
        'Geändert: basics label: "Analyst" → "Programmer"',
        expect.stringMatching(/^Entfernt: work/),
        expect.stringMatching(/^Neu: skills/),
      ]),
    );
    expect(say(MESSAGES.de, 'Changed the document: 1 → 2')).toBe('Geändert: das ganze Dokument: 1 → 2');
    expect(say(MESSAGES.de, '… and 12 more')).toBe('… und 12 weitere');
  });

  it('is in English what the API says, and in German the same without its words, whatever changes', () => {
    const document = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(document, document, (before, after) => {
        for (const line of renderChangeLines(before, diffJson(before, after))) {
          expect(say(MESSAGES.en, line)).toBe(line);
          expect(say(MESSAGES.de, line)).toMatch(/^(?:Neu|Entfernt|Geändert): |^… und \d+ weitere$/);
        }
      }),
    );
  });

  it('is shown as it is when it is none that we make', () => {
    expect(say(MESSAGES.de, 'Somebody did something')).toBe('Somebody did something');
  });
});
