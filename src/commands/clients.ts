import type { AdministeredClient } from '../authorization-server/administration/client-administration.ts';
import type { ClientRegistration } from '../authorization-server/clients.ts';
import { toDay } from '../db/expiries.ts';
import { createClientAction, oneOf } from './client-creation.ts';
import { CommandError, UsageError } from './command-error.ts';
import { alignColumns, type CommandGroup } from './command.ts';
import type { Tools } from './tools.ts';

const KINDS = ['preregistered', 'dynamic', 'metadata_document'] as const satisfies readonly ClientRegistration[];
const LISTED = 1_000;

export const clientCommands: CommandGroup = {
  name: 'clients',
  help: 'Apps that may ask people for access',
  actions: [
    {
      name: 'list',
      options: { kind: { value: KINDS.join('|'), help: 'Those that came to be known in this way' } },
      help: `List clients, newest first, ${LISTED} at the most.`,
      async run(given, tools) {
        const registration = oneOf('kind', given.text('kind'), KINDS);
        const clients = await (await tools.open()).administration.clients.list({ registration, limit: LISTED });
        const rows = clients.map((client) => [
          client.clientId,
          client.registration,
          client.isDisabled ? 'disabled' : 'enabled',
          client.createdAt === null ? '' : toDay(client.createdAt),
          `${client.grants} connections`,
          client.name ?? '',
        ]);
        return { json: clients, lines: alignColumns(rows) };
      },
    },
    {
      name: 'show',
      operands: ['CLIENT_ID'],
      help: 'Say what is known of a client.',
      async run(given, tools) {
        const client = await requireClient(tools, given.operand('CLIENT_ID'));
        const rows = Object.entries(client).map(([name, value]) => [name, toText(value)]);
        return { json: client, lines: alignColumns(rows) };
      },
    },
    createClientAction,
    {
      name: 'update',
      operands: ['CLIENT_ID'],
      options: {
        'add-redirect-uri': { value: 'URI', isRepeatable: true, help: 'One more callback address' },
        'remove-redirect-uri': { value: 'URI', isRepeatable: true, help: 'A callback address that is none any more' },
      },
      help: 'Change where a client that was registered here may answer. Connections made by an address that is removed end.',
      async run(given, tools) {
        const [add, remove] = [given.list('add-redirect-uri'), given.list('remove-redirect-uri')];
        if (add.length + remove.length === 0) throw new UsageError('--add-redirect-uri or --remove-redirect-uri is missing');
        const { clientId } = await requireClient(tools, given.operand('CLIENT_ID'));
        const changed = await (await tools.open()).administration.clients.changeRedirectUris(clientId, { add, remove });
        if (!changed.ok) throw new CommandError(changed.problem);
        const { redirectUris, endedGrants } = changed;
        const rows = [
          ['Client id', clientId],
          ...redirectUris.map((uri, index) => [index === 0 ? 'Answers at' : '', uri]),
          ...(endedGrants === 0 ? [] : [['Ended', `${endedGrants} connections`]]),
        ];
        return { json: { clientId, redirectUris, endedGrants }, lines: alignColumns(rows) };
      },
    },
    {
      name: 'disable',
      operands: ['CLIENT_ID'],
      help: 'Refuse a client from now on, and end its connections.',
      run: (given, tools) => setDisabled(tools, given.operand('CLIENT_ID'), true),
    },
    {
      name: 'enable',
      operands: ['CLIENT_ID'],
      help: 'Let a client ask people again.',
      run: (given, tools) => setDisabled(tools, given.operand('CLIENT_ID'), false),
    },
    {
      name: 'delete',
      operands: ['CLIENT_ID'],
      help: 'End the connections of a client and forget it. One that has a metadata document comes back by asking: disable it instead.',
      async run(given, tools) {
        const { clientId } = await requireClient(tools, given.operand('CLIENT_ID'));
        await (await tools.open()).administration.clients.delete(clientId);
        return { json: { deleted: clientId }, lines: [`Deleted ${clientId}`] };
      },
    },
  ],
};

async function setDisabled(tools: Tools, id: string, isDisabled: boolean) {
  const { clientId } = await requireClient(tools, id);
  await (await tools.open()).administration.clients.setDisabled(clientId, isDisabled);
  return { json: { clientId, isDisabled }, lines: [`${isDisabled ? 'Disabled' : 'Enabled'} ${clientId}`] };
}

async function requireClient(tools: Tools, clientId: string): Promise<AdministeredClient> {
  const found = await (await tools.open()).administration.clients.find(clientId);
  if (found === null) throw new CommandError(`No client has the id ${clientId}`);
  return found;
}

function toText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(' ') : String(value);
}
