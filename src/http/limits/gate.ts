/** Lets a few in at a time. */
export interface Gate {
  /** Runs `work` when there is room. @returns null when too many wait already or the wait gets too long; `work` has not begun then */
  enter<T>(work: () => Promise<T>): Promise<T | null>;
}

export interface GateOptions {
  readonly concurrency: number;
  readonly queue: number;
  readonly waitMs: number;
  /** Told of everybody who is sent away. */
  readonly onFull?: () => void;
}

export function createGate({ concurrency, queue, waitMs, onFull }: GateOptions): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;

  const waitForRoom = () =>
    new Promise<boolean>((resolve) => {
      const admit = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(admit), 1);
        resolve(false);
      }, waitMs);
      waiting.push(admit);
    });

  return {
    async enter(work) {
      if (inside < concurrency) inside += 1;
      // Whoever leaves hands its place on, so `inside` stays as it is.
      else if (waiting.length >= queue || !(await waitForRoom())) {
        onFull?.();
        return null;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) inside -= 1;
        else next();
      }
    },
  };
}
