import type { TestProject } from 'vitest/node';
import { requireRegistryPrograms, type RegistryPrograms } from '../../support/registry-programs.ts';

/** What people run, and in which version. Two of mcp-remote: what `npx` fetches today, and the one most configurations still pin. */
const PACKAGES = ['@modelcontextprotocol/inspector@2.12.0', 'mcp-remote@0.15.1', 'mcp-remote-0.1@npm:mcp-remote@0.1.38'];
const FOLDER = 'programs-2.12.0-0.15.1-0.1.38';

export type BroughtPrograms = ({ readonly ok: true } & RegistryPrograms) | { readonly ok: false; readonly reason: string };

declare module 'vitest' {
  export interface ProvidedContext {
    programs: BroughtPrograms;
  }
}

/** Global setup: fetches the programs once. Where they can't be had, every test of them is skipped and says why. */
export async function setup(project: TestProject): Promise<void> {
  try {
    project.provide('programs', { ok: true, ...(await requireRegistryPrograms(FOLDER, PACKAGES)) });
  } catch (error) {
    const reason = `the programs could not be fetched from the registry: ${String(error)}`;
    process.stderr.write(`tests/programs: skipped, ${reason}\n`);
    project.provide('programs', { ok: false, reason });
  }
}
