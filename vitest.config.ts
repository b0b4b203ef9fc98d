import { defineConfig } from 'vitest/config';

export { vitestConfig as default };

const vitestConfig = defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
