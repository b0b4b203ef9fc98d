import { isLoopbackHostname } from './loopback.ts';

type AppUrlResult = { readonly ok: true; readonly appUrl: string } | { readonly ok: false; readonly problem: string };

/**
 * What our own paths begin with. A public path that begins with one of them could not be told from our own behind a proxy that takes
 * it away: is `/api/v1` of `https://host/api` the page `v1`, or the interface?
 */
export const OWN_PATHS: readonly string[] = [
  '.well-known',
  'account',
  'activity',
  'api',
  'api-keys',
  'assets',
  'auth',
  'authorize',
  'connect',
  'connections',
  'consent',
  'download',
  'error',
  'forgot-password',
  'health',
  'language',
  'mcp',
  'metrics',
  'r',
  'register',
  'reset-password',
  'resumes',
  'sign-in',
  'sign-out',
  'sign-up',
  'token',
  'two-factor',
  'verify-email',
];

/**
 * Checks the public URL: an http or https URL, with a path where the server stands below one (`https://example.org/vitae`).
 *
 * @returns it without a trailing slash, or what is wrong with it
 * Not checked: whether it leads here; see the doctor.
 */
export function parseAppUrl(value: string): AppUrlResult {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { ok: false, problem: 'APP_URL must be an absolute http:// or https:// URL' };
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return { ok: false, problem: `APP_URL must be an address alone, like ${url.origin}` };
  }
  if (url.protocol === 'http:' && !isLoopbackHostname(url.hostname)) {
    return { ok: false, problem: 'APP_URL must use https:// unless its host is localhost, 127.0.0.0/8 or [::1]' };
  }
  const path = url.pathname.replace(/\/$/, '');
  if (!/^(?:\/[\w.~-]+)*$/.test(path)) {
    return { ok: false, problem: 'APP_URL may have a path of letters, digits and the characters . _ ~ - alone' };
  }
  const [, first = ''] = path.split('/');
  if (OWN_PATHS.includes(first)) {
    return { ok: false, problem: `APP_URL can't be below /${first}: the server has a path of that name itself. Take another` };
  }
  return { ok: true, appUrl: `${url.origin}${path}` };
}
