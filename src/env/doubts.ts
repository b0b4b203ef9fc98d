import type { Env } from '../env.ts';
import { isLoopbackHostname } from './loopback.ts';

/**
 * What the settings say that fits together only under an unusual condition. Said in the log when the server starts, and no reason not to:
 * the condition may be met.
 *
 * @returns a sentence each: what was found, what follows, and what to do
 */
export function findDoubts(env: Pick<Env, 'appUrl' | 'host' | 'port' | 'socket' | 'trustedProxies'>): readonly string[] {
  const url = new URL(env.appUrl);
  const doubts: string[] = [];
  const isPublic = !isLoopbackHostname(url.hostname);
  if (isPublic && env.socket === null && env.trustedProxies.length === 0)
    doubts.push(
      `APP_URL is ${env.appUrl}, so a proxy stands in front, and TRUSTED_PROXIES is empty: everybody shares one limit, the proxy's. Set TRUSTED_PROXIES to the address that the proxy connects from.`,
    );
  if (!isPublic && env.socket === null && !isLoopbackHost(env.host))
    doubts.push(
      `HOST ${env.host} lets other machines connect, and APP_URL ${env.appUrl} means this one alone to whoever reads it: their clients and browsers would look for the server on themselves. Set APP_URL to the https address that they use, or HOST to 127.0.0.1.`,
    );
  if (!isPublic && env.socket === null && env.port !== 0 && url.port !== String(env.port) && !(url.port === '' && env.port === 80))
    doubts.push(
      `APP_URL is ${env.appUrl} and the server listens on port ${env.port}: clients are sent to the former. That is right only where something passes it on; otherwise leave APP_URL away.`,
    );
  return doubts;
}

function isLoopbackHost(host: string): boolean {
  return isLoopbackHostname(host) || host === '::1';
}
