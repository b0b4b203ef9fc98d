import pg from 'pg';

/** Channels of NOTIFY; the triggers of the migrations publish on them when a transaction commits. */
export type Channel = 'vitae_revocation';

/** A standing LISTEN. */
export interface Subscription {
  /**
   * The latest instant (milliseconds since the epoch) by which every notice committed until then is known to have arrived.
   * Negative infinity while the link is down or unproven: ask the tables then.
   */
  completeUntil(): number;
  state(): SubscriptionState;
  close(): Promise<void>;
}

/** `polling`: the link is down, and whoever relies on it asks the tables. */
export type SubscriptionState = 'listening' | 'polling' | 'closed';

export interface SubscriptionOptions {
  /** Called for every notice, and whenever the link was made anew: notices of the time between are lost. */
  readonly onNotice: () => void;
  readonly onLost?: (error: unknown) => void;
  readonly clock: () => Date;
}

const HEARTBEAT_MS = 200;
/** Nobody asked for this long: the heartbeat rests until somebody does. */
const IDLE_MS = 60_000;
const ANSWER_TIMEOUT_MS = 1_000;
const RECONNECT_MS = 500;

/**
 * Listens on a PostgreSQL connection of its own. A dead peer makes no sound, so while somebody relies on the link a heartbeat
 * proves it; PostgreSQL delivers pending notices before it answers. A lost link is made again for as long as it takes.
 */
export function listenPostgres(url: string, channel: Channel, options: SubscriptionOptions): Subscription {
  const { onNotice, onLost, clock } = options;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let completeUntil = Number.NEGATIVE_INFINITY;
  let stands = false;
  let askedAt = clock().getTime();
  let closed = false;

  const schedule = (work: () => Promise<void>, milliseconds: number) => {
    if (closed) return;
    timer = setTimeout(() => void work(), milliseconds);
    timer.unref();
  };

  const lose = (lost: pg.Client, error: unknown) => {
    if (client !== lost) return;
    client = null;
    stands = false;
    completeUntil = Number.NEGATIVE_INFINITY;
    clearTimeout(timer);
    lost.end().catch(() => undefined);
    if (closed) return;
    onLost?.(error);
    schedule(connect, RECONNECT_MS);
  };

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    });
    client = fresh;
    fresh.on('error', (error) => lose(fresh, error));
    fresh.on('end', () => lose(fresh, new Error('the connection ended')));
    fresh.on('notification', onNotice);
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
      stands = true;
      onNotice();
      await beat();
    } catch (error) {
      lose(fresh, error);
    }
  };

  const beat = async (): Promise<void> => {
    const current = client;
    if (current === null) return;
    const startedAt = clock().getTime();
    if (startedAt - askedAt > IDLE_MS) return schedule(beat, HEARTBEAT_MS);
    try {
      await current.query('select 1');
    } catch (error) {
      return lose(current, error);
    }
    if (client !== current) return;
    completeUntil = startedAt;
    schedule(beat, HEARTBEAT_MS);
  };

  void connect();
  return {
    completeUntil() {
      askedAt = clock().getTime();
      return completeUntil;
    },
    state: () => (closed ? 'closed' : stands ? 'listening' : 'polling'),
    async close() {
      closed = true;
      completeUntil = Number.NEGATIVE_INFINITY;
      clearTimeout(timer);
      const current = client;
      client = null;
      await current?.end().catch(() => undefined);
    },
  };
}
