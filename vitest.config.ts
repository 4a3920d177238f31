import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: a crash of the addon must fail one file and not the run.
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
