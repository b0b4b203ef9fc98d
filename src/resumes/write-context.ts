import type { AuditTrail } from '../db/audit.ts';
import type { Database } from '../db/client.ts';
import type { Actor, ResumeAccess } from './visibility.ts';

/** What every write needs: where, when, whose, and who. */
export interface WriteContext {
  readonly db: Database;
  /** Every write is recorded here, in its own transaction. */
  readonly audit: AuditTrail;
  readonly now: () => Date;
  /** At least 128 random bits, URL-safe. */
  readonly createId: () => string;
  readonly access: ResumeAccess;
  readonly actor: Actor;
}
