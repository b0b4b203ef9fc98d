import { isLoopbackHostname } from './loopback.ts';

/** The server that takes our mails, and who they are from. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte (RFC 8314), `starttls` or not at all (RFC 3207), `none`: in the clear. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly credentials: { readonly user: string; readonly password: string } | null;
  readonly from: { readonly name: string; readonly address: string };
}

type SmtpResult = { readonly ok: true; readonly smtp: SmtpSettings } | { readonly ok: false; readonly problems: readonly string[] };

const PORT_OF_SECURITY = { tls: 465, starttls: 587, none: 25 } as const;

/**
 * @param value `smtp://` or `smtps://`, credentials and port in it; `?tls=off` lets mails go out in the clear
 * @param sender an address, or a name and an address in angle brackets (RFC 5322 §3.4)
 */
export function parseSmtp(value: string, sender: string): SmtpResult {
  const problems: string[] = [];
  const named = /^(?:"?([^"<>]*?)"?\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/.exec(sender.trim());
  const address = named?.[2] ?? named?.[3];
  if (address === undefined)
    problems.push('MAIL_FROM is required with SMTP_URL: an address, or a name and an address: Vitae <vitae@example.org>');
  const url = URL.canParse(value) ? new URL(value) : null;
  const tls = url?.searchParams.get('tls') ?? null;
  const credentials = url === null || url.username === '' ? null : decodeCredentials(url);
  if (
    url === null ||
    !['smtp:', 'smtps:'].includes(url.protocol) ||
    url.hostname === '' ||
    !['', '/'].includes(url.pathname) ||
    credentials === undefined ||
    (tls !== null && (tls !== 'off' || url.protocol === 'smtps:'))
  ) {
    problems.push('SMTP_URL must be like smtp://user:password@host:587 (STARTTLS), smtps://host, or smtp://host?tls=off');
    return { ok: false, problems };
  }
  if (address === undefined || credentials === undefined) return { ok: false, problems };
  const isPlain = tls === 'off' || isLoopbackHostname(url.hostname);
  const security = url.protocol === 'smtps:' ? 'tls' : isPlain ? 'none' : 'starttls';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? PORT_OF_SECURITY[security] : Number(url.port);
  return { ok: true, smtp: Object.freeze({ host, port, security, credentials, from: { name: named?.[1] ?? '', address } }) };
}

/** @returns undefined for an escape that can't be read */
function decodeCredentials(url: URL): SmtpSettings['credentials'] | undefined {
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    // decodeURIComponent throws for a malformed escape only.
    return undefined;
  }
}
