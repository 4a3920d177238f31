// Saves one generation after the other to one path, and says so, until it is killed:
// `node kill-writer.mjs PATH FIRST-GENERATION save|naive`; or, as a worker with `save`, until it is terminated.
import { writeFileSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { generation } from './generations.mjs';

const [path, first, way] = process.argv.slice(2);

// What the save of a checkpoint must not be: it shows that the kills find what is torn.
const naive = optimizer => writeFileSync(path, optimizer.serialize());
const write = { save: optimizer => optimizer.save(path), naive }[way];

// Written at once: what a stream still holds would die with the process.
const say = text => (parentPort === null ? writeSync(1, text) : parentPort.postMessage(text));

for (let number = Number(first); ; number++) {
  const { optimizer } = generation(number);
  say(`begin ${number}\n`);
  await write(optimizer);
  say(`saved ${number}\n`);
  optimizer.dispose();
}
