import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCredentialProxy } from './credential-proxy.ts';
import { runAuthorizationLeg } from './authorization-leg.ts';
import { startProduct } from './product.ts';
import { requireConformanceTool, type ConformanceTool } from './tool.ts';

/** Every scored scenario of these must pass with the fixtures; there is no file of expected failures. */
const REQUIREMENT_SETS = ['2025-11-25', '2026-07-28'];

/** What needs no fixture must pass on the product as it ships, whose 2025-era leg has no sessions. */
const SHIPPED_SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  '2025-11-25': ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list', 'dns-rebinding-protection'],
  '2026-07-28': [
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
    'caching',
    'sep-2164-resource-not-found',
    'server-sse-multiple-streams',
    'http-header-validation',
  ],
};

type Run = (name: string, args: readonly string[]) => Promise<void>;

async function withProduct(
  tool: ConformanceTool,
  variant: Parameters<typeof startProduct>[0],
  work: (run: Run) => Promise<void>,
): Promise<string[]> {
  const product = await startProduct(variant);
  const proxy = await startCredentialProxy(product.url, { 'x-api-key': product.apiKey });
  const results = await mkdtemp(join(tmpdir(), 'vitae-conformance-results-'));
  const failed: string[] = [];
  try {
    await work(async (name, args) => {
      const code = await tool.run(['server', '--url', `${proxy.origin}/mcp`, '-o', join(results, name), '--timeout', '15000', ...args]);
      if (code !== 0) failed.push(`${name} ${variant} (${join(results, name)})`);
    });
  } finally {
    await proxy.close();
    await product.close();
  }
  return failed;
}

async function main(): Promise<number> {
  const tool = await requireConformanceTool().catch((error: unknown) => {
    process.stderr.write(`CONFORMANCE NOT RUN: the suite and Node 24 could not be fetched from the registry.\n${String(error)}\n`);
    return null;
  });
  if (tool === null) return 2;
  const failed = [
    ...(await withProduct(tool, 'as shipped', async (run) => {
      for (const [revision, scenarios] of Object.entries(SHIPPED_SCENARIOS)) {
        for (const scenario of scenarios) await run(`${scenario}-${revision}`, ['--scenario', scenario, '--spec-version', revision]);
      }
    })),
    ...(await withProduct(tool, 'with fixtures', async (run) => {
      for (const set of REQUIREMENT_SETS) await run(set, ['--requirements', set]);
    })),
  ];
  failed.push(...(await runAuthorizationLeg(tool)));
  process.stdout.write(
    failed.length === 0
      ? `\nConformance: every scored scenario of ${REQUIREMENT_SETS.join(' and ')} passed, what needs no fixture as shipped, and the authorization server.\n`
      : `\nConformance FAILED:\n${failed.join('\n')}\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
