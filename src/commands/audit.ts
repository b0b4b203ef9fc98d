import { readAuditTrail, type AuditRow } from '../db/audit-export.ts';
import type { CommandGroup } from './command.ts';
import { toInstant } from './instant.ts';

export const auditCommands: CommandGroup = {
  name: 'audit',
  help: 'The audit trail',
  actions: [
    {
      name: 'export',
      options: {
        since: { value: 'TIME', help: 'Only events from then on: a day (UTC) or an instant, e.g. 2026-11-28 or 2026-11-28T09:30:00Z' },
        until: { value: 'TIME', help: 'Only events before then' },
      },
      help: 'Print every event, oldest first, one JSON object a line (JSON Lines).',
      async run(given, tools) {
        const period = { since: toInstant(given, 'since'), until: toInstant(given, 'until') };
        const { db } = await tools.open();
        return { json: null, lines: [], stream: toLines(readAuditTrail(db, period)) };
      },
    },
  ],
};

async function* toLines(rows: AsyncIterable<AuditRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
