import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObserveStatement } from './statement-spans.ts';
import { codeOf, someCause } from './causes.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

/** Sees what statements of a transaction failed of, also where nobody above wanted to know. */
export interface SwallowedFailures {
  readonly observe: ObserveStatement;
  /**
   * Runs a transaction, which rejects with what really failed when that was the database itself. A failure that was swallowed leaves
   * every later statement `in_failed_sql_transaction`, which says nothing, and turns the commit into a rollback, which node-postgres
   * takes for success: here it rejects. PGlite does not say what a commit did.
   */
  during<T>(transaction: () => Promise<T>): Promise<T>;
}

const IN_FAILED_SQL_TRANSACTION = '25P02';

/** @param inner what observes each statement beside */
export function watchSwallowedFailures(inner: ObserveStatement = (_text, run) => run()): SwallowedFailures {
  const open = new AsyncLocalStorage<{ last: Error | null }>();
  return {
    async observe(text, run) {
      const transaction = open.getStore();
      if (transaction === undefined) return inner(text, run);
      try {
        const result = await inner(text, run);
        if (text === 'commit' && isRolledBack(result))
          throw transaction.last ?? new Error('the commit was a rollback: a statement before it had failed');
        return result;
      } catch (error) {
        if (error instanceof Error && !isInFailedTransaction(error)) transaction.last = error;
        throw error;
      }
    },
    during: (work) => {
      const transaction: { last: Error | null } = { last: null };
      return open.run(transaction, async () => {
        try {
          return await work();
        } catch (error) {
          const failure = transaction.last;
          throw failure !== null && isInFailedTransaction(error) && isDatabaseUnavailable(failure) ? failure : error;
        }
      });
    },
  };
}

/** node-postgres answers the command that PostgreSQL did. */
function isRolledBack(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'command' in result && result.command === 'ROLLBACK';
}

function isInFailedTransaction(error: unknown): boolean {
  return someCause(error, (cause) => codeOf(cause) === IN_FAILED_SQL_TRANSACTION);
}
