import type { ApiKeyStore } from '../api-keys.ts';
import { createBanAdministration, type BanAdministration } from './ban-administration.ts';
import { createClientAdministration, type ClientAdministration, type ClientAdministrationDependencies } from './client-administration.ts';
import { createFactorAdministration, type FactorAdministration } from './factor-administration.ts';
import { createGrantAdministration, type GrantAdministration } from './grant-administration.ts';
import { createKeyAdministration, type KeyAdministration } from './key-administration.ts';
import { createUserAdministration, type UserAdministration, type UserAdministrationDependencies } from './user-administration.ts';

/** What an operator may do to everybody's rows. Whoever holds it is not asked who they are. */
export interface Administration {
  readonly users: UserAdministration;
  readonly bans: BanAdministration;
  readonly factors: FactorAdministration;
  readonly clients: ClientAdministration;
  readonly grants: GrantAdministration;
  readonly keys: KeyAdministration;
}

export interface AdministrationDependencies extends UserAdministrationDependencies, ClientAdministrationDependencies {
  readonly keys: ApiKeyStore;
}

export function createAdministration(dependencies: AdministrationDependencies): Administration {
  const { db, clock, grants, keys } = dependencies;
  const grantAdministration = createGrantAdministration(db, clock, grants);
  return {
    users: createUserAdministration(dependencies),
    bans: createBanAdministration(dependencies),
    factors: createFactorAdministration(dependencies),
    clients: createClientAdministration(dependencies, grantAdministration),
    grants: grantAdministration,
    keys: createKeyAdministration(db, keys),
  };
}
