import { z } from 'zod';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { createRecentMap } from '../recent-map.ts';
import type { Metrics } from '../observability/metrics.ts';
import { PreparedResponse } from '../prepared-response.ts';
import { TRANSPORT_HEADERS } from './transport-tolerance.ts';

/** Lists whose content depends on the scopes and on nothing else: not on whose they are, and not on the time. */
const FIXED_LISTS: ReadonlySet<string> = new Set(['tools/list', 'prompts/list', 'resources/templates/list']);

const MAXIMUM_QUESTIONS = 64;
const MAXIMUM_QUESTION_CHARACTERS = 1_000;

const resultSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]),
  result: z.record(z.string(), z.unknown()),
});

interface KnownAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly result: string;
}

/** One question for a list, with everything that decides about its answer but the id. */
export interface ListQuestion {
  /** The answer that the protocol layer gave to exactly this question before, under the id of this request; null: it did not yet. */
  findAnswer(): Response | null;
  /** Keeps what the protocol layer answered with, if it is a result. The same response, or one that reads alike. */
  keep(answer: Response): Promise<Response>;
}

/**
 * Remembers what the protocol layer answered, so that a list is built and written out once for each set of scopes and way of asking. Nothing
 * is checked less: a question that differs in a header or parameter from those that were answered goes to the protocol layer.
 *
 * @returns a function that answers null for messages that are no question for a fixed list
 */
export function createListAnswers(metrics: Pick<Metrics, 'cache'>) {
  const answers = createRecentMap<KnownAnswer>(MAXIMUM_QUESTIONS);
  const lookups = metrics.cache('mcp_lists', () => answers.size);
  return (headers: Headers, message: JSONRPCMessage, scopes: ReadonlySet<string>): ListQuestion | null => {
    if (!('method' in message) || !('id' in message) || !FIXED_LISTS.has(message.method)) return null;
    const { id, ...question } = message;
    const key = JSON.stringify([question, [...scopes].toSorted(), Array.from(TRANSPORT_HEADERS, (name) => headers.get(name))]);
    if (key.length > MAXIMUM_QUESTION_CHARACTERS) return null;
    return {
      findAnswer() {
        const known = answers.get(key);
        if (known === undefined) {
          lookups.miss();
          return null;
        }
        lookups.hit();
        const body = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${known.result}}`;
        return new PreparedResponse({ status: 200, headers: known.headers, body });
      },
      async keep(answer) {
        if (answer.status !== 200 || answer.headers.get('content-type') !== 'application/json') return answer;
        const given = Object.fromEntries(answer.headers);
        const text = await answer.text();
        const parsed = resultSchema.safeParse(JSON.parse(text));
        if (parsed.success) answers.set(key, { headers: given, result: JSON.stringify(parsed.data.result) });
        return new PreparedResponse({ status: 200, headers: given, body: text });
      },
    };
  };
}
