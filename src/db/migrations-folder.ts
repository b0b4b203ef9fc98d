import { fileURLToPath } from 'node:url';

/** `migrations/` beside `src/` and `dist/`: the same relative path from either. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
