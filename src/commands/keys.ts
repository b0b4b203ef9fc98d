import { toDay } from '../db/expiries.ts';
import { alignColumns, type CommandGroup } from './command.ts';
import { CommandError } from './command-error.ts';
import { requireUser } from './people.ts';

export const keyCommands: CommandGroup = {
  name: 'keys',
  help: 'API keys',
  actions: [
    {
      name: 'list',
      options: { user: { value: 'EMAIL', help: 'Those of one person' } },
      help: 'List API keys, expired ones too, newest first.',
      async run(given, tools) {
        const { administration } = await tools.open();
        const email = given.text('user');
        const keys = await administration.keys.list(email === null ? undefined : (await requireUser(administration, email)).id);
        const rows = keys.map((key) => [
          key.id,
          key.email,
          key.name ?? '',
          `${key.start ?? ''}…`,
          toDay(key.createdAt),
          key.expiresAt === null ? 'no end' : `ends ${toDay(key.expiresAt)}`,
          key.lastUsedAt === null ? 'never used' : `used ${toDay(key.lastUsedAt)}`,
          key.scopes.join(' '),
        ]);
        return { json: keys, lines: alignColumns(rows) };
      },
    },
    {
      name: 'revoke',
      operands: ['KEY_ID'],
      help: 'Delete an API key: the next request with it is refused.',
      async run(given, tools) {
        const id = given.operand('KEY_ID');
        if (!(await (await tools.open()).administration.keys.revoke(id))) throw new CommandError(`No API key has the id ${id}`);
        return { json: { revoked: id }, lines: [`Revoked ${id}`] };
      },
    },
  ],
};
