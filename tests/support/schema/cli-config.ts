import { createDatabase } from '../../../src/db/client.ts';
import { openPglite } from '../../../src/db/pglite.ts';
import { createAuthForSchema } from './auth.ts';

/** What the library's command-line tool reads. Its plugins touch their tables while they start, so it gets a database. */
export const auth = await createAuthForSchema(createDatabase(await openPglite('memory')));
