import { interceptQueries, textOf } from './intercepted-driver.ts';
import type { Tracer } from '../observability/tracing.ts';

/** Runs a statement. @param text with placeholders, never with values */
export type ObserveStatement = <T>(text: string, run: () => Promise<T>) => Promise<T>;

const MAXIMUM_TEXT = 2_000;

/** A span around each statement of a request (semantic conventions for PostgreSQL): its text, none of its values. */
export function traceStatements(tracer: Tracer): ObserveStatement {
  return (text, run) => {
    const summary = summarize(text);
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': summary.split(' ')[0] ?? '',
      'db.query.summary': summary,
      'db.query.text': text.slice(0, MAXIMUM_TEXT),
    };
    return tracer.runInside({ name: summary, kind: 'client', attributes }, async (span) => {
      try {
        return await run();
      } catch (error) {
        // SQLSTATE, or the code of the network that failed.
        if (error instanceof Error && 'code' in error && typeof error.code === 'string')
          span.set({ 'db.response.status_code': error.code });
        throw error;
      }
    });
  };
}

/** What is done to which table first, e.g. `SELECT oauth_grant`. */
function summarize(text: string): string {
  const operation = /[a-z]+/i.exec(text)?.[0].toUpperCase() ?? 'STATEMENT';
  const table = /\b(?:from|into|update)\s+"([a-z_]+)"/i.exec(text)?.[1];
  return table === undefined ? operation : `${operation} ${table}`;
}

/** The same driver, but that every statement goes through `observe`, inside its transactions too. */
export function observeDriver<D extends object>(driver: D, observe: ObserveStatement | undefined): D {
  if (observe === undefined) return driver;
  return interceptQueries(driver, (query, statement, ...rest) => observe(textOf(statement), () => query(statement, ...rest)));
}
