import Negotiator from 'negotiator';

/** The languages of pages and mails, as BCP 47 tags; the first is for whoever asks for none of them. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Finds out which language a request is to be answered in, and remembers what a person has chosen. */
export interface LanguageChoice {
  /**
   * What the person chose in this browser, else what the app asks for that sent them, else what the browser prefers
   * (`Accept-Language`, RFC 9110 §12.5.4), else English. The person comes first, because a page of an authorization request could
   * not be read in another language than the app's otherwise.
   *
   * @param uiLocales the `ui_locales` of an authorization request (OpenID Connect Core §3.1.2.1), if there is one
   */
  choose(headers: Headers, uiLocales?: string | null): Language;
  /** @returns the cookie to set */
  remember(language: Language): string;
}

const SECONDS = 365 * 24 * 60 * 60;

/** Where a cookie is for: scheme and host, the path the server stands below (`''` for none), and what our cookies' names begin with. */
interface CookieSite {
  readonly origin: string;
  readonly base: string;
  readonly cookiePrefix: string;
}

export function createLanguageChoice({ origin, base, cookiePrefix }: CookieSite): LanguageChoice {
  const isHttps = origin.startsWith('https://');
  const name = `${cookiePrefix}.language`;
  const cookie = new RegExp(`(?:^|;\\s*)${name.replace('.', '\\.')}=(\\w+)\\s*(?:;|$)`);
  return {
    choose(headers, uiLocales = null) {
      const [, chosen = ''] = cookie.exec(headers.get('cookie') ?? '') ?? [];
      const accepted = headers.get('accept-language') ?? '';
      return (
        parseLanguage(chosen) ??
        findLanguage(uiLocales?.split(' ') ?? []) ??
        findLanguage(new Negotiator({ headers: { 'accept-language': accepted } }).languages()) ??
        LANGUAGES[0]
      );
    },
    remember: (language) =>
      `${name}=${language}; Max-Age=${SECONDS}; Path=${base || '/'}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`,
  };
}

/** @returns null for what is none of {@link LANGUAGES}, exactly as written there */
export function parseLanguage(tag: string): Language | null {
  return LANGUAGES.find((language) => language === tag) ?? null;
}

/** Lookup (RFC 4647 §3.4): `de-CH` finds `de`, and `*` the language for whoever asks for none. @param tags the dearest first */
function findLanguage(tags: readonly string[]): Language | null {
  for (const tag of tags) {
    const found = tag === '*' ? LANGUAGES[0] : parseLanguage(tag.split('-')[0]?.toLowerCase() ?? '');
    if (found !== null) return found;
  }
  return null;
}
