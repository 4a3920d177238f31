// Saves one generation after the other to one path, and says so, until it is killed:
// `node kill-writer.mjs PATH FIRST-GENERATION save|naive`.
import { writeFileSync, writeSync } from 'node:fs';
import { generation } from './generations.mjs';

const [path, first, way] = process.argv.slice(2);

// What the save of a checkpoint must not be: it shows that the kills find what is torn.
const naive = optimizer => writeFileSync(path, optimizer.serialize());
const write = { save: optimizer => optimizer.save(path), naive }[way];

for (let number = Number(first); ; number++) {
  const { optimizer } = generation(number);
  // Written at once: what a stream still holds would die with the process.
  writeSync(1, `begin ${number}\n`);
  await write(optimizer);
  writeSync(1, `saved ${number}\n`);
  optimizer.dispose();
}
