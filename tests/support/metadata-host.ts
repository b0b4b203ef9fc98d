import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetadataNetwork } from '../../src/authorization-server/client-metadata/pinned-get.ts';

/** The public address every name resolves to unless a test says otherwise. */
export const PUBLIC_ADDRESS = '93.184.216.34';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server for client metadata under any name, reached as the real ones are: resolver, policy, TLS. */
export interface MetadataHost {
  readonly network: MetadataNetwork;
  /** Answers a URL with JSON, or by hand. */
  serve(url: string, answer: object | Answer, headers?: Readonly<Record<string, string>>): void;
  /** Lets a name resolve to these addresses, each time to the next list; the last stays. */
  resolve(hostname: string, ...answers: readonly (readonly string[])[]): void;
  /** URLs that were asked for, in order. */
  readonly requests: string[];
  /** Addresses that connections were opened to, as `address:port`. */
  readonly dialled: string[];
  /** Names that were looked up. */
  readonly lookups: string[];
  close(): Promise<void>;
}

/** @param names what its certificate, from an authority of its own, is good for */
export async function startMetadataHost(names: readonly string[]): Promise<MetadataHost> {
  const { ca, key, cert } = issueCertificate(names);
  const answers = new Map<string, Answer>();
  const resolutions = new Map<string, (readonly string[])[]>();
  const requests: string[] = [];
  const dialled: string[] = [];
  const lookups: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const url = `https://${request.headers.host}${request.url}`;
    requests.push(url);
    const answer = answers.get(url);
    if (answer !== undefined) answer(request, response);
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    network: {
      ca,
      async resolve(hostname) {
        lookups.push(hostname);
        const left = resolutions.get(hostname);
        if (left !== undefined) return (left.length > 1 ? left.shift() : left[0]) ?? [];
        if (!names.includes(hostname)) throw new Error(`ENOTFOUND ${hostname}`);
        return [PUBLIC_ADDRESS];
      },
      dial(address, dialledPort) {
        dialled.push(`${address}:${dialledPort}`);
        return connect(port, '127.0.0.1');
      },
    },
    serve(url, answer, headers = {}) {
      answers.set(
        url,
        typeof answer === 'function'
          ? (answer as Answer)
          : (_request, response) => response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer)),
      );
    },
    resolve: (hostname, ...lists) => void resolutions.set(hostname, [...lists]),
    requests,
    dialled,
    lookups,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A certificate for these names, from a throwaway authority. */
export function issueCertificate(names: readonly string[]): { ca: string; key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vitae-ca-'));
  const run = (...parameters: string[]) => execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' });
  try {
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    run('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority');
    run('req', ...ec.slice(0, 5), '-keyout', 'host.key', '-out', 'host.csr', '-subj', '/CN=host');
    writeFileSync(join(folder, 'names'), `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
    run(
      'x509',
      '-req',
      '-in',
      'host.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'names',
      '-out',
      'host.pem',
    );
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    return { ca: read('ca.pem'), key: read('host.key'), cert: read('host.pem') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
