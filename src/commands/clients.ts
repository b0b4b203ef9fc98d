import type { AdministeredClient } from '../authorization-server/administration/client-administration.ts';
import type { ClientRegistration } from '../authorization-server/clients.ts';
import type { RegisteredMethod } from '../authorization-server/interop/client-authentication.ts';
import { isScope, SUPPORTED_SCOPES } from '../authorization-server/scopes.ts';
import { toDay } from '../db/expiries.ts';
import { CommandError, UsageError } from './command-error.ts';
import { alignColumns, type CommandGroup } from './command.ts';
import type { Tools } from './tools.ts';

const KINDS = ['preregistered', 'dynamic', 'metadata_document'] as const satisfies readonly ClientRegistration[];
const METHODS = ['client_secret_post', 'client_secret_basic', 'none', 'private_key_jwt'] as const satisfies readonly RegisteredMethod[];
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
    {
      name: 'create',
      operands: ['NAME'],
      options: {
        'redirect-uri': { value: 'URI', isRepeatable: true, help: 'The callback address that the service shows' },
        scope: {
          value: 'SCOPE',
          isRepeatable: true,
          help: `It may ask for these alone; everything when left out: ${SUPPORTED_SCOPES.join(' ')}`,
        },
        auth: { value: METHODS.join('|'), help: 'How it proves who it is; client_secret_post when left out' },
        'jwks-uri': { value: 'URL', help: 'Where its keys are, for private_key_jwt' },
      },
      help: 'Register a client for a service that asks for an id and a secret. The secret is shown once; nobody forgets the client.',
      async run(given, tools) {
        const redirectUris = given.list('redirect-uri');
        if (redirectUris.length === 0) throw new UsageError('--redirect-uri is missing');
        const scopes = given.list('scope').flatMap((scope) => scope.split(' '));
        const unknown = scopes.find((scope) => !isScope(scope));
        if (unknown !== undefined) throw new UsageError(`--scope: there is no ${unknown}`);
        const created = await (
          await tools.open()
        ).administration.clients.create({
          name: given.operand('NAME'),
          redirectUris,
          scopes: scopes.length === 0 ? SUPPORTED_SCOPES : scopes,
          tokenEndpointAuthMethod: oneOf('auth', given.text('auth'), METHODS) ?? 'client_secret_post',
          jwksUri: given.text('jwks-uri'),
        });
        if (!created.ok) throw new CommandError(created.problem);
        const { clientId, clientSecret } = created;
        const { appUrl } = tools.env;
        const rows = [
          ['Client id', clientId],
          ...(clientSecret === null ? [] : [['Client secret', `${clientSecret}   (shown this once)`]]),
          ['Server', `${appUrl}/mcp`],
          ['Authorization URL', `${appUrl}/authorize`],
          ['Token URL', `${appUrl}/token`],
          ['Scopes', (scopes.length === 0 ? SUPPORTED_SCOPES : scopes).join(' ')],
        ];
        return { json: { clientId, clientSecret }, lines: alignColumns(rows) };
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

function oneOf<T extends string>(option: string, value: string | null, choices: readonly T[]): T | null {
  if (value === null) return null;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw new UsageError(`--${option} is one of ${choices.join(', ')}`);
  return chosen;
}

function toText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(' ') : String(value);
}
