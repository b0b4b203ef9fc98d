import type { Language } from '../language.ts';
import { ENGLISH_MAILS } from './english.ts';
import { GERMAN_MAILS } from './german.ts';
import type { MailKind, MailTexts } from './texts.ts';

/** A mail to one person: plain text, so that what it says is what is seen. */
export interface Mail {
  /** What it is about, for the log and for whoever reads that. */
  readonly kind: MailKind;
  readonly language: Language;
  /** One address. Never parsed as a list. */
  readonly to: string;
  readonly subject: string;
  /** Paragraphs, the link among them. */
  readonly text: string;
  /** The address the mail is about, for a reader of the log where there is no SMTP. */
  readonly link: string;
}

export interface MailContent {
  readonly to: string;
  /** The server's own. */
  readonly origin: string;
  /** Where the mail leads. */
  readonly link: string;
  /** When it happened, said in UTC. */
  readonly at: Date;
}

const TEXTS: Readonly<Record<Language, MailTexts>> = { en: ENGLISH_MAILS, de: GERMAN_MAILS };

/**
 * Mails name neither the person nor anything else that somebody could have typed: who signs up with another's address must not
 * be able to write to it.
 */
export function buildMail(kind: MailKind, language: Language, { to, origin, link, at }: MailContent): Mail {
  const { subject, paragraphs } = TEXTS[language][kind];
  const values: Readonly<Record<string, string>> = { origin, link, at: formatMinute(language, at), forgot: `${origin}/forgot-password` };
  const text = paragraphs.map((paragraph) => paragraph.replaceAll(/\{(\w+)\}/g, (_place, name: string) => values[name] ?? ''));
  return { kind, language, to, link, subject, text: `${text.join('\n\n')}\n` };
}

function formatMinute(language: Language, at: Date): string {
  return `${new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;
}
