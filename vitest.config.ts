import { defineConfig } from 'vitest/config';

export { vitestConfig as default };

/**
 * `unit`: the repository itself, no database. `integration`: the app in process on a database of its own. `journeys`: the built server as
 * a process, real clients, a real browser. The last two run again on PostgreSQL with TEST_DATABASE_URL.
 * `programs`: other people's MCP clients, fetched from the registry, against the built server.
 * `faults`: the built server on bad days, on clusters and data folders of its own.
 */
const vitestConfig = defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/*/**/*.test.{ts,tsx}'],
          exclude: ['tests/journeys/**', 'tests/programs/**', 'tests/faults/**'],
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: ['tests/support/build.ts', 'tests/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'programs',
          include: ['tests/programs/**/*.test.ts'],
          globalSetup: ['tests/support/build.ts', 'tests/support/global-setup.ts', 'tests/programs/support/bring.ts'],
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          globalSetup: ['tests/support/build.ts', 'tests/support/global-setup.ts', 'tests/faults/support/ledger.ts'],
          testTimeout: 15 * 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
