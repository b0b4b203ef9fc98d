import type { Administration } from '../authorization-server/administration/administration.ts';
import type { AdministeredUser } from '../authorization-server/administration/user-administration.ts';
import { CommandError } from './command-error.ts';

/** @param person an e-mail address or an id @throws CommandError */
export async function requireUser(administration: Administration, person: string): Promise<AdministeredUser> {
  const found = await administration.users.find(person);
  if (found === null) throw new CommandError(`There is no account of ${person}`);
  return found;
}
