import type { Action } from './command.ts';
import { CommandError, UsageError } from './command-error.ts';
import { toInstant } from './instant.ts';
import { requireUser } from './people.ts';

/** A person reads it in a sentence on the sign-in page. */
const MAXIMUM_REASON = 300;

/** What of `users` closes accounts and opens them. */
export const banActions: readonly Action[] = [
  {
    name: 'ban',
    operands: ['EMAIL'],
    options: {
      reason: { value: 'TEXT', help: 'Why; they read it when they sign in' },
      until: { value: 'TIME', help: 'When the account opens again by itself: a day (UTC) or an instant; never when left out' },
    },
    help: 'Close an account: every session and connection ends at once, keys and published resumes rest. Again: another reason and end.',
    async run(given, tools) {
      const reason = given.text('reason');
      const endsAt = toInstant(given, 'until');
      if (reason !== null && reason.length > MAXIMUM_REASON) throw new UsageError(`--reason has at most ${MAXIMUM_REASON} characters`);
      if (endsAt !== null && endsAt <= tools.clock()) throw new UsageError('--until is over already');
      const { administration } = await tools.open();
      const { id, email } = await requireUser(administration, given.operand('EMAIL'));
      const grants = await administration.bans.ban(id, { reason, endsAt });
      const until = endsAt === null ? '' : ` until ${endsAt.toISOString()}`;
      return {
        json: { id, email, reason, until: endsAt, endedGrants: grants },
        lines: [`Closed the account of ${email}${until}; ended every session and ${grants} connections`],
      };
    },
  },
  {
    name: 'unban',
    operands: ['EMAIL'],
    help: 'Open an account that was closed: keys and published resumes work again, apps have to connect anew.',
    async run(given, tools) {
      const { administration } = await tools.open();
      const { id, email } = await requireUser(administration, given.operand('EMAIL'));
      if (!(await administration.bans.unban(id))) throw new CommandError(`The account of ${email} is not closed`);
      return { json: { id, email }, lines: [`Opened the account of ${email}`] };
    },
  },
];
