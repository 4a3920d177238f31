import type { Shape } from '../shape.js';
import { Stored } from '../state/stored.js';
import type { Dtype } from '../types.js';
import type { Entry } from './header.js';

/** An array that is still in a checkpoint: what it is like, and where it is. */
export class Span extends Stored {
  readonly dtype: Dtype | null;
  readonly length: number;
  readonly shape: Shape;
  readonly entry: Entry;

  constructor(entry: Entry) {
    super();
    this.dtype = entry.dtype === 'F32' ? 'float32' : entry.dtype === 'F64' ? 'float64' : null;
    this.length = entry.shape.reduce((product, n) => product * n, 1);
    this.shape = entry.shape;
    this.entry = entry;
  }

  /** How it is named in a message: `F32[10,784]`. */
  toString(): string {
    const { dtype, shape } = this.entry;
    return `${dtype}[${shape.slice(0, 8).join()}${shape.length > 8 ? ',...' : ''}]`;
  }
}
