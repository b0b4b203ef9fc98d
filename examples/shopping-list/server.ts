// A shopping list that any MCP client can connect to: PORT=4000 APP_URL=http://localhost:4000 npx tsx examples/shopping-list/server.ts
import { sql } from 'drizzle-orm';
import { H3, serve } from 'h3';
import { createTool } from 'vitae/api/tool-builder';
import { openService } from 'vitae/embedding';
import { z } from 'zod';

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const ADDS = { ...READS, readOnlyHint: false, idempotentHint: false };

const list = createTool({ name: 'list_items', title: 'See the shopping list', scopes: ['items:read'], annotations: READS })
  .route({ description: 'What is still to buy, oldest first.' })
  .output(z.object({ items: z.array(z.string()) }))
  .handler(async ({ context }) => ({ items: await readItems(context.principal.userId) }));

const add = createTool({ name: 'add_item', title: 'Add to the shopping list', scopes: ['items:write'], annotations: ADDS })
  .route({ description: 'Add one thing to buy, and answer the list.' })
  .input(z.object({ item: z.string().trim().min(1).max(100) }))
  .output(z.object({ items: z.array(z.string()) }))
  .handler(async ({ context, input }) => {
    const { userId } = context.principal;
    await vitae.db.orm.execute(sql`insert into shopping_item (user_id, name) values (${userId}, ${input.item})`);
    return { items: await readItems(userId) };
  });

const vitae = await openService(
  {
    name: 'shopping',
    title: 'Shopping list',
    version: '1.0.0',
    description: 'One shopping list for you and your assistants.',
    instructions: 'Keeps what this person wants to buy. Look with list_items before you add something twice.',
    scopes: { 'items:read': 'See what is on your shopping list', 'items:write': 'Add things to your shopping list' },
    router: { list, add },
    words: {
      'site.name': 'Shopping list',
      'site.title': '{page} · Shopping list',
      'consent.heading': '{client} wants to see your shopping list',
    },
  },
  process.env,
);

// A row of ours goes with its person.
await vitae.db.orm.execute(sql`create table if not exists shopping_item (
  id bigserial primary key, user_id text not null references "user" (id) on delete cascade, name text not null)`);

async function readItems(userId: string): Promise<string[]> {
  const found = await vitae.db.orm.execute(sql`select name from shopping_item where user_id = ${userId} order by id`);
  const { rows } = z.object({ rows: z.array(z.object({ name: z.string() })) }).parse(found);
  return rows.map(({ name }) => name);
}

const app = new H3();
app.get('/', () => 'Connect your assistant to /mcp on this address.');
app.all('/**', (event) => vitae.fetch(event.req));
const server = serve(app, { port: Number(process.env['PORT'] ?? 4000), hostname: '127.0.0.1', silent: true });

process.stdout.write(`The shopping list is ready at ${vitae.url}\n`);

process.once('SIGTERM', () => void stop());

async function stop(): Promise<void> {
  vitae.beginDrain();
  await server.close();
  await vitae.close();
}
