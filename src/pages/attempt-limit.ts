export interface AttemptLimit {
  /** @returns false when the subject has used up its attempts; the refused attempt counts no further */
  take(subject: string): boolean;
}

const MAX_SUBJECTS = 10_000;

/** Bounds attempts per subject in a window of time, in this process. The oldest subjects are forgotten first when there are many. */
export function createAttemptLimit(clock: () => Date, limit: { readonly attempts: number; readonly windowSeconds: number }): AttemptLimit {
  const subjects = new Map<string, { count: number; readonly endsAt: number }>();
  return {
    take(subject) {
      const now = clock().getTime();
      const found = subjects.get(subject);
      if (found !== undefined && found.endsAt > now) {
        if (found.count >= limit.attempts) return false;
        found.count += 1;
        return true;
      }
      subjects.delete(subject);
      const [oldest] = subjects.keys();
      if (subjects.size >= MAX_SUBJECTS && oldest !== undefined) subjects.delete(oldest);
      subjects.set(subject, { count: 1, endsAt: now + limit.windowSeconds * 1000 });
      return true;
    },
  };
}
