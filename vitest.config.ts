import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: a crash of the addon must fail one file and not the run.
    pool: 'forks',
    // Vitest leaves one processor to others, which of two is half.
    maxWorkers: availableParallelism(),
    // Only what hangs takes so long; a machine that is busy with other things may take long, too.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
