import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/language.ts';
import { ENGLISH_MAILS } from '../../src/mail/english.ts';
import { GERMAN_MAILS } from '../../src/mail/german.ts';
import { buildMail } from '../../src/mail/mail.ts';
import type { MailKind } from '../../src/mail/texts.ts';

const KINDS = Object.keys(ENGLISH_MAILS) as MailKind[];
const CONTENT = {
  to: 'ada@example.org',
  origin: 'https://vitae.example',
  link: 'https://vitae.example/somewhere?token=abc',
  at: new Date('2026-11-28T10:47:26Z'),
};

describe('a mail', () => {
  it('says when, and what to do', () => {
    const english = buildMail('password_changed', 'en', CONTENT);
    expect(english.text).toMatch(/was changed on Nov 28, 2026, 10:47\sAM UTC\. /);
    expect(english.text).toContain(`\n\n${CONTENT.link}\n`);
    const german = buildMail('password_changed', 'de', CONTENT);
    expect(german.subject).toBe('Ihr Passwort wurde geändert');
    expect(german.text).toContain('wurde am 28.11.2026, 10:47 UTC geändert. ');
  });

  it.each(LANGUAGES.flatMap((language) => KINDS.map((kind) => ({ kind, language }))))(
    'about $kind in $language has its link on a line of its own, says where it is from, and leaves no place open',
    ({ kind, language }) => {
      const { text, subject, to, link } = buildMail(kind, language, CONTENT);
      expect([to, link]).toEqual([CONTENT.to, CONTENT.link]);
      expect(text.split('\n').filter((line) => line === CONTENT.link)).toHaveLength(1);
      expect(text).toContain(CONTENT.origin);
      expect(`${subject}${text}`).not.toMatch(/[{}]|undefined/);
    },
  );

  // proves pages:languages
  it('is written in German with the same places as in English, and with nothing left in English', () => {
    const placesOf = (texts: typeof ENGLISH_MAILS, kind: MailKind) => texts[kind].paragraphs.join(' ').match(/\{\w+\}/g);
    for (const kind of KINDS) {
      expect([kind, placesOf(GERMAN_MAILS, kind)]).toEqual([kind, placesOf(ENGLISH_MAILS, kind)]);
      expect(GERMAN_MAILS[kind].subject).not.toBe(ENGLISH_MAILS[kind].subject);
      const english = new Set(ENGLISH_MAILS[kind].paragraphs.filter((paragraph) => paragraph !== '{link}'));
      expect(GERMAN_MAILS[kind].paragraphs.filter((paragraph) => paragraph.trim() === '' || english.has(paragraph))).toEqual([]);
    }
  });
});
