import type { Given } from './command.ts';
import { UsageError } from './command-error.ts';

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * The instant of an option; null when it was left out.
 *
 * @throws UsageError for what is no ISO 8601 day (UTC) or instant with its offset: a time without one means another instant on each machine
 */
export function toInstant(given: Given, option: string): Date | null {
  const text = given.text(option);
  if (text === null) return null;
  const instant = new Date(text);
  if (!TIME.test(text) || Number.isNaN(instant.getTime())) throw new UsageError(`--${option} is no time: ${text}`);
  return instant;
}
