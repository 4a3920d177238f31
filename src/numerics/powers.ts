/**
 * Powers of decay rates, for bias corrections. Multiplications only, each rounded once and always in the same order, so
 * that a power's bits depend on nothing but its two numbers: not on an engine's `Math.pow`, nor on what was asked before.
 *
 * The exponent is taken apart into digits of base 256. For each place there is a row of the powers of x^1, x^256, x^65536
 * ..., made by multiplying one by one, and kept: a step asks for the next exponent of the same x.
 */
const base = 256;

// Below this a power is nothing beside 1, and what follows are the denormals that some processors are slow at.
const nothing = 2 ** -500;

// x^0 to x^255, each from the one before.
function rowOf(x: number): Float64Array {
  const row = new Float64Array(base).fill(1);
  for (let i = 1; i < base; i++) row[i] = row[i - 1]! * x;
  return row;
}

class PowersOf {
  readonly x: number;
  readonly #last: Float64Array;
  readonly #rows: Float64Array[];
  // The digits above the last one change once in 256 steps.
  #upper = 0;
  #upperPower = 1;

  constructor(x: number) {
    this.x = x;
    this.#last = rowOf(x);
    this.#rows = [this.#last];
  }

  to(n: number): number {
    // Whole numbers of 32 bits as long as they suffice: a remainder of doubles takes longer than all else here.
    const small = n < 2 ** 31;
    const upper = small ? n >> 8 : Math.floor(n / base);
    if (upper !== this.#upper) {
      this.#upperPower = this.#product(upper, 1);
      this.#upper = upper;
    }
    const power = this.#last[small ? n & (base - 1) : n % base]! * this.#upperPower;
    return power < nothing ? 0 : power;
  }

  // Of the digits from a place on, the last one first.
  #product(digits: number, place: number): number {
    if (digits === 0) return 1;
    const power = this.#row(place)[digits % base]! * this.#product(Math.floor(digits / base), place + 1);
    return power < nothing ? 0 : power;
  }

  // The powers of x^256 for the second digit from the end, and so on.
  #row(place: number): Float64Array {
    const before = this.#rows[place - 1] ?? this.#row(place - 1);
    this.#rows[place] ??= rowOf(before[base - 1]! * before[1]!);
    return this.#rows[place];
  }
}

// Optimizers with other betas in turn, or betas that are schedules, push each other out; that costs time and no bits.
const kept: PowersOf[] = [];
const most = 8;
let oldest = 0;

/** x to the n-th power for 0 <= x < 1 and a whole n >= 0; powers below 2^-500 are 0. The relative error is below n 2^-53. */
export function power(x: number, n: number): number {
  for (let i = 0; i < kept.length; i++) {
    if (kept[i]!.x === x) return kept[i]!.to(n);
  }
  const powers = new PowersOf(x);
  kept[oldest] = powers;
  oldest = (oldest + 1) % most;
  return powers.to(n);
}
