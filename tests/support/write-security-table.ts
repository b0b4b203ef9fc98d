import { writeFileSync } from 'node:fs';
import { readSecurityCitations, renderSecurityTable, TABLE_PATH } from './security-table.ts';

writeFileSync(TABLE_PATH, renderSecurityTable(readSecurityCitations()));
