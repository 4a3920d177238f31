// Limits that a process sets itself once it runs, so that what Node needs to start is not counted: of threads, and of
// addresses. Both by prlimit (util-linux), which may lower them without being anybody special, and lift them again.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export function limit(name, value) {
  try {
    execFileSync('prlimit', ['--pid', process.pid, `--${name}=${value}:`], { stdio: 'pipe' });
  } catch (error) {
    console.log(`skipped: prlimit --${name}: ${error.message.split('\n')[0]}`);
    process.exit(0);
  }
}

/** Leaves so many bytes of addresses beyond those that are in use. */
export function limitAddresses(more) {
  const [, kilobytes] = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  limit('as', kilobytes * 1024 + more);
}

/** Node itself cannot do without memory for long, not even to say how it went. */
export const unlimitAddresses = () => limit('as', 'unlimited');

export const threadsOfProcess = () => readdirSync('/proc/self/task').length;
