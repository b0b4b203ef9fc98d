/** Work that goes on after its request has been answered. */
export interface BackgroundWork {
  /** Begins `work` without waiting for it. @returns false when there is too much under way already; `work` has not begun then */
  begin(work: () => Promise<unknown>): boolean;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
}

const MAXIMUM_UNDER_WAY = 100;

/** @param onFailed told of every rejection; there is nobody else to tell */
export function createBackgroundWork(onFailed: (error: unknown) => void): BackgroundWork {
  const underWay = new Set<Promise<void>>();
  return {
    begin(work) {
      if (underWay.size >= MAXIMUM_UNDER_WAY) return false;
      const running: Promise<void> = work()
        .then(() => undefined, onFailed)
        .finally(() => underWay.delete(running));
      underWay.add(running);
      return true;
    },
    async settle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
