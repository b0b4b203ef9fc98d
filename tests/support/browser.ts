import type { HTMLElement } from 'node-html-parser';
import { buildSubmission, parseHtml, readableText, type FormInput } from './html-form.ts';

/** Anything that answers requests: the app in process or a server over the network. */
export interface Site {
  readonly origin: string;
  fetch(request: Request): Promise<Response>;
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly document: HTMLElement;
  /** Where the page sends the person on another origin: by redirect or by its refresh. Nobody goes there. */
  readonly leavesTo: URL | null;
  heading(): string;
  text(): string;
  /** Presses the button that reads so, after filling its form. */
  press(button: string, input?: FormInput): Promise<Page>;
  /** Follows the link that reads so. */
  follow(link: string): Promise<Page>;
}

/** A person's browser without JavaScript: one cookie jar, navigations, forms. */
export interface TestBrowser {
  readonly cookies: CookieJar;
  /** @param url absolute, or a path of the site */
  open(url: string | URL): Promise<Page>;
  /** A request of a page's own script: same origin, with the cookies. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

const MAXIMUM_REDIRECTS = 10;

/** @param language what the person reads, as BCP 47 */
export function createBrowser(site: Site, language = 'en'): TestBrowser {
  const cookies = createCookieJar();

  async function send(url: URL, init: RequestInit & { readonly headers: Headers }): Promise<Response> {
    const header = cookies.header();
    if (header !== null) init.headers.set('cookie', header);
    const response = await site.fetch(new Request(url, { ...init, redirect: 'manual' }));
    cookies.store(response.headers);
    return response;
  }

  async function navigate(start: URL, form: URLSearchParams | null): Promise<Page> {
    let url = start;
    let body = form;
    for (let hops = 0; hops <= MAXIMUM_REDIRECTS; hops += 1) {
      const headers = new Headers({
        accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'accept-language': language,
        'sec-fetch-dest': 'document',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-site': body === null ? 'none' : 'same-origin',
        'sec-fetch-user': '?1',
      });
      // The pages say no-referrer, so a browser sends a form's Origin as null (Fetch, "append a request Origin header").
      if (body !== null) headers.set('origin', 'null');
      const response = await send(url, { method: body === null ? 'GET' : 'POST', headers, body });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return toPage(url, response, await response.text());
      const target = new URL(location, url);
      if (target.origin !== site.origin) return toPage(url, response, '', target);
      if (response.status === 307 || response.status === 308) throw new Error(`a redirect that repeats the form: ${response.status}`);
      url = target;
      body = null;
    }
    throw new Error(`more than ${MAXIMUM_REDIRECTS} redirects from ${start.href}`);
  }

  function toPage(url: URL, response: Response, html: string, redirect: URL | null = null): Page {
    const document = parseHtml(html);
    const refresh = refreshTarget(document, url);
    return {
      url,
      status: response.status,
      headers: response.headers,
      html,
      document,
      leavesTo: redirect ?? (refresh !== null && refresh.origin !== site.origin ? refresh : null),
      heading: () => document.querySelectorAll('h1').map(readableText).join(' '),
      text: () => document.querySelectorAll('body').map(readableText).join(' '),
      press: async (button, input = {}) => {
        const { method, action, fields } = buildSubmission(document, button, input);
        const target = new URL(action, url);
        if (method === 'POST') return navigate(target, fields);
        target.search = fields.toString();
        return navigate(target, null);
      },
      follow: async (text) => {
        const links = document.querySelectorAll('a[href]');
        const href = links.find((link) => readableText(link) === text)?.getAttribute('href');
        if (href === undefined) throw new Error(`no link "${text}"; there are: ${links.map(readableText).join(', ') || 'none'}`);
        return navigate(new URL(href, url), null);
      },
    };
  }

  return {
    cookies,
    open: (url) => navigate(new URL(url, site.origin), null),
    fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set('accept-language', language);
      headers.set('origin', site.origin);
      headers.set('sec-fetch-site', 'same-origin');
      headers.set('sec-fetch-mode', 'cors');
      return send(new URL(path, site.origin), { ...init, headers });
    },
  };
}

/** `<meta http-equiv="refresh" content="0;url=…">`, or null. */
function refreshTarget(document: HTMLElement, base: URL): URL | null {
  const content = document.querySelector('meta[http-equiv="refresh"]')?.getAttribute('content');
  const target = /^\s*\d+\s*;\s*url\s*=\s*['"]?(.*?)['"]?\s*$/i.exec(content ?? '')?.[1];
  return target === undefined ? null : new URL(target, base);
}

export interface CookieJar {
  header(): string | null;
  store(headers: Headers): void;
  get(name: string): string | null;
  /** Forgets everything, as closing a private window does. */
  clear(): void;
}

/** One origin's cookies. Names and values and deletion only: nothing here depends on their other attributes. */
function createCookieJar(): CookieJar {
  const values = new Map<string, string>();
  return {
    header: () => (values.size === 0 ? null : [...values].map(([name, value]) => `${name}=${value}`).join('; ')),
    store(headers) {
      for (const cookie of headers.getSetCookie()) {
        const [pair = '', ...attributes] = cookie.split(';');
        const separator = pair.indexOf('=');
        const name = pair.slice(0, separator).trim();
        const isGone = attributes.some((attribute) => {
          const [key = '', value = ''] = attribute.trim().split('=');
          return key.toLowerCase() === 'max-age' ? Number(value) <= 0 : key.toLowerCase() === 'expires' && new Date(value) <= new Date();
        });
        if (isGone) values.delete(name);
        else values.set(name, pair.slice(separator + 1).trim());
      }
    },
    get: (name) => values.get(name) ?? null,
    clear: () => values.clear(),
  };
}
