import type { Log } from '../observability/log.ts';
import type { Mail } from './mail.ts';
import { MailRefusal, type MailTransport } from './transport.ts';

/** What became of one try: `retried` is tried again later, `failed` never. */
export const MAIL_OUTCOMES = ['sent', 'printed', 'retried', 'failed'] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

export interface Outbox {
  /** Takes a mail and returns at once; whatever becomes of it is logged and counted, and nobody waits for it. */
  post(mail: Mail): void;
  /** Gives what is on its way a few seconds; what waits for another try is given up. */
  close(): Promise<void>;
}

export interface OutboxDependencies {
  readonly transport: MailTransport;
  readonly log: Log;
  readonly onOutcome: (outcome: MailOutcome) => void;
  /** How long to wait before each further try. */
  readonly retryMs?: readonly number[];
}

/** A mail server that is being restarted is back after these; a link is good for an hour. */
const RETRY_MS: readonly number[] = [5_000, 60_000, 300_000];
const AT_ONCE = 2;
/** Mails that may wait; beyond that something is wrong that more mails would not mend. */
const MAXIMUM_WAITING = 1_000;
const CLOSE_MS = 5_000;

/**
 * Keeps mails in memory until they are out. A process that is killed loses them: they hold secrets that are stored nowhere, and a
 * person whose mail does not come asks again.
 */
export function createOutbox({ transport, log, onOutcome, retryMs = RETRY_MS }: OutboxDependencies): Outbox {
  const waiting: { readonly mail: Mail; readonly tries: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  const attempt = async (mail: Mail, tries: number): Promise<void> => {
    try {
      await transport.deliver(mail);
      onOutcome(transport.outcome);
    } catch (error) {
      const delay = error instanceof MailRefusal || isClosed ? undefined : retryMs[tries];
      const outcome = delay === undefined ? 'failed' : 'retried';
      onOutcome(outcome);
      log.warn({ event: `mail.${outcome}`, kind: mail.kind, tries: tries + 1, err: error });
      if (delay === undefined) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        enqueue(mail, tries + 1);
      }, delay);
      timer.unref();
      timers.add(timer);
    }
  };

  const proceed = (): void => {
    while (underWay.size < AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      const work = attempt(next.mail, next.tries).finally(() => {
        underWay.delete(work);
        proceed();
      });
      underWay.add(work);
    }
  };

  const enqueue = (mail: Mail, tries: number): void => {
    if (isClosed || waiting.length + timers.size >= MAXIMUM_WAITING) {
      onOutcome('failed');
      log.error({ event: 'mail.failed', kind: mail.kind, tries, reason: isClosed ? 'closed' : 'too_many_waiting' });
      return;
    }
    waiting.push({ mail, tries });
    proceed();
  };

  return {
    post: (mail) => enqueue(mail, 0),
    async close() {
      isClosed = true;
      for (const timer of timers) {
        clearTimeout(timer);
        onOutcome('failed');
      }
      timers.clear();
      const all = (async () => {
        while (underWay.size > 0) await Promise.all(underWay);
      })();
      let late: NodeJS.Timeout | undefined;
      await Promise.race([all, new Promise((resolve) => (late = setTimeout(resolve, CLOSE_MS)))]);
      clearTimeout(late);
      transport.close();
    },
  };
}
