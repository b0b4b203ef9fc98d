import { toDay } from '../db/expiries.ts';
import { alignColumns, type CommandGroup } from './command.ts';
import { CommandError } from './command-error.ts';
import { requireUser } from './people.ts';

export const grantCommands: CommandGroup = {
  name: 'grants',
  help: 'Connections: what people allowed apps to do',
  actions: [
    {
      name: 'list',
      options: { user: { value: 'EMAIL', help: 'Those of one person' }, client: { value: 'CLIENT_ID', help: 'Those of one client' } },
      help: 'List live connections, newest first.',
      async run(given, tools) {
        const { administration } = await tools.open();
        const email = given.text('user');
        const clientId = given.text('client');
        const grants = await administration.grants.list({
          ...(email !== null && { userId: (await requireUser(administration, email)).id }),
          ...(clientId !== null && { clientId }),
        });
        const rows = grants.map((grant) => [
          grant.id,
          grant.email,
          grant.clientName,
          grant.mode,
          toDay(grant.createdAt),
          grant.lastUsedAt === null ? 'never used' : `used ${toDay(grant.lastUsedAt)}`,
          grant.scopes.join(' '),
        ]);
        return { json: grants, lines: alignColumns(rows) };
      },
    },
    {
      name: 'revoke',
      operands: ['GRANT_ID'],
      help: 'End a connection with every token of it, on every server within a second.',
      async run(given, tools) {
        const id = given.operand('GRANT_ID');
        if (!(await (await tools.open()).administration.grants.revoke(id))) throw new CommandError(`No live connection has the id ${id}`);
        return { json: { revoked: id }, lines: [`Ended ${id}`] };
      },
    },
  ],
};
