import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Site } from '../../support/browser.ts';
import { sendOver } from '../../support/http-site.ts';

const LOOK_MS = 100;
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED']);

/** What stands in front of several servers: asks each whether it is ready, spreads requests over those that are, keeps connections open. */
export interface Balancer {
  readonly site: Site;
  /** How many servers were ready at the last look. */
  readyCount(): number;
  close(): Promise<void>;
}

/**
 * Like the proxies people use: a request whose connection was refused goes to the next server, as it was never sent; one that was
 * sent is not repeated, whatever became of it.
 *
 * @param addresses of the servers, e.g. `http://127.0.0.1:41234`
 */
export async function startBalancer(origin: string, addresses: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Map<string, boolean>();
  const closing = new AbortController();
  let turn = 0;

  const look = async () => {
    const looks = addresses.map(async (address) => {
      const answer = await sendOver(address, new Request(`${origin}/health/ready`), agent).catch(() => null);
      ready.set(address, answer?.status === 200);
    });
    await Promise.all(looks);
  };
  const watch = async () => {
    while (!closing.signal.aborted) {
      await look();
      await pause(LOOK_MS);
    }
  };
  await look();
  const watching = watch();

  const forward = async (request: Request): Promise<Response> => {
    const candidates = addresses.filter((address) => ready.get(address) === true);
    turn += 1;
    for (let index = 0; index < candidates.length; index += 1) {
      const address = candidates[(turn + index) % candidates.length];
      if (address === undefined) break;
      try {
        return await sendOver(address, request.clone(), agent);
      } catch (error) {
        const isUnsent = error instanceof Error && 'code' in error && UNSENT.has(String(error.code));
        if (!isUnsent) throw error;
      }
    }
    return new Response('no server', { status: 502 });
  };

  return {
    site: { origin, fetch: forward },
    readyCount: () => [...ready.values()].filter((isReady) => isReady).length,
    async close() {
      closing.abort();
      await watching;
      agent.destroy();
    },
  };
}
