import pg from 'pg';
import { OrderedLinks, type Linked } from './ordered-links.ts';
import { DatabaseTimeout } from './unavailable.ts';

/** Who has waited for a connection or held one for this long makes us ask whether PostgreSQL is there at all. */
const SUSPICIOUS_MS = 600;
const PROBE_MS = 700;
const WATCH_MS = 150;
/** A look that comes later than this had to wait for our own process: what was seen meanwhile is not the database's doing. */
const LATE_LOOK_MS = 600;
const NO_ANSWER = 'PostgreSQL does not answer';

type Taken = (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: boolean | Error) => void) => void;

/** Somebody who waits for a connection or holds one. */
interface Taker extends Linked<Taker> {
  readonly since: number;
  /** Tells who still waits that there is nothing to wait for. */
  giveUp(reason: Error): void;
}

/**
 * A pool that notices a peer gone silent. A host without power or a network that swallows packets says nothing: the statement under
 * way would wait for its timeout, which must be long enough for honest work. So when anybody waits longer than {@link SUSPICIOUS_MS}
 * a new connection is tried; if not one byte comes then, on it or any other, all connections are cut (their statements reject as
 * `isDatabaseUnavailable` knows) and takers are refused at once, until something is heard again. A database that is merely slow says
 * something, and nothing happens.
 */
export class WatchedPool extends pg.Pool {
  readonly #config: pg.PoolConfig;
  readonly #clients = new Set<pg.PoolClient>();
  /** Oldest first. */
  readonly #takers = new OrderedLinks<Taker>();
  readonly #takerOf = new WeakMap<pg.PoolClient, Taker>();
  readonly #watch: NodeJS.Timeout;
  #lookedAt = performance.now();
  #stalledAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #isProbing = false;
  #isSilent = false;

  constructor(config: pg.PoolConfig) {
    super(config);
    this.#config = config;
    this.on('connect', (client) => {
      this.#clients.add(client);
      this.#listen(client);
    });
    this.on('remove', (client) => void this.#clients.delete(client));
    this.on('release', (_error, client) => {
      const taker = this.#takerOf.get(client);
      if (taker !== undefined) this.#takers.remove(taker);
    });
    this.#watch = setInterval(() => this.#look(), WATCH_MS).unref();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(taken: Taken): void;
  override connect(taken?: Taken): Promise<pg.PoolClient> | void {
    if (taken === undefined) {
      return new Promise((resolve, reject) => {
        this.connect((error, client) => (client === undefined ? reject(error ?? new TypeError('no connection')) : resolve(client)));
      });
    }
    if (this.#isSilent) return process.nextTick(taken, new DatabaseTimeout(NO_ANSWER), undefined, () => undefined);
    let isWaiting = true;
    const taker: Taker = {
      earlier: null,
      later: null,
      since: performance.now(),
      giveUp: (reason) => {
        if (!isWaiting) return;
        isWaiting = false;
        this.#takers.remove(taker);
        taken(reason, undefined, () => undefined);
      },
    };
    this.#takers.add(taker);
    super.connect((error, client, done) => {
      if (!isWaiting) return client === undefined ? undefined : done();
      if (client === undefined) return taker.giveUp(error ?? new TypeError('no connection'));
      isWaiting = false;
      this.#takerOf.set(client, taker);
      taken(error, client, done);
    });
  }

  override end(): Promise<void>;
  override end(ended: () => void): void;
  override end(ended?: () => void): Promise<void> | void {
    clearInterval(this.#watch);
    return ended === undefined ? super.end() : super.end(ended);
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#lookedAt > LATE_LOOK_MS) this.#stalledAt = now;
    this.#lookedAt = now;
    const { first } = this.#takers;
    if (this.#isProbing || (!this.#isSilent && (first === null || now - first.since < SUSPICIOUS_MS))) return;
    void this.#probe(now);
  }

  async #probe(startedAt: number): Promise<void> {
    this.#isProbing = true;
    await this.#tryToConnect();
    // What has arrived while this process was kept from looking is heard now.
    await new Promise((resolve) => setImmediate(resolve));
    this.#isProbing = false;
    const isSilent = this.#heardAt < startedAt;
    if (isSilent && this.#stalledAt >= startedAt) return;
    this.#isSilent = isSilent;
    if (isSilent) this.#cut();
  }

  /** Any byte of an answer counts, on any connection, a refusal too: the statements under way get theirs then. */
  async #tryToConnect(): Promise<void> {
    const client = new pg.Client({ ...this.#config, connectionTimeoutMillis: PROBE_MS });
    this.#listen(client);
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      // A port that nobody listens on answers as well.
      if (error instanceof Error && 'code' in error && error.code !== 'ETIMEDOUT') this.#heardAt = performance.now();
    } finally {
      client.end().catch(() => undefined);
    }
  }

  #listen(client: pg.ClientBase): void {
    if (client instanceof pg.Client) client.connection.stream.on('data', () => void (this.#heardAt = performance.now()));
  }

  #cut(): void {
    const reason = new DatabaseTimeout(NO_ANSWER);
    for (const taker of this.#takers.list()) taker.giveUp(reason);
    for (const client of this.#clients) if (client instanceof pg.Client) client.connection.stream.destroy(reason);
  }
}
