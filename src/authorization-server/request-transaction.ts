import type { Database } from '../db/client.ts';

/** Carries the response of a failed request out of the transaction that it rolls back. */
class RolledBack extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('rolled back');
    this.response = response;
  }
}

/** Commits what a refusal writes too (a spent attempt, a revoked grant); only a server error leaves nothing behind. */
export async function inTransaction(db: Database, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await db.transaction(async () => {
      const response = await answer();
      if (response.status >= 500) throw new RolledBack(response);
      return response;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.response;
    throw error;
  }
}
