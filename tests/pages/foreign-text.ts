import type { Page } from 'playwright-core';
import { LANGUAGES, type Language } from '../../src/language.ts';
import { ENGLISH } from '../../src/pages/messages/english.ts';
import { GERMAN } from '../../src/pages/messages/german.ts';
import type { Catalog } from '../../src/pages/messages.ts';

const CATALOGS: Readonly<Record<Language, Catalog>> = { en: ENGLISH, de: GERMAN };

/**
 * What a person is told on a page that is not in the catalogue of the page's language. Text of unknown origin stands in elements that
 * say so; numbers and punctuation are in no language.
 *
 * @param data what a test has put there as somebody's own words
 */
export async function findForeignText(page: Page, language: Language, data: readonly string[]): Promise<string[]> {
  const texts = await page.evaluate<string[]>(COLLECT_TEXTS);
  const known = listPatterns(CATALOGS[language]);
  const pieces = [...listPieces(CATALOGS[language]), ...data].toSorted((a, b) => b.length - a.length);
  // One text node may hold several texts, and what is put into them.
  const strip = (text: string) => pieces.reduce((rest, piece) => rest.replaceAll(piece, ' '), text.replaceAll(/https?:\S+/g, ' '));
  const foreign = LANGUAGES.filter((other) => other !== language).flatMap((other) => listSentences(CATALOGS[other], CATALOGS[language]));
  return texts.filter(
    (text) =>
      foreign.some((sentence) => text.includes(sentence)) ||
      (/\p{Letter}{2}/u.test(strip(text)) && !known.some((pattern) => pattern.test(text))),
  );
}

/** Whole texts with anything in their places, and what stands between the places: elements are put there too. */
function listPatterns(catalog: Catalog): RegExp[] {
  return Object.values(catalog).flatMap((text) => {
    const parts = text.split(/\{\w+\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    const wholes = /\p{Letter}/u.test(parts.join('')) ? [parts.join('.*')] : [];
    return [...wholes, ...parts.map((part) => part.trim())].map((pattern) => new RegExp(`^${pattern}$`, 's'));
  });
}

/** What stands between places and is long enough to be found within other text. */
function listPieces(catalog: Catalog): string[] {
  return Object.values(catalog)
    .flatMap((text) => text.split(/\{\w+\}/).map((part) => part.trim()))
    .filter((part) => /\p{Letter}{3}/u.test(part));
}

/** What is long enough to be no name that the languages share. */
function listSentences(catalog: Catalog, own: Catalog): string[] {
  const all = Object.values(own).join('\n');
  return listPieces(catalog).filter((part) => /\p{Letter}+ \p{Letter}+/u.test(part) && !all.includes(part));
}

const COLLECT_TEXTS = `(() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest('bdi, code, pre, time, style, script, noscript, textarea, .resume, .codes, .host, [lang]:not(html)')) texts.push(node.data);
  for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder], [data-label]'))
    for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'data-label']) texts.push(element.getAttribute(name) ?? '');
  return [...new Set(texts.map((text) => text.replace(/\\s+/g, ' ').trim()).filter((text) => text !== ''))];
})()`;
