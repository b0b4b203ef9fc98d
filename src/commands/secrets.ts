import type { SecretUse } from '../authorization-server/stored-secrets.ts';
import { alignColumns, type CommandGroup } from './command.ts';

export const secretCommands: CommandGroup = {
  name: 'secrets',
  help: 'What is encrypted with AUTH_SECRET',
  actions: [
    {
      name: 'list',
      help: 'Count what is stored encrypted, by the version of the secret that opens it.',
      async run(_given, tools) {
        const uses = await (await tools.open()).storedSecrets.list();
        return { json: uses, lines: alignColumns(uses.map(toRow)) };
      },
    },
    {
      name: 'renew',
      help: 'Encrypt everything with the first secret of AUTH_SECRET, so that the others can go.',
      async run(_given, tools) {
        const renewed = await (await tools.open()).storedSecrets.renew();
        return { json: renewed, lines: alignColumns(Object.entries(renewed).map(([kind, count]) => [kind, `${count} encrypted anew`])) };
      },
    },
  ],
};

function toRow({ kind, version, rows, unreadable }: SecretUse): readonly string[] {
  return [
    kind,
    version === null ? 'of no version' : `version ${version}`,
    String(rows),
    unreadable === 0 ? '' : `${unreadable} can't be opened`,
  ];
}
