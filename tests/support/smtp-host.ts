import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { waitUntil } from './wait.ts';

/** A mail as a mail server took it. */
export interface ReceivedMail {
  /** Envelope: MAIL FROM and RCPT TO. */
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string | null;
  /** Headers and body as they came, soft line breaks of quoted-printable joined. */
  readonly message: string;
}

/** A real SMTP server on a free port of this machine. */
export interface SmtpHost {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** The next mail to an address that has not been handed out yet. */
  nextMail(to: string): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export interface SmtpHostOptions {
  readonly port?: number;
  /** `tls` from the first byte, `starttls` offered, or neither. */
  readonly security?: 'tls' | 'starttls' | 'none';
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Without them nobody has to say who they are. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Refuses recipients with this code until it is undefined. */
  readonly refusal?: () => number | undefined;
}

export async function startSmtpHost(options: SmtpHostOptions = {}): Promise<SmtpHost> {
  const { port = 0, security = 'none', certificate, credentials, refusal = () => undefined } = options;
  const mails: ReceivedMail[] = [];
  const handedOut = new Set<ReceivedMail>();
  const server = new SMTPServer({
    secure: security === 'tls',
    authOptional: credentials === undefined,
    allowInsecureAuth: security === 'none',
    disabledCommands: [...(credentials === undefined ? ['AUTH'] : []), ...(security === 'none' ? ['STARTTLS'] : [])],
    disableReverseLookup: true,
    logger: false,
    ...certificate,
    onAuth(auth, _session, done) {
      const isRight = auth.username === credentials?.user && auth.password === credentials?.password;
      done(isRight ? null : new Error('wrong credentials'), isRight ? { user: auth.username } : undefined);
    },
    onRcptTo(_address, _session, done) {
      const responseCode = refusal();
      done(responseCode === undefined ? null : Object.assign(new Error('not now'), { responseCode }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
          message: decodeQuotedPrintable(Buffer.concat(chunks).toString('utf8')),
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const find = (to: string) => mails.find((mail) => mail.to.includes(to) && !handedOut.has(mail));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    async nextMail(to) {
      await waitUntil(() => find(to) !== undefined);
      const mail = find(to);
      if (mail === undefined) throw new Error(`no mail to ${to}`);
      handedOut.add(mail);
      return mail;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The first link in a mail. */
export function linkIn({ message }: ReceivedMail): URL {
  const link = /^https?:\/\/\S+$/m.exec(message)?.[0];
  if (link === undefined) throw new Error(`no link in ${message}`);
  return new URL(link);
}

function decodeQuotedPrintable(message: string): string {
  if (!/^content-transfer-encoding: quoted-printable/im.test(message)) return message.replaceAll('\r\n', '\n');
  return message
    .replaceAll('\r\n', '\n')
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}
