#!/usr/bin/env node
// The command `lanestep`: see command-line.ts.
import { commandLine } from './command-line.js';

commandLine(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});
