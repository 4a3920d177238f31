import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['scripts/mutants/generated/judge.test.ts'],
    pool: 'forks',
    reporters: [{}],
    testTimeout: 600_000,
  },
});
