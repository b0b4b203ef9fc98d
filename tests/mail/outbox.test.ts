import { describe, expect, it } from 'vitest';
import { buildMail } from '../../src/mail/mail.ts';
import { createOutbox, type MailOutcome } from '../../src/mail/outbox.ts';
import { MailRefusal, type MailTransport } from '../../src/mail/transport.ts';
import { createLog } from '../../src/observability/log.ts';
import { waitUntil } from '../support/wait.ts';

const log = createLog('silent');
const ORIGIN = 'https://vitae.example';
const CONTENT = { origin: ORIGIN, link: `${ORIGIN}/forgot-password`, at: new Date('2026-11-28T10:47:26Z') };
const mailTo = (to: string) => buildMail('password_changed', 'en', { to, ...CONTENT });

/** @param deliver what each try comes to */
function createFixture(deliver: (tries: number, to: string) => Promise<void>, retryMs: readonly number[] = [0, 0]) {
  const outcomes: MailOutcome[] = [];
  let tries = 0;
  let isClosed = false;
  const transport: MailTransport = {
    outcome: 'sent',
    deliver: ({ to }) => deliver((tries += 1), to),
    close: () => void (isClosed = true),
  };
  const outbox = createOutbox({ transport, log, onOutcome: (outcome) => outcomes.push(outcome), retryMs });
  return { outbox, outcomes, tries: () => tries, isClosed: () => isClosed };
}

describe('the outbox', () => {
  it('tries again when the mail server is away, and then counts the mail as sent', async () => {
    const { outbox, outcomes } = createFixture(async (tries) => {
      if (tries < 3) throw new Error('ECONNREFUSED');
    });
    outbox.post(mailTo('ada@example.org'));
    await waitUntil(() => outcomes.includes('sent'));
    expect(outcomes).toEqual(['retried', 'retried', 'sent']);
  });

  it('gives a mail up when all tries are used', async () => {
    const { outbox, outcomes } = createFixture(() => Promise.reject(new Error('ECONNREFUSED')));
    outbox.post(mailTo('ada@example.org'));
    await waitUntil(() => outcomes.includes('failed'));
    expect(outcomes).toEqual(['retried', 'retried', 'failed']);
  });

  it('does not try again what the server will never take', async () => {
    const { outbox, outcomes } = createFixture(() => Promise.reject(new MailRefusal('550')));
    outbox.post(mailTo('ada@example.org'));
    await waitUntil(() => outcomes.includes('failed'));
    expect(outcomes).toEqual(['failed']);
  });

  it('sends two at a time, in the order they came', async () => {
    const begun: string[] = [];
    const releases: (() => void)[] = [];
    const { outbox, outcomes } = createFixture((_tries, to) => {
      begun.push(to);
      return new Promise((resolve) => releases.push(resolve));
    });
    for (const name of ['a', 'b', 'c']) outbox.post(mailTo(name));
    expect(begun).toEqual(['a', 'b']);
    releases[0]?.();
    await waitUntil(() => begun.length === 3);
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const release of releases) release();
    await outbox.close();
    expect(outcomes).toEqual(['sent', 'sent', 'sent']);
  });

  it('keeps at most a thousand waiting', () => {
    const { outbox, outcomes } = createFixture(() => new Promise(() => undefined));
    for (let count = 0; count < 1_003; count += 1) outbox.post(mailTo('ada@example.org'));
    expect(outcomes).toEqual(['failed']);
  });

  it('waits at its end for what is on its way, and for nothing that would be tried again', async () => {
    const { outbox, outcomes, isClosed } = createFixture(() => Promise.reject(new Error('ECONNREFUSED')), [3_600_000]);
    outbox.post(mailTo('ada@example.org'));
    await waitUntil(() => outcomes.includes('retried'));
    await outbox.close();
    outbox.post(mailTo('late@example.org'));
    expect([outcomes, isClosed()]).toEqual([['retried', 'failed', 'failed'], true]);
  });
});
