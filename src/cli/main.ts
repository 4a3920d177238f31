#!/usr/bin/env node
// The command `lanestep`: see command-line.ts.
import { commandLine } from './command-line.js';

// Whoever reads may have read enough: `lanestep doctor | head`. A full disk is said in a line.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`lanestep: the output was not written: ${error.message}\n`);
  process.exit(1);
});

commandLine(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});
