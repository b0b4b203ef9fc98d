import type { IncomingMessage, ServerResponse } from 'node:http';
import { createNotes } from '../observability/request-origin.ts';
import type { ResponseParts } from '../prepared-response.ts';
import type { Document, HeaderReader } from './document.ts';
import { buildDress, dressDocument, type Dress } from './dress.ts';
import { nameRequest } from './exchange.ts';
import { listPublicPaths } from './public-path.ts';
import type { RouterOptions } from './router.ts';
import { READ, type Route } from './routes.ts';

/** Answers a request of Node's own server. False: nothing was done, and the request is the router's. */
export type NodeDocuments = (message: IncomingMessage, response: ServerResponse) => boolean;

interface ServedDocument {
  /** The pattern of the table. */
  readonly route: string;
  /** As the log may have it. */
  readonly path: string;
  readonly document: Document;
  readonly dress: Dress;
  readonly wires: WeakMap<ResponseParts, Wire>;
}

/** An answer in the shape that Node's server sends quickest. */
interface Wire {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly length: string;
  readonly body: ResponseParts['body'];
}

/** A query that stands in an address as it was sent. */
const PLAIN_QUERY = /^[\w\-.~!$&()*+,;=:@/?%]*$/;

/**
 * Sends documents that are there already without the web's request and response, which cost more than the document. What the outside sees is
 * what {@link createRouter} answers, and the same is reported. Only a plain request for a path as the table has it is answered; whatever is
 * odd about one is the router's to judge, and so is all when requests are traced.
 */
export function createNodeDocuments(table: readonly Route[], options: RouterOptions): NodeDocuments {
  if (options.trace !== undefined) return () => false;
  const documents = listDocuments(table, options.identifiers);
  // Nothing is found out about a request for a document: nobody writes into them.
  const notes = createNotes();
  const { report, resolveAddress } = options;
  return (message, response) => {
    const { method = '', url = '' } = message;
    if (!READ.includes(method)) return false;
    const mark = url.indexOf('?');
    const served = documents.get(mark === -1 ? url : url.slice(0, mark));
    if (served === undefined || (mark !== -1 && !PLAIN_QUERY.test(url.slice(mark)))) return false;
    const sent = message.headers;
    if ('content-length' in sent || 'transfer-encoding' in sent || 'expect' in sent) return false;
    const startedAt = performance.now();
    const headers = readHeaders(message);
    const answer = served.document.answerAtOnce(headers);
    if (answer === null) return false;
    const requestId = nameRequest(headers);
    const { route, path } = served;
    const peer = message.socket.remoteAddress ?? null;
    const findAddress = () => resolveAddress(peer, headers.get('x-forwarded-for'));
    report({ route, method, path, status: answer.status, requestId, startedAt, notes, findAddress });
    send(response, method !== 'HEAD', requestId, answer, served);
    return true;
  };
}

function readHeaders({ headers }: IncomingMessage): HeaderReader {
  return {
    get(name) {
      const value = headers[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

/** The first route that has a path is the one that the router answers it with, a document or not. */
function listDocuments(
  table: readonly Route[],
  { issuer, base }: RouterOptions['identifiers'],
): ReadonlyMap<string, ServedDocument | undefined> {
  const documents = new Map<string, ServedDocument | undefined>();
  for (const route of table) {
    const { answer, cors, isPathSecret } = route;
    const shared = { route: route.path, dress: buildDress(issuer, cors), wires: new WeakMap<ResponseParts, Wire>() };
    for (const path of listPublicPaths(route.path, base)) {
      if (documents.has(path)) continue;
      const isDocument = typeof answer === 'object';
      documents.set(path, isDocument ? { ...shared, document: answer, path: isPathSecret === true ? route.path : path } : undefined);
    }
  }
  return documents;
}

function send(response: ServerResponse, isRead: boolean, requestId: string, answer: ResponseParts, { dress, wires }: ServedDocument): void {
  let wire = wires.get(answer);
  if (wire === undefined) {
    wire = toWire(answer, dress);
    wires.set(answer, wire);
  }
  const headers = [...wire.headers, 'x-request-id', requestId];
  if (!isRead || wire.body === null) {
    response.writeHead(answer.status, '', headers).end();
    return;
  }
  headers.push('content-length', wire.length);
  response.writeHead(answer.status, '', headers).end(wire.body);
}

function toWire(answer: ResponseParts, dress: Dress): Wire {
  const { body } = answer;
  return { headers: dressDocument(answer, dress).flat(), length: String(body === null ? 0 : Buffer.byteLength(body)), body };
}
