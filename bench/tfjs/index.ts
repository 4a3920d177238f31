/** The races of the drop-in for TensorFlow.js, as the command sees them. */
export { parse, serialise } from './json.js';
export { markdownReport, textReport } from './report.js';
export type { Results } from './results.js';
export { planned, run } from './run.js';
