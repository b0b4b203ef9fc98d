import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSbom } from './support/sbom.ts';

const [, , file = 'sbom.cdx.json'] = process.argv;
writeFileSync(file, buildSbom(fileURLToPath(new URL('../..', import.meta.url))));
process.stdout.write(`Wrote ${file}\n`);
