/**
 * Refuses a Node that is too old, in words that say so. The first import of the entry for Node, so that it is evaluated before
 * anything fails for want of what such a Node has not; other runtimes, which say that they are some Node too, go on.
 */
import { BackendError } from '../errors.js';

const { node = '', bun, deno } = process.versions as Record<string, string | undefined>;
const [major = 0, minor = 0] = node.split('.').map(Number);
const supported = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

if (!supported && bun === undefined && deno === undefined) {
  throw new BackendError(
    'ERR_LANESTEP_BACKEND',
    `lanestep needs Node 20.19, 22.12 or newer, and this is Node ${node}`,
  );
}
