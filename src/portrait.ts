/** What `console.log`, `String` and `JSON.stringify` show of an object of lanestep's: what a person wants to know, and no arrays. */
import { type Shape, tensorText } from './shape.js';

/** A few plain values about an object, and the name of its class. */
export interface Portrait {
  readonly class: string;
  readonly [what: string]: unknown;
}

interface Shown {
  toJSON(): Portrait;
}

// Asked for by the consoles of Node, Deno and Bun; others show an object's properties.
const custom = Symbol.for('nodejs.util.inspect.custom');

/** Gives a class that has a portrait the methods that a console and `String` ask for. */
export function portrayed(Class: { readonly prototype: Shown }): void {
  const text = ({ class: name, ...rest }: Portrait): string => `${name} ${JSON.stringify(rest)}`;
  const hidden = { configurable: true, writable: true };
  Object.defineProperties(Class.prototype, {
    [custom]: {
      ...hidden,
      value(this: Shown, depth: number, options: object, inspect?: (of: unknown, how: object) => string) {
        const portrait = this.toJSON();
        const { class: name, ...rest } = portrait;
        if (depth < 0) return `[${name}]`;
        return inspect ? `${name} ${inspect(rest, { ...options, depth: 4 })}` : text(portrait);
      },
    },
    toString: {
      ...hidden,
      value(this: Shown): string {
        return text(this.toJSON());
      },
    },
  });
}

/** Arrays by name, as many as one can read: `w: Float32Array(784×10)`. */
export function portraitOf(arrays: readonly { name: string; dtype: string; shape: Shape }[]): string[] {
  const most = 8;
  const shown = arrays.slice(0, most).map(array => `${array.name}: ${tensorText(array)}`);
  return arrays.length > most ? [...shown, `and ${arrays.length - most} more`] : shown;
}
