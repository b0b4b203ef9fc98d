import { createServer, type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SmtpSettings } from '../../src/env/smtp.ts';
import { buildMail } from '../../src/mail/mail.ts';
import { createLogTransport, createSmtpTransport, MailRefusal } from '../../src/mail/transport.ts';
import { createLog } from '../../src/observability/log.ts';
import { issueCertificate } from '../support/metadata-host.ts';
import { linkIn, startSmtpHost, type SmtpHost, type SmtpHostOptions } from '../support/smtp-host.ts';

const LINK = `https://vitae.example/reset-password?token=${'AbC123'.repeat(4)}`;
const MAIL = buildMail('password_reset', 'en', { to: 'ada@example.org', origin: 'https://vitae.example', link: LINK, at: new Date() });
const CREDENTIALS = { user: 'vitae', password: 'p@ss word' };
const FROM = { name: 'Vitae of Ana', address: 'vitae@example.org' };

describe('SMTP', () => {
  let certificate: ReturnType<typeof issueCertificate>;
  const hosts: SmtpHost[] = [];
  beforeAll(() => {
    certificate = issueCertificate(['localhost']);
  });
  afterAll(async () => void (await Promise.all(hosts.map((host) => host.close()))));

  async function start(options: SmtpHostOptions): Promise<SmtpHost> {
    const host = await startSmtpHost({ certificate, ...options });
    hosts.push(host);
    return host;
  }
  const toSettings = (
    host: { readonly port: number },
    security: SmtpSettings['security'],
    credentials: SmtpSettings['credentials'] = null,
  ) => ({
    host: 'localhost',
    port: host.port,
    security,
    credentials,
    from: FROM,
  });

  // proves mail:smtp
  it.each(['tls', 'starttls'] as const)('sends through %s, after proving who it is', async (security) => {
    const host = await start({ security, credentials: CREDENTIALS });
    const transport = createSmtpTransport(toSettings(host, security, CREDENTIALS), certificate.ca);
    await transport.deliver(MAIL);
    transport.close();
    expect(host.mails).toMatchObject([{ from: FROM.address, to: ['ada@example.org'], isEncrypted: true, user: 'vitae' }]);
    const [mail] = host.mails;
    expect(mail?.message).toMatch(/^From: Vitae of Ana <vitae@example\.org>$/m);
    expect(mail?.message).toMatch(/^Subject: Choose a new password$/m);
    expect(mail?.message).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(mail?.message).toMatch(/^Content-Language: en$/m);
    expect(mail?.message).toMatch(/^Content-Type: text\/plain/m);
    expect(mail === undefined ? null : linkIn(mail).href).toBe(LINK);
  });

  it('sends in the clear only when told to', async () => {
    const host = await start({ security: 'none' });
    await createSmtpTransport(toSettings(host, 'none')).deliver(MAIL);
    expect(host.mails).toMatchObject([{ isEncrypted: false }]);
    await expect(createSmtpTransport(toSettings(host, 'starttls')).deliver(MAIL)).rejects.toMatchObject({ cause: { command: 'STARTTLS' } });
    expect(host.mails).toHaveLength(1);
  });

  it.each(['tls', 'starttls'] as const)('gives nothing to a %s server that nobody vouches for', async (security) => {
    const host = await start({ security, credentials: CREDENTIALS });
    await expect(createSmtpTransport(toSettings(host, security, CREDENTIALS)).deliver(MAIL)).rejects.toThrow(/certificate/i);
    expect(host.mails).toEqual([]);
  });

  it('tells a mail that will never be taken from one that may be', async () => {
    let code: number | undefined = 550;
    const host = await start({ refusal: () => code });
    const transport = createSmtpTransport(toSettings(host, 'none'));
    await expect(transport.deliver(MAIL)).rejects.toBeInstanceOf(MailRefusal);
    code = 451;
    await expect(transport.deliver(MAIL)).rejects.not.toBeInstanceOf(MailRefusal);
    code = undefined;
    await transport.deliver(MAIL);
    expect(host.mails).toHaveLength(1);
  });

  it('is refused credentials that are wrong, and nobody who listens elsewhere gets them', async () => {
    const host = await start({ security: 'starttls', credentials: CREDENTIALS });
    const wrong = createSmtpTransport(toSettings(host, 'starttls', { user: 'vitae', password: 'wrong' }), certificate.ca);
    await expect(wrong.deliver(MAIL)).rejects.toBeInstanceOf(MailRefusal);
    expect(host.mails).toEqual([]);
  });

  it.each([
    ['a list', 'ada@example.org, eve@example.org'],
    ['a header', 'ada@example.org\r\nBcc: eve@example.org'],
  ])('takes an address for one address, even when it looks like %s', async (_what, to) => {
    const host = await start({ security: 'none' });
    await createSmtpTransport(toSettings(host, 'none'))
      .deliver({ ...MAIL, to })
      .catch(() => undefined);
    expect(host.mails.flatMap((mail) => mail.to)).not.toContain('eve@example.org');
  });

  it('does not wait for a port that nobody listens on', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(createSmtpTransport({ ...toSettings({ port }, 'none'), host: '127.0.0.1' }).deliver(MAIL)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('without SMTP', () => {
  // proves mail:printed
  it('a mail stands in the log, its link ready to copy', async () => {
    const lines: string[] = [];
    const log = createLog('warn', new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }));
    await createLogTransport(log).deliver(MAIL);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'warn',
      event: 'mail.printed',
      to: 'ada@example.org',
      link: LINK,
      msg: expect.stringContaining('No SMTP is configured'),
    });
  });
});
