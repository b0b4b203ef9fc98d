import type { Identifiers } from '../authorization-server/identifiers.ts';
import type { PageTools } from './page.ts';
import { readPendingRequest } from './pending-request.ts';
import { parseOwnPath } from './signed-query.ts';

/** Remembers, in the browser that asked for a new password, what the person was about to do. */
export interface ReturnCookie {
  /** @param query what `/sign-in` was opened with, if anything @returns the cookies to set: none for a query that no cookie can hold */
  keep(query: string | null): readonly string[];
  /** @returns what was kept; untrusted, as any query is */
  read(headers: Headers): string | null;
  forget(): string;
}

const SECONDS = 10 * 60;
const MAXIMUM_CHARACTERS = 3_500;

/**
 * A cookie and not a part of the link: a mail that leads on into an authorization request could be made to be sent by anyone, to
 * anyone.
 */
export function createReturnCookie({ origin, base, cookiePrefix }: Identifiers): ReturnCookie {
  const isHttps = origin.startsWith('https://');
  const name = `${cookiePrefix}.return`;
  const build = (value: string, seconds: number) =>
    `${name}=${value}; Max-Age=${seconds}; Path=${base || '/'}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
  return {
    keep(query) {
      const value = Buffer.from(query ?? '').toString('base64url');
      return value === '' || value.length > MAXIMUM_CHARACTERS ? [] : [build(value, SECONDS)];
    },
    read(headers) {
      const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
      const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
      return value === undefined || value === '' ? null : Buffer.from(value, 'base64url').toString();
    },
    forget: () => build('', 0),
  };
}

/**
 * What `/sign-in` may be opened with now: an authorization request that can still be answered, or a page of ours.
 *
 * @param kept what {@link ReturnCookie.read} answers
 */
export async function findWayBack(tools: Pick<PageTools, 'deps'>, kept: string | null): Promise<string | null> {
  if (kept === null) return null;
  const result = await readPendingRequest(tools, kept);
  if (result.kind === 'pending') return kept;
  const next = parseOwnPath(new URLSearchParams(kept).get('next'), tools.deps.identifiers.origin);
  return next === null ? null : new URLSearchParams({ next }).toString();
}
