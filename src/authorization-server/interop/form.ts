import { OAuthError } from '../oauth-error.ts';

/** Parameters that may be repeated (RFC 8707 §2). */
const REPEATABLE: ReadonlySet<string> = new Set(['resource']);

/**
 * Reads a form whole, because the library's own parse keeps only the last of repeated parameters.
 *
 * @returns each parameter once; a repeatable one that was repeated is an array
 * @throws OAuthError `invalid_request` for any other repeated parameter (RFC 6749 §3.2)
 */
export function parseForm(form: URLSearchParams): Record<string, string | string[]> {
  const parameters = new Map<string, string | string[]>();
  for (const name of new Set(form.keys())) {
    const [first = '', ...more] = form.getAll(name);
    if (more.length > 0 && !REPEATABLE.has(name)) {
      throw new OAuthError('invalid_request', 'A parameter is repeated', 'repeated_parameter');
    }
    parameters.set(name, more.length === 0 ? first : [first, ...more]);
  }
  return Object.fromEntries(parameters);
}
