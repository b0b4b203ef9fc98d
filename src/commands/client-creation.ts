import type { NewClient } from '../authorization-server/administration/client-administration.ts';
import type { RegisteredMethod } from '../authorization-server/interop/client-authentication.ts';
import {
  KNOWN_SERVICES,
  needsOrigin,
  redirectUrisOf,
  SERVICE_KEYS,
  type FieldValue,
  type KnownService,
} from '../authorization-server/interop/known-services.ts';
import { isScope, OFFLINE_ACCESS, RESUME_SCOPES, SUPPORTED_SCOPES } from '../authorization-server/scopes.ts';
import { CommandError, UsageError } from './command-error.ts';
import { alignColumns, type Action, type Given } from './command.ts';

const METHODS = ['client_secret_post', 'client_secret_basic', 'none', 'private_key_jwt'] as const satisfies readonly RegisteredMethod[];

export const createClientAction: Action = {
  name: 'create',
  operands: ['NAME'],
  options: {
    for: { value: SERVICE_KEYS.join('|'), help: 'A service whose callback addresses and settings are known here' },
    host: { value: 'HOST', help: 'Where your own n8n is, e.g. n8n.example.org or http://localhost:5678' },
    'redirect-uri': { value: 'URI', isRepeatable: true, help: 'The callback address that the service shows' },
    scope: {
      value: 'SCOPE',
      isRepeatable: true,
      help: `It may ask for these alone; everything when left out: ${SUPPORTED_SCOPES.join(' ')}`,
    },
    auth: { value: METHODS.join('|'), help: 'How it proves who it is; client_secret_post when left out, or as the service does' },
    'jwks-uri': { value: 'URL', help: 'Where its keys are, for private_key_jwt' },
  },
  help: 'Register a client for a service that asks for an id and a secret. The secret is shown once; nobody forgets the client.',
  async run(given, tools) {
    const service = chosenService(given);
    const client = toNewClient(given, service);
    const created = await (await tools.open()).administration.clients.create(client);
    if (!created.ok) throw new CommandError(created.problem);
    const { clientId, clientSecret } = created;
    const { appUrl } = tools.env;
    const values = {
      clientId,
      clientSecret: clientSecret ?? '',
      server: `${appUrl}/mcp`,
      authorizationUrl: `${appUrl}/authorize`,
      tokenUrl: `${appUrl}/token`,
      scopes: (given.list('scope').length === 0 ? [...RESUME_SCOPES, OFFLINE_ACCESS] : client.scopes).join(' '),
    };
    if (service !== null) return describeService(service, client, values);
    const rows = [
      ['Client id', clientId],
      ...(clientSecret === null ? [] : [['Client secret', `${clientSecret}   (shown this once)`]]),
      ['Server', values.server],
      ['Authorization URL', values.authorizationUrl],
      ['Token URL', values.tokenUrl],
      ['Scopes', client.scopes.join(' ')],
    ];
    return { json: { clientId, clientSecret }, lines: alignColumns(rows) };
  },
};

/** The value of an option that has a few. @throws UsageError for any other */
export function oneOf<T extends string>(option: string, value: string | null, choices: readonly T[]): T | null {
  if (value === null) return null;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw new UsageError(`--${option} is one of ${choices.join(', ')}`);
  return chosen;
}

function chosenService(given: Given): KnownService | null {
  const key = oneOf('for', given.text('for'), SERVICE_KEYS);
  return key === null ? null : KNOWN_SERVICES[key];
}

/** @throws UsageError */
function toNewClient(given: Given, service: KnownService | null): NewClient {
  const redirectUris = service === null ? given.list('redirect-uri') : requireServiceUris(given, service);
  if (service === null && given.text('host') !== null) throw new UsageError('--host goes with --for');
  if (redirectUris.length === 0) throw new UsageError('--redirect-uri is missing');
  const scopes = given.list('scope').flatMap((scope) => scope.split(' '));
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) throw new UsageError(`--scope: there is no ${unknown}`);
  return {
    name: given.operand('NAME'),
    redirectUris,
    scopes: scopes.length === 0 ? SUPPORTED_SCOPES : scopes,
    tokenEndpointAuthMethod: oneOf('auth', given.text('auth'), METHODS) ?? service?.tokenEndpointAuthMethod ?? 'client_secret_post',
    jwksUri: given.text('jwks-uri'),
  };
}

/** @throws UsageError for what the service has no use for, and for what only the person knows and did not say */
function requireServiceUris(given: Given, service: KnownService): readonly string[] {
  const { name, madeUpBelow } = service;
  const host = given.text('host');
  if (needsOrigin(service) !== (host !== null))
    throw new UsageError(host === null ? `--host is missing: where your own ${name} is` : `--host: ${name} is at an address that is known`);
  const foreign = given.list('redirect-uri').find((uri) => madeUpBelow === null || !uri.startsWith(madeUpBelow));
  if (foreign !== undefined)
    throw new UsageError(
      `--redirect-uri: ${name} ${madeUpBelow === null ? 'has no other callback address' : `has those alone that begin with ${madeUpBelow}`}`,
    );
  return [...redirectUrisOf(service, host === null ? null : toOrigin(host)), ...given.list('redirect-uri')];
}

/** `n8n.example.org` is on https; whatever has a scheme is taken as it is, with the path below which it is served. */
function toOrigin(host: string): string {
  const address = host.includes('://') ? host : `https://${host}`;
  if (!/^https?:\/\/[^/?#]/i.test(address) || /[?#\s]/.test(address) || !URL.canParse(address))
    throw new UsageError('--host is a host such as n8n.example.org, or an address such as http://localhost:5678');
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function describeService(service: KnownService, { name, redirectUris }: NewClient, values: Readonly<Record<FieldValue, string>>) {
  const fields = Object.entries(service.fields).map(([label, value]): [string, string] => [
    label,
    typeof value === 'string' ? values[value] : value.literally,
  ]);
  const notes = [
    ...service.notes,
    ...(service.madeUpBelow === null ? [] : [`Add it by: node dist/main.js clients update ${values.clientId} --add-redirect-uri URL`]),
  ];
  return {
    json: {
      clientId: values.clientId,
      clientSecret: values.clientSecret,
      redirectUris,
      where: service.where,
      fields: Object.fromEntries(fields),
      notes,
    },
    lines: [
      `Registered ${name}. In ${service.name}: ${service.where}`,
      '',
      ...alignColumns(fields, 2),
      '',
      ...(values.clientSecret === '' ? [] : ['The secret is shown this once.']),
      `It may answer at ${redirectUris.join(' and ')} alone.`,
      ...notes,
    ],
  };
}
