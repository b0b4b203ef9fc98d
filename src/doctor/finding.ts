import type { Answer, Reply } from './probe.ts';

/** One thing a client would stumble on. */
export interface Finding {
  /** A `problem` keeps some client out; a `warning` may. */
  readonly severity: 'problem' | 'warning';
  /** What was asked for. */
  readonly subject: string;
  readonly what: string;
  /** Who stumbles, and what to change. */
  readonly remedy: string;
}

export function problem(subject: string, what: string, remedy: string): Finding {
  return { severity: 'problem', subject, what, remedy };
}

export function warning(subject: string, what: string, remedy: string): Finding {
  return { severity: 'warning', subject, what, remedy };
}

/** The reply, or the finding that there is none. */
export function requireReply(answer: Answer): Reply | Finding {
  if (answer.ok) return answer;
  switch (answer.failure) {
    case 'timed_out':
      return problem(answer.url, 'no answer in time', 'claude.ai gives up after ten seconds. Look for a proxy that holds requests back.');
    case 'certificate':
      return problem(
        answer.url,
        `the certificate is not accepted: ${answer.message}`,
        'Clients refuse it too. Serve the whole chain of a certificate for this very name that has not expired.',
      );
    case 'unreachable':
      return problem(answer.url, `no connection: ${answer.message}`, 'Check the name, the port, the proxy and whether the server runs.');
  }
}

/** What is wrong with how a JSON document is served, whatever it says; null when nothing is. */
export function judgeServing(reply: Reply): Finding | null {
  const { url, status, headers } = reply;
  if (status >= 300 && status < 400) {
    const location = headers.get('location') ?? 'nowhere';
    return problem(
      url,
      `a redirect (${status}) to ${location}`,
      'Clients do not follow redirects here, and none takes its credentials to another host. Answer on this address, with the host and scheme that APP_URL says.',
    );
  }
  if (isHtml(reply)) {
    return problem(
      url,
      `a web page (${status}) instead of JSON`,
      'A front-end, a login wall or a bot check answers instead of the server. Send this path through unchanged.',
    );
  }
  if (status === 200 && isRecord(reply.json)) return null;
  return problem(url, `status ${status} instead of a JSON document`, 'Send this path through to the server unchanged.');
}

export function isHtml({ headers, text }: Reply): boolean {
  return /\bhtml\b/i.test(headers.get('content-type') ?? '') || /^\s*<(?:!doctype|html)/i.test(text);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
