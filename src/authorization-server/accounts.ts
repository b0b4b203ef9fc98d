import type { VersionedSecret } from '../env.ts';
import type { Auth } from './auth.ts';
import { toEmailLink, type EmailLink } from './email-link.ts';

export interface Passkey {
  readonly id: string;
  /** As its owner calls it; untrusted. */
  readonly name: string | null;
  readonly createdAt: Date | null;
}

/** What the pages ask about accounts. */
export interface Accounts {
  /** Whether a link to choose a new password still works. */
  isResetTokenLive(token: string): Promise<boolean>;
  /** Reads the token of a mail about an address; null for one that is forged, altered, over or not about an address. */
  readEmailLink(token: string): Promise<EmailLink | null>;
  isEmailVerified(userId: string): Promise<boolean>;
  /** Whether signing in takes a code besides the password. */
  hasSecondFactor(userId: string): Promise<boolean>;
  /** Oldest first. */
  listPasskeys(userId: string): Promise<readonly Passkey[]>;
}

/** @param secrets any of which may have signed a link */
export function createAccounts(auth: Auth, clock: () => Date, secrets: readonly VersionedSecret[]): Accounts {
  return {
    async isResetTokenLive(token) {
      const found = await (await auth.$context).internalAdapter.findVerificationValue(`reset-password:${token}`);
      return found !== null && found.expiresAt > clock();
    },
    async readEmailLink(token) {
      return toEmailLink(token, secrets, clock());
    },
    async listPasskeys(userId) {
      const { adapter } = await auth.$context;
      const where = [{ field: 'userId', value: userId }];
      const found = await adapter.findMany<Passkey>({
        model: 'passkey',
        where,
        sortBy: { field: 'createdAt', direction: 'asc' },
        limit: 100,
      });
      return found.map(({ id, name, createdAt }) => ({ id, name, createdAt }));
    },
    async hasSecondFactor(userId) {
      const { adapter } = await auth.$context;
      const found = await adapter.findOne<{ verified: boolean | null }>({
        model: 'twoFactor',
        where: [{ field: 'userId', value: userId }],
      });
      return found !== null && found.verified !== false;
    },
    async isEmailVerified(userId) {
      return (await (await auth.$context).internalAdapter.findUserById(userId))?.emailVerified === true;
    },
  };
}
