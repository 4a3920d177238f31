/** The process in which stock and the drop-in race on one backend of TensorFlow.js. */
import { packageOf, type Tfjs } from '../contestants/tfjs.js';
import { answering, collectGarbage } from '../messages.js';
import { cases } from './cases.js';
import type { Contest } from './contest.js';
import { paceOf } from './pace.js';
import { race } from './race.js';
import type { Backend, Sides } from './results.js';

let contest: Contest;

const answers = {
  /** The version of TensorFlow.js, or why the backend cannot be had. */
  async load(backend: Backend): Promise<{ version: string } | string> {
    const { load } = await import(`../contestants/tfjs-${backend}.js`);
    const loaded = await load(1);
    if (typeof loaded === 'string') return loaded;
    const tf = packageOf<Tfjs>('@tensorflow/tfjs-core') as Tfjs;
    // Only now: it needs TensorFlow.js.
    contest = { tf, stock: tf.train, dropIn: await import('lanestep/tfjs') };
    return { version: tf.version_core };
  },
  async race(id: string, quick: boolean): Promise<Sides | string> {
    const entrant = cases(quick).find(one => one.id === id)!;
    const sides = await race(entrant, contest, paceOf(quick));
    collectGarbage();
    return sides;
  },
};

export type Answers = typeof answers;

answering(answers);
