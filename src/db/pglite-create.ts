import { createPgliteFolder } from './pglite.ts';

/**
 * A program of its own: makes a migrated database in the folder that is its argument, and ends. Making one takes several
 * hundred megabytes that WebAssembly never gives back, so the server lets a process do it that ends.
 */
const [, , folder] = process.argv;
if (folder === undefined) throw new TypeError('the folder of the new database is missing');
await createPgliteFolder(folder);
