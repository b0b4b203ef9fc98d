import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Before: PostgreSQL never hears of the statement. After: it carries it out, and the answer is lost. */
export type Moment = 'before' | 'after';

export interface Trap {
  /** The n-th statement from now on, counted from one, or the first that reads so; heartbeats of the LISTEN connection do not count. */
  readonly statement: number | RegExp;
  readonly moment: Moment;
  /** What happens then, beside every connection being cut. */
  readonly spring?: () => void;
}

/** What a trap caught. */
export interface Caught {
  readonly statement: number;
  readonly moment: Moment;
  readonly text: string;
  /** Whether PostgreSQL was told to commit anything since the trap was set. */
  readonly committed: boolean;
}

/** A TCP proxy in front of PostgreSQL that knows where a statement begins and ends (protocol 3.0). */
export interface DatabaseProxy {
  /** The given URL, through the proxy. */
  readonly url: string;
  /** Sets a trap; {@link DatabaseProxy.disarm} tells what it caught. */
  arm(trap: Trap): void;
  /** Null: fewer statements came. */
  disarm(): Caught | null;
  /** Statements since {@link DatabaseProxy.arm}. */
  count(): number;
  /** Cuts every connection, or those that listen. */
  cut(which?: 'all' | 'listening'): void;
  /**
   * From now on bytes are swallowed in both directions: a network that has gone silent, for everybody, for those that listen, or for
   * connections that are made from now on.
   */
  goSilent(which?: 'all' | 'listening' | 'new'): void;
  /** Lets a proxy that went silent work again; the connections of before are dead. */
  recover(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  isListening: boolean;
  /** Was there when new ones began to find silence. */
  isSpared: boolean;
  /** Between `begin` and its end. */
  isInTransaction: boolean;
  /** Text of the statement that the client is sending. */
  text: string;
  /** Texts of statements that the server keeps under a name. */
  readonly named: Map<string, string>;
}

const STARTUP_HEADER_BYTES = 4;
const MESSAGE_HEADER_BYTES = 5;
const QUERY = 0x51;
const PARSE = 0x50;
const BIND = 0x42;
const SYNC = 0x53;
const READY = 0x5a;
const WRITE = /^\s*(?:with|insert|update|delete)\b/i;

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const links = new Set<Link>();
  let trap: Trap | null = null;
  let caught: Caught | null = null;
  let count = 0;
  let committed = false;
  let silence: 'none' | 'listening' | 'new' | 'all' = 'none';

  const cut = (which: 'all' | 'listening' = 'all') => {
    for (const link of links) {
      if (which === 'listening' && !link.isListening) continue;
      link.client.destroy();
      link.server.destroy();
    }
  };

  const isSilent = (link: Link) =>
    silence === 'all' || (silence === 'listening' && link.isListening) || (silence === 'new' && !link.isSpared);

  /** True when the statement is the trap's. */
  const isCaught = (link: Link): boolean => {
    if (link.isListening) return false;
    count += 1;
    if (trap === null || caught !== null) return false;
    return typeof trap.statement === 'number' ? count === trap.statement : trap.statement.test(link.text);
  };
  const spring = (link: Link) => {
    if (trap === null) return;
    caught = { statement: count, moment: trap.moment, text: link.text, committed };
    trap.spring?.();
    cut();
  };

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const link: Link = {
      client,
      server: upstream,
      isListening: false,
      isSpared: false,
      isInTransaction: false,
      text: '',
      named: new Map(),
    };
    links.add(link);
    let isAnswerAwaited = false;
    const close = () => {
      links.delete(link);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', close).on('close', close).setNoDelay(true);

    const fromClient = createMessageReader('client', (message) => {
      const [first = '', second = ''] = textsOf(message.bytes);
      if (message.type === QUERY) link.text = first;
      if (message.type === PARSE) {
        link.text = second;
        link.named.set(first, second);
      }
      if (message.type === BIND) link.text = link.named.get(second) ?? link.text;
      if (/^listen /i.test(link.text)) link.isListening = true;
    });
    let batch: Uint8Array[] = [];
    client.on('data', (chunk: Buffer) => {
      if (isSilent(link)) return;
      for (const message of fromClient(chunk)) {
        batch.push(message.bytes);
        // Everything up to here is one statement; anything else waits for its end.
        const endsStatement = message.type === QUERY || message.type === SYNC;
        if (message.type !== null && !endsStatement) continue;
        if (endsStatement && isCaught(link)) {
          if (trap?.moment === 'before') return spring(link);
          isAnswerAwaited = true;
        }
        if (/^(?:begin|commit|rollback)/i.test(link.text)) link.isInTransaction = /^begin/i.test(link.text);
        // A statement that writes by itself is told to commit with it.
        if (/^commit/i.test(link.text) || (!link.isInTransaction && WRITE.test(link.text))) committed = true;
        for (const bytes of batch) upstream.write(bytes);
        batch = [];
      }
    });
    client.on('end', () => upstream.end());

    const fromServer = createMessageReader('server', () => undefined);
    upstream.on('data', (chunk: Buffer) => {
      if (isSilent(link)) return;
      if (!isAnswerAwaited) {
        fromServer(chunk);
        client.write(chunk);
      } else if (fromServer(chunk).some((message) => message.type === READY)) spring(link);
    });
    upstream.on('end', () => client.end());
  });

  const port = await listen(server, 0);
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    arm(next) {
      trap = next;
      caught = null;
      count = 0;
      committed = false;
    },
    disarm() {
      trap = null;
      return caught;
    },
    count: () => count,
    cut,
    goSilent(which = 'all') {
      silence = which;
      for (const link of links) link.isSpared = true;
    },
    recover() {
      silence = 'none';
      cut();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Message {
  /** Null: the message that starts a connection. */
  readonly type: number | null;
  readonly bytes: Uint8Array;
}

/** Splits a stream into messages; only a client's stream begins with one that has no type. */
function createMessageReader(side: 'client' | 'server', onMessage: (message: Message) => void): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = side === 'server';
  return (chunk) => {
    rest = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const headerBytes = isStarted ? MESSAGE_HEADER_BYTES : STARTUP_HEADER_BYTES;
      if (rest.byteLength < headerBytes) return messages;
      const length = rest.readInt32BE(headerBytes - 4) + (headerBytes - 4);
      if (rest.byteLength < length) return messages;
      const message: Message = { type: isStarted ? (rest[0] ?? null) : null, bytes: rest.subarray(0, length) };
      rest = rest.subarray(length);
      isStarted = true;
      onMessage(message);
      messages.push(message);
    }
  };
}

/** What a message begins with: the text of a Query, name and text of a Parse, portal and name of a Bind. */
function textsOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString('utf8', MESSAGE_HEADER_BYTES).split('\0', 2);
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
