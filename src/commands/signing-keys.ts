import type { DescribedKey } from '../authorization-server/signing-keys/signing-keys.ts';
import { alignColumns, type CommandGroup } from './command.ts';

export const signingKeyCommands: CommandGroup = {
  name: 'signing-keys',
  help: 'Keys that sign tokens',
  actions: [
    {
      name: 'list',
      help: 'List the keys in the order in which they sign.',
      async run(_given, tools) {
        const keys = await (await tools.open()).signingKeys.list();
        return { json: keys, lines: alignColumns(keys.map(toRow)) };
      },
    },
    {
      name: 'rotate',
      options: { now: { help: 'Sign with a new key at once and withdraw all others, for when one may have leaked' } },
      help: 'Publish the next key, which signs a day later; nobody notices. With --now every access token that is out is refused.',
      async run(given, tools) {
        const { signingKeys } = await tools.open();
        if (given.has('now')) {
          const { key, withdrawn } = await signingKeys.replace();
          return { json: { key, withdrawn }, lines: [`${key.id} signs; withdrawn: ${withdrawn.join(' ')}. Clients refresh by themselves`] };
        }
        const key = await signingKeys.rotate();
        return { json: { key, withdrawn: [] }, lines: [`${key.id} is published and signs from ${key.signsFrom.toISOString()}`] };
      },
    },
  ],
};

function toRow({ id, state, publishedAt, signsFrom, until }: DescribedKey): readonly string[] {
  const end = until === null ? '' : `${state === 'current' || state === 'next' ? 'signs until' : 'goes'} ${until.toISOString()}`;
  return [id, state, `published ${publishedAt.toISOString()}`, `signs from ${signsFrom.toISOString()}`, end];
}
