// Programs that mutants run in.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';

/**
 * Runs a program to its end, or kills it with all that it has started: a mutant may loop for ever.
 *
 * @param limit milliseconds
 * @param options `environment`: variables beside ours; `quiet`: a file that grows as long as the program gets on, and for how many
 * milliseconds it may not
 */
export function run(cwd, limit, ...command) {
  const { environment, quiet } = typeof command[0] === 'object' ? command.shift() : {};
  return new Promise(resolve => {
    const child = spawn(command[0], command.slice(1), {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let output = '';
    let late = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', text => {
        output += text;
      });
    }
    const end = () => {
      late = true;
      process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(end, limit);
    const begun = Date.now();
    const watch =
      quiet &&
      setInterval(() => {
        const last = statSync(quiet.file, { throwIfNoEntry: false })?.mtimeMs ?? begun;
        if (Date.now() - last > quiet.limit) end();
      }, 5_000);
    child.on('close', status => {
      clearTimeout(timer);
      clearInterval(watch);
      resolve({ status, output, late });
    });
  });
}
