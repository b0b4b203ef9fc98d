import type { Action } from './command.ts';
import { CommandError } from './command-error.ts';
import { requireUser } from './people.ts';

/** For somebody who has lost their authenticator and their backup codes. */
export const resetSecondFactor: Action = {
  name: 'reset-second-factor',
  operands: ['EMAIL'],
  options: { passkeys: { help: 'Remove their passkeys too' } },
  help: 'Take the second factor away from somebody who has lost it: the password alone signs in then. Make sure who asks. No mail is sent.',
  async run(given, tools) {
    const { administration } = await tools.open();
    const { id, email } = await requireUser(administration, given.operand('EMAIL'));
    const { hadSecondFactor, passkeys } = await administration.factors.reset(id, { withPasskeys: given.has('passkeys') });
    if (!hadSecondFactor && passkeys === 0) throw new CommandError(`${email} has no second factor`);
    const removed = [...(hadSecondFactor ? ['the second factor'] : []), ...(passkeys > 0 ? [`passkeys: ${passkeys}`] : [])];
    return { json: { id, email, secondFactor: hadSecondFactor, passkeys }, lines: [`Removed from ${email}: ${removed.join(', ')}`] };
  },
};
