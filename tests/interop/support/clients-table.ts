import { methodOf } from './discovery.ts';
import type { ClientProfile } from './profile.ts';
import { STEPS } from './steps.ts';

const BEGIN = '<!-- clients: written by pnpm readme:clients -->';
const END = '<!-- /clients -->';
const LINE = 136;

/** The README with the table of clients as the lives say it. @throws Error without the two marks */
export function writeClients(readme: string, lives: readonly ClientProfile[]): string {
  const [before, rest] = halves(readme, BEGIN);
  const [, after] = halves(rest, END);
  return `${before}${BEGIN}\n\n${renderClients(lives)}\n\n${END}${after}`;
}

function renderClients(lives: readonly ClientProfile[]): string {
  const lead = `Each row is the whole life of a client, replayed against the whole app with the requests of its own source, documentation or
    logs; what none of them tells is as in clients of its kind. A client ${Object.keys(STEPS).join('; ')}. Rerun one with \`npx vitest run tests/interop/lives.test.ts -t Cursor\`; the files are in
    \`tests/interop/clients/\`.`;
  return [
    wrap(lead),
    '',
    '| client | how it registers | token authentication | MCP revision | what was replayed |',
    '|---|---|---|---|---|',
    ...lives.map((life) => `| ${[life.name, identityOf(life), authenticationOf(life), life.revision, replayedOf(life)].join(' | ')} |`),
  ].join('\n');
}

/** Lines of at most {@link LINE} characters; code stays in one. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

function identityOf({ identity }: ClientProfile): string {
  switch (identity.kind) {
    case 'document':
      return 'metadata document';
    case 'registers':
      return identity.isPerFlow === true ? 'itself, at each sign-in' : 'itself';
    case 'by_hand':
      return 'by hand, with id and secret';
  }
}

function authenticationOf(life: ClientProfile): string {
  const registered = `\`${methodOf(life)}\``;
  switch (life.credentials) {
    case undefined:
    case 'registered':
    case 'id_only':
      return registered;
    case 'body':
      return `${registered}, sent in the body`;
    case 'basic_raw':
      return `${registered}, sent by Basic`;
    case 'basic_encoded':
      return `${registered}, sent by Basic, encoded`;
    case 'empty_secret':
      return `${registered}, with an empty secret`;
    case 'basic_empty_secret':
      return `${registered}, by Basic with an empty secret`;
  }
}

/** Its life, where the answer went, and what sets it apart. */
function replayedOf({ redirectUri, probes, besides, pageOrigin }: ClientProfile): string {
  const { protocol, host } = new URL(redirectUri);
  return [
    `its life, answered at \`${protocol === 'https:' ? host : `${protocol}//${host}`}\``,
    ...(probes.some((probe) => /(?:authorization-server|openid-configuration)\S* 200/.test(probe)) ? [] : ['guesses the endpoints']),
    ...(pageOrigin === undefined ? [] : ['in a web page, by CORS']),
    ...Object.keys(besides ?? {}),
  ].join('; ');
}

function halves(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`the README has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
