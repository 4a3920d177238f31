/** How Node keeps the memory of an ArrayBuffer from being transferred. */
import { markAsUntransferable } from 'node:worker_threads';
import type { Pinning } from '../pins.js';

const clone = structuredClone;
const { ReadableStream } = globalThis;

const stop = new Error('not to be cloned');
const trap = {
  get never(): never {
    throw stop;
  },
};

/** Which error a transfer fails with that is bound to fail, after Node has looked at what is to be transferred. */
function failure(transfer: ArrayBuffer[]): unknown {
  try {
    clone(trap, { transfer });
  } catch (error) {
    return error;
  }
  return undefined;
}

// A stream of bytes takes the memory of what is put into it. Before Node 24 it did so whatever the buffer was marked as.
function marksHold(): boolean {
  const buffer = new ArrayBuffer(8);
  markAsUntransferable(buffer);
  try {
    new ReadableStream({ type: 'bytes', start: controller => controller.enqueue(new Uint8Array(buffer)) });
  } catch {
    // Refused, as it should be.
  }
  return buffer.byteLength === 8;
}

let holds: boolean | undefined;

export const nodePinning: Pinning = {
  get missing() {
    holds ??= marksHold();
    return holds
      ? null
      : `this Node (${process.version}) lets streams and transfer() take a buffer that was marked as untransferable (24 does not)`;
  },
  // Newer versions refuse what cannot be transferred, older ones copy it; only what can be transferred must not come twice.
  transferable: buffer => failure([buffer]) === stop && failure([buffer, buffer]) !== stop,
  pin: markAsUntransferable,
};
