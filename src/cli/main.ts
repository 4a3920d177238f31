#!/usr/bin/env node
// The command `lanestep`: see command-line.ts.
import { commandLine } from './command-line.js';

// Whoever reads may have read enough: `lanestep doctor | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

commandLine(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});
