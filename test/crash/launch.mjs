// One step of Adam on each choice of backend, and what it ran on or why it could not: launch.mjs [INDEX], the file of a
// copy of the package.
const { Adam, backend } = await import(process.argv[2] ?? '../../dist/index.js');

function attempt(work) {
  try {
    return work();
  } catch ({ name, code, message }) {
    return `${name} ${code} ${message}`;
  }
}

for (const choice of ['auto', 'native', 'wasm']) {
  const told = attempt(() => {
    const p = new Float64Array([1, 2, 3]);
    new Adam([p], { backend: choice }).step([new Float64Array([1, -1, 1])]);
    // One step of Adam moves each element by its learning rate.
    const moved = [1, 2, 3].every((x, i) => Math.abs(Math.abs(x - p[i]) - 1e-3) < 1e-9);
    const { name, reason = 'no reason' } = backend(choice);
    return `${moved ? 'right' : 'WRONG'} on ${name}: ${reason}`;
  });
  console.log(`${choice}: ${told}`);
}
