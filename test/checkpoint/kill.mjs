// Kills processes while they save a checkpoint, and looks at what is there then: `node kill.mjs [times]`.
//
// First with a writer that overwrites its file, which must be found torn; then with `optimizer.save`, which must leave the
// generation that was acknowledged last, or the one after it, and never anything else; and the same with workers of this process
// that are terminated, whose temporary files must go though their process lives. A SIGKILL shows what a process leaves
// half done; that nothing is lost with the machine's power, for which files are synced, it cannot show.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expectGeneration, generation } from './generations.mjs';

const writer = fileURLToPath(new URL('kill-writer.mjs', import.meta.url));
const times = Number(process.argv[2] ?? 100);
if (!Number.isSafeInteger(times) || times < 1) throw new Error('Expected how many times, a whole number > 0');

/** A writer in a worker of this process, which is terminated as another is killed. */
function workerOf(argv, hear) {
  const worker = new Worker(writer, { argv });
  let complaint = '';
  worker.on('message', hear).on('error', error => {
    complaint = error.message;
  });
  const ended = new Promise(resolve => worker.on('exit', () => resolve(complaint)));
  return { end: () => worker.terminate(), ended };
}

/** A writer in a process. */
function processOf(argv, hear) {
  const child = spawn(process.execPath, [writer, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stdout.on('data', hear);
  child.stderr.on('data', text => {
    complaint += text;
  });
  const ended = new Promise(resolve =>
    child.on('close', (_, signal) => resolve(signal === 'SIGKILL' ? '' : `it ended by itself: ${complaint}`)),
  );
  return { end: () => child.kill('SIGKILL'), ended };
}

/** Lets a process write generations from `first` on, and kills it so many milliseconds after it began with the first. */
async function writeUntilKilled(path, first, way, delay) {
  let said = '';
  const start = way === 'worker' ? workerOf : processOf;
  const { end, ended } = start([path, String(first), way === 'worker' ? 'save' : way], text => {
    if (said === '') setTimeout(end, delay);
    said += text;
  });
  const complaint = await ended;
  if (complaint !== '') throw new Error(`the writer failed: ${complaint}`);
  const lastOf = word => Number(said.match(new RegExp(`${word} (\\d+)\n(?![^]*${word})`))?.[1] ?? first - 1);
  return { begun: lastOf('begin'), saved: lastOf('saved') };
}

/** Which generation a file holds, out of those that it may hold; or what is wrong with it. */
async function whatIsThere(path, among) {
  const complaints = [];
  for (const number of among) {
    try {
      await expectGeneration(path, number);
      return { number };
    } catch (error) {
      complaints.push(`generation ${number}: ${error.message}`);
    }
  }
  return { complaints };
}

/** Kills so many writers, and counts. */
async function kill(way, count) {
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-kill-'));
  const path = join(folder, 'model.safetensors');
  const tally = { within: 0, early: 0, next: 0, left: 0, torn: [], unswept: [] };
  try {
    await generation(1).optimizer.save(path);
    let last = 1;
    for (let k = 0; k < count; k++) {
      const delay = k % 2 === 0 ? Math.random() * 50 : 50 + Math.random() * 350;
      const { begun, saved } = await writeUntilKilled(path, last + 1, way, delay);
      if (begun > saved) tally.within++;
      if (saved === last) tally.early++;
      const temporaries = readdirSync(folder).length - 1;
      tally.left += Math.min(1, temporaries);
      // A save that was acknowledged has removed all that was left before it.
      if (saved > last && temporaries > 1)
        tally.unswept.push(`after kill ${k + 1}: ${temporaries} temporary files`);
      const { number, complaints } = await whatIsThere(path, begun > saved ? [saved, begun] : [saved]);
      if (number === undefined) {
        tally.torn.push(
          `after kill ${k + 1}, which came ${delay.toFixed(1)} ms on: ${complaints.join('; ')}`,
        );
        last = begun;
      } else {
        if (number > saved) tally.next++;
        last = number;
      }
    }
    await generation(last + 1).optimizer.save(path);
    await expectGeneration(path, last + 1);
    const names = readdirSync(folder);
    if (names.length !== 1) tally.unswept.push(`at the end: ${names.join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { within, early, next, left, torn } = tally;
  console.log(
    `${way}: ${count} kills, ${within} within a save (${early} within the process' first, ${next} after the new file was in ` +
      `place); ${left} left a temporary file; ${torn.length} torn files`,
  );
  return tally;
}

const failures = [];
const naive = await kill('naive', Math.max(20, Math.round(times / 5)));
if (naive.torn.length === 0) failures.push('overwriting left no torn file: the kills find nothing');
for (const way of ['save', 'worker']) {
  const { within, torn, unswept } = await kill(way, times);
  failures.push(...torn, ...unswept);
  if (within < times / 2) failures.push(`${way}: less than half of the kills came within a save`);
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
