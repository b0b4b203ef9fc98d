import type { AuditTrail } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import type { Auth } from '../auth.ts';

export interface FactorAdministration {
  /**
   * Takes a person's second factor away, one that is half set up too, so that the password alone signs in. Sessions and connections stay.
   *
   * @returns whether there was one, and how many passkeys were removed
   */
  reset(
    userId: string,
    options: { readonly withPasskeys: boolean },
  ): Promise<{ readonly hadSecondFactor: boolean; readonly passkeys: number }>;
}

export interface FactorAdministrationDependencies {
  readonly auth: Auth;
  readonly db: Database;
  readonly audit: AuditTrail;
}

export function createFactorAdministration({ auth, db, audit }: FactorAdministrationDependencies): FactorAdministration {
  return {
    reset: (userId, { withPasskeys }) =>
      db.transaction(async () => {
        const { adapter } = await auth.$context;
        const where = [{ field: 'userId', value: userId }];
        const hadSecondFactor = (await adapter.deleteMany({ model: 'twoFactor', where })) > 0;
        if (hadSecondFactor) {
          await adapter.update({ model: 'user', where: [{ field: 'id', value: userId }], update: { twoFactorEnabled: false } });
          await audit.record({ event: 'two_factor.disabled', userId });
        }
        const passkeys = withPasskeys ? await adapter.deleteMany({ model: 'passkey', where }) : 0;
        if (passkeys > 0) await audit.record({ event: 'passkey.removed', userId, detail: { count: passkeys } });
        return { hadSecondFactor, passkeys };
      }),
  };
}
