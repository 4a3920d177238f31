/** A logarithmic axis, and labels that keep out of each other's way. */

export interface Axis {
  readonly least: number;
  readonly most: number;
  /** From a value to a place. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Powers of ten, or 1, 2 and 5 of them where there are few. */
function ticksOf(least: number, most: number): number[] {
  const decades = Math.log10(most / least);
  const steps = decades < 1.6 ? [1, 2, 5] : [1];
  // On a long axis not every power has room for its label.
  const every = Math.ceil(decades / 7);
  const ticks: number[] = [];
  for (let k = Math.floor(Math.log10(least)); k <= Math.ceil(Math.log10(most)); k++) {
    if (k % every !== 0) continue;
    for (const step of steps) {
      // Powers of ten from their decimal form: 10 ** -3 is not 0.001 on every engine.
      const tick = Number(`${step}e${k}`);
      if (tick >= least * 0.999 && tick <= most * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/**
 * @param room how much of a decade is left free at either end
 */
export function axis(values: readonly number[], from: number, to: number, room: number): Axis {
  const logs = values.map(Math.log10);
  const low = logs.reduce((a, b) => Math.min(a, b)) - room;
  const high = logs.reduce((a, b) => Math.max(a, b)) + room;
  const span = Math.max(high - low, 0.1);
  return {
    least: 10 ** low,
    most: 10 ** (low + span),
    at: value => from + ((Math.log10(value) - low) / span) * (to - from),
    ticks: ticksOf(10 ** low, 10 ** (low + span)),
  };
}

/** Places at least `gap` apart and within [from, to], each as near as can be to the one it wants; in the order given. */
export function spread(wanted: readonly number[], gap: number, from: number, to: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  // Neighbours that would overlap become a block, which stands around the mean of what its members want.
  const blocks: { members: number[]; middle: number }[] = [];
  const top = ({ members, middle }: (typeof blocks)[number]): number =>
    middle - ((members.length - 1) * gap) / 2;
  const within = (block: (typeof blocks)[number]): void => {
    const half = ((block.members.length - 1) * gap) / 2;
    block.middle = Math.max(from + half, Math.min(to - half, block.middle));
  };
  for (const i of order) {
    let block = { members: [i], middle: wanted[i]! };
    within(block);
    for (;;) {
      const last = blocks.at(-1);
      if (!last || top(last) + last.members.length * gap <= top(block) + 1e-9) break;
      blocks.pop();
      const members = [...last.members, ...block.members];
      block = { members, middle: members.reduce((sum, k) => sum + wanted[k]!, 0) / members.length };
      within(block);
    }
    blocks.push(block);
  }
  const places = new Array<number>(wanted.length);
  for (const block of blocks) {
    block.members.forEach((i, k) => {
      places[i] = top(block) + k * gap;
    });
  }
  return places;
}
