import { createTransport } from 'nodemailer';
import type { SmtpSettings } from '../env/smtp.ts';
import type { Log } from '../observability/log.ts';
import type { Mail } from './mail.ts';

/** One way for mails to leave. */
export interface MailTransport {
  /** What a mail that went through it is counted as. */
  readonly outcome: 'sent' | 'printed';
  /** Tries once. Rejects with a {@link MailRefusal} when trying again would come to the same, with any other error when it might not. */
  deliver(mail: Mail): Promise<void>;
  close(): void;
}

/** The server has refused the mail for good (RFC 5321 §4.2.1: a reply of 5yz). */
export class MailRefusal extends Error {}

/** Writes mails to the log, links and all: for development, and for servers whose operator hands links on by hand. */
export function createLogTransport(log: Log): MailTransport {
  return {
    outcome: 'printed',
    async deliver({ to, subject, link, text }) {
      log.warn(
        { event: 'mail.printed', to, subject, link, text },
        'No SMTP is configured (SMTP_URL): the mail was not sent, it stands here',
      );
    },
    close: () => undefined,
  };
}

const CONNECTION_MS = 10_000;
const SILENCE_MS = 30_000;

/**
 * Sends by SMTP, one connection a mail. Certificates are checked; with `starttls` a server that does not offer it gets nothing,
 * credentials least of all.
 *
 * @param authority a certificate authority in PEM to trust besides; the system's own when left out
 */
export function createSmtpTransport(settings: SmtpSettings, authority?: string): MailTransport {
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    connectionTimeout: CONNECTION_MS,
    greetingTimeout: CONNECTION_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(settings.credentials !== null && { auth: { user: settings.credentials.user, pass: settings.credentials.password } }),
    ...(authority !== undefined && { tls: { ca: authority } }),
  });
  return {
    outcome: 'sent',
    async deliver({ to, subject, text, language }) {
      try {
        await transport.sendMail({
          from: settings.from,
          to: { name: '', address: to },
          subject,
          text,
          // RFC 3834 §5: nobody's holiday answer is wanted.
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
        });
      } catch (error) {
        if (isRefusal(error)) throw new MailRefusal('the mail server refused the mail', { cause: error });
        throw error;
      }
    },
    close: () => transport.close(),
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 500;
}
