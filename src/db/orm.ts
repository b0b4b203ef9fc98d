import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Schema } from './schema/index.ts';

/** The drizzle handle, the same on PGlite and PostgreSQL. Use no SQL newer than PostgreSQL 15. */
export type Orm = PgDatabase<PgQueryResultHKT, Schema>;
