import { createHash } from 'node:crypto';
import type { Tensors } from './model.js';

/** SHA-256 over the bytes of all parameters: one other bit anywhere, and it is another digest. */
export function digest({ embedding, weights, bias }: Tensors): string {
  const hash = createHash('sha256');
  for (const tensor of [embedding, weights, bias]) hash.update(tensor);
  return hash.digest('hex');
}
