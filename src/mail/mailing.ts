import type { SmtpSettings } from '../env/smtp.ts';
import type { Log } from '../observability/log.ts';
import { createOutbox, type MailOutcome, type Outbox } from './outbox.ts';
import { createLogTransport, createSmtpTransport } from './transport.ts';

/** Mails as the settings have it: by SMTP, or into the log where none is configured. */
export function createMailing(smtp: SmtpSettings | null, log: Log, onOutcome: (outcome: MailOutcome) => void): Outbox {
  return createOutbox({ transport: smtp === null ? createLogTransport(log) : createSmtpTransport(smtp), log, onOutcome });
}
