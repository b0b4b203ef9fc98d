import { writeFileSync } from 'node:fs';
import { REFERENCE_DOCUMENTS } from './reference.ts';

for (const { path, render } of REFERENCE_DOCUMENTS) writeFileSync(path, render());
