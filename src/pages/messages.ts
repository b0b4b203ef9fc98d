import { h, Fragment, type ComponentChildren, type VNode } from 'preact';
import { isResumeScope } from '../authorization-server/scopes.ts';
import type { Language } from '../language.ts';
import type { Service } from '../service.ts';
import { ENGLISH } from './messages/english.ts';
import { GERMAN } from './messages/german.ts';

/** Names of the `{placeholders}` in a text. */
type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;
type PlaceholderOf<Key extends MessageKey> = Placeholder<(typeof ENGLISH)[Key]>;
type Arguments<Key extends MessageKey, Value> = [PlaceholderOf<Key>] extends [never]
  ? []
  : [values: Readonly<Record<PlaceholderOf<Key>, Value>>];

export type MessageKey = keyof typeof ENGLISH;
/** What is said differently of one and of several: a text for each plural category, as `.one` and `.other`. */
export type PluralKey = MessageKey extends infer Key ? (Key extends `${infer Base}.one` ? Base : never) : never;
/** A whole language: every key, nothing else. */
export type Catalog = Readonly<Record<MessageKey, string>>;

/** The texts of one language. */
export interface Messages {
  /** For `lang` and for dates. */
  readonly language: Language;
  text<Key extends MessageKey>(key: Key, ...values: Arguments<Key, string | number>): string;
  /** Like `text`, with elements in the places. */
  rich<Key extends MessageKey>(key: Key, ...values: Arguments<Key, ComponentChildren>): VNode;
  /** How many, with the separators of the language; not for numbers that are names, such as a version’s. */
  count(value: number): string;
  /** So many of something, its `{count}` as {@link count} writes it, in the form that the language has for that number (CLDR plural rules). */
  plural(key: PluralKey, value: number): string;
  /** What a scope allows, in a sentence or in a few words; null for a scope that nobody has described. */
  scope(scope: string, length: 'sentence' | 'words'): string | null;
  /** Whether resumes are what the server is for; otherwise it is another service, and there is no page of them. */
  readonly isOfResumes: boolean;
}

/** @param service whose words stand in the place of ours, and which has scopes of its own */
export function createMessages(language: Language, ours: Catalog, service?: Pick<Service, 'scopes' | 'words'>): Messages {
  const numbers = new Intl.NumberFormat(language);
  const plurals = new Intl.PluralRules(language);
  const catalog: Catalog & Readonly<Record<string, string>> = { ...ours, ...service?.words };
  const text: Messages['text'] = (key, ...values) =>
    splitAtPlaceholders(catalog[key])
      .map((part) => (part.isPlaceholder ? String(valueOf(values[0], part.text)) : part.text))
      .join('');
  return {
    language,
    isOfResumes: service === undefined,
    scope: (scope, length) =>
      service?.scopes[scope] ?? (service !== undefined && isResumeScope(scope) ? null : (catalog[`${LENGTHS[length]}.${scope}`] ?? null)),
    text,
    rich: (key, ...values) =>
      h(
        Fragment,
        null,
        ...splitAtPlaceholders(catalog[key]).map((part) => (part.isPlaceholder ? valueOf(values[0], part.text) : part.text)),
      ),
    count: (value) => numbers.format(value),
    plural: (key, value) => text(`${key}.${plurals.select(value) === 'one' ? 'one' : 'other'}`, { count: numbers.format(value) }),
  };
}

const LENGTHS = { sentence: 'scope', words: 'access' } as const;

/** Names of the places in a text, for the test that holds languages together. */
export function listPlaceholders(text: string): string[] {
  return splitAtPlaceholders(text)
    .filter((part) => part.isPlaceholder)
    .map((part) => part.text);
}

function splitAtPlaceholders(text: string): { readonly text: string; readonly isPlaceholder: boolean }[] {
  return text.split(/\{(\w+)\}/).map((part, index) => ({ text: part, isPlaceholder: index % 2 === 1 }));
}

function valueOf<Value>(values: Readonly<Record<string, Value>> | undefined, name: string): Value | string {
  return values?.[name] ?? '';
}

const CATALOGS: Readonly<Record<Language, Catalog>> = { en: ENGLISH, de: GERMAN };

export const MESSAGES: Readonly<Record<Language, Messages>> = {
  en: createMessages('en', ENGLISH),
  de: createMessages('de', GERMAN),
};

/** The texts of a language for another service. */
export function createServiceMessages(language: Language, service: Pick<Service, 'scopes' | 'words'>): Messages {
  return createMessages(language, CATALOGS[language], service);
}
