import { z } from 'zod';
import type { AdministeredUser, PasswordProblem } from '../authorization-server/administration/user-administration.ts';
import { toDay } from '../db/expiries.ts';
import { banActions } from './bans.ts';
import { alignColumns, type CommandGroup, type Given } from './command.ts';
import { CommandError, UsageError } from './command-error.ts';
import { exportPersonalData } from '../personal-data/export.ts';
import { writeNewFile } from './new-file.ts';
import { requireUser } from './people.ts';
import { resetSecondFactor } from './second-factor.ts';
import type { Tools } from './tools.ts';

const PASSWORD_STDIN = { help: 'Read the password from the first line of the input' };
const PROBLEMS: Readonly<Record<PasswordProblem | 'email_taken', string>> = {
  email_taken: 'There is an account with this address already',
  too_short: 'The password is too short',
  too_long: 'The password is too long',
};
const MAXIMUM_LIMIT = 100_000;

export const userCommands: CommandGroup = {
  name: 'users',
  help: 'People and their accounts',
  actions: [
    {
      name: 'list',
      options: {
        search: { value: 'TEXT', help: 'Whose address or name has this in it' },
        limit: { value: 'NUMBER', help: 'At most so many; 100 when left out' },
      },
      help: 'List people, newest first.',
      async run(given, tools) {
        const limit = Number(given.text('limit') ?? 100);
        if (!Number.isInteger(limit) || limit < 1 || limit > MAXIMUM_LIMIT) throw new UsageError(`--limit is 1 to ${MAXIMUM_LIMIT}`);
        const { users, total } = await (await tools.open()).administration.users.list({ search: given.text('search'), limit });
        const rows = users.map((user) => [
          user.id,
          user.email,
          user.isEmailVerified ? 'confirmed' : 'unconfirmed',
          toDay(user.createdAt),
          user.name,
        ]);
        const more = total > users.length ? [`${users.length} of ${total}`] : [];
        return { json: { users, total }, lines: [...alignColumns(rows), ...more] };
      },
    },
    {
      name: 'show',
      operands: ['EMAIL'],
      help: 'Say who somebody is and how much they have here. An id does too, here and below.',
      async run(given, tools) {
        const { administration } = await tools.open();
        const { id } = await requireUser(administration, given.operand('EMAIL'));
        const ban = await administration.bans.find(id);
        const user = await administration.users.describe(id);
        const shown = { ...user, closedSince: ban?.bannedAt ?? null, closedUntil: ban?.endsAt ?? null, closedReason: ban?.reason ?? null };
        const rows = Object.entries(shown).map(([name, value]) => [
          name,
          value instanceof Date ? value.toISOString() : String(value ?? ''),
        ]);
        return { json: shown, lines: alignColumns(rows) };
      },
    },
    {
      name: 'create',
      operands: ['EMAIL'],
      options: {
        name: { value: 'NAME', help: 'What they are called; the address when left out' },
        verified: { help: 'The address counts as confirmed' },
        'password-stdin': PASSWORD_STDIN,
      },
      help: 'Make an account, and print a link to choose its password unless one is given. No mail is sent.',
      async run(given, tools) {
        const { administration } = await tools.open();
        const email = given.operand('EMAIL').toLowerCase();
        if (!z.email().max(254).safeParse(email).success) throw new UsageError(`${email} is no e-mail address`);
        const password = await readPassword(given, tools);
        const name = given.text('name') ?? email;
        const created = await administration.users.create({ email, name, isEmailVerified: given.has('verified'), password });
        if (!created.ok) throw new CommandError(PROBLEMS[created.problem]);
        const link = password === null ? await administration.users.createResetLink(email) : null;
        return { json: { ...created.user, link }, lines: [`Made ${email} (${created.user.id})`, ...renderLink(link)] };
      },
    },
    {
      name: 'reset-password',
      operands: ['EMAIL'],
      options: { 'password-stdin': PASSWORD_STDIN },
      help: 'Print a link to choose a new password, or set the one that is given: that ends every session and connection at once.',
      async run(given, tools) {
        const { administration } = await tools.open();
        const { id, email } = await requireUser(administration, given.operand('EMAIL'));
        const password = await readPassword(given, tools);
        if (password === null) {
          const link = await administration.users.createResetLink(email);
          return { json: { id, email, link }, lines: renderLink(link) };
        }
        const problem = await administration.users.setPassword(id, password);
        if (problem !== null) throw new CommandError(PROBLEMS[problem]);
        return { json: { id, email, link: null }, lines: [`Set the password of ${email}; every session and connection has ended`] };
      },
    },
    resetSecondFactor,
    ...banActions,
    {
      name: 'export',
      operands: ['EMAIL'],
      options: { output: { value: 'FILE', help: 'Write it into a new file that you alone can read; printed when left out' } },
      help: 'Give out everything that is stored about somebody, without secrets, as one JSON document (docs/personal-data.md).',
      async run(given, tools) {
        const file = given.text('output');
        const { db, audit, administration } = await tools.open();
        const { id, email } = await requireUser(administration, given.operand('EMAIL'));
        const parts = exportPersonalData(db, id);
        await audit.record({ event: 'account.exported', userId: id });
        if (file === null) return { json: null, lines: [], stream: parts };
        await writeNewFile(file, async (append) => {
          for await (const part of parts) await append(part);
        });
        return { json: { id, email, file }, lines: [`Wrote ${file}`] };
      },
    },
    {
      name: 'delete',
      operands: ['EMAIL'],
      options: { yes: { help: 'Do it: there is no way back' } },
      help: 'Delete somebody for good with their resumes, connections and keys. What the audit trail says of them goes when its retention ends.',
      async run(given, tools) {
        const { administration } = await tools.open();
        const user = await requireUser(administration, given.operand('EMAIL'));
        if (!given.has('yes')) throw new UsageError(`This deletes ${describe(user)} for good: say --yes`);
        await administration.users.delete(user.id);
        return { json: { deleted: user.id }, lines: [`Deleted ${describe(user)}`] };
      },
    },
  ],
};

/** @returns null when the option was not given */
async function readPassword(given: Given, tools: Tools): Promise<string | null> {
  if (!given.has('password-stdin')) return null;
  const [line = ''] = (await tools.readInput()).split(/\r?\n/, 1);
  return line;
}

function renderLink(link: string | null): readonly string[] {
  return link === null ? [] : ['To choose a password, within an hour and once:', link];
}

function describe({ email, name, id }: AdministeredUser): string {
  return `${email} (${name}, ${id})`;
}
