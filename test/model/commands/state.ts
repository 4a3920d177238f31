/** State dicts: an optimizer's own, another's, and spoilt ones. */
import fc from 'fast-check';
import type { StateDict } from '../../../src/state/dict.js';
import type { FloatArray } from '../../../src/types.js';
import type { Generator } from '../../random/generator.js';
import { fill } from '../../random/values.js';
import { commandTo } from '../command.js';
import { load } from '../fit.js';
import { transfer } from '../memory.js';
import { Mine, must } from '../outcome.js';
import type { Any } from '../subject.js';

export const savesState = commandTo('stateDict', fc.constant(null), (subject, _, __, world) => {
  const dict = must('stateDict', subject.disposed ? 'DISPOSED' : null, () => subject.optimizer.stateDict());
  if (dict !== undefined) world.keep(world.dicts, dict as StateDict);
});

export const loadsState = commandTo('loadStateDict', fc.nat(2), (subject, which, _, world) => {
  const dict = world.dicts[which % Math.max(1, world.dicts.length)];
  if (dict === undefined) return;
  if (subject.disposed) {
    must('loadStateDict', 'DISPOSED', () => subject.optimizer.loadStateDict(dict));
    return;
  }
  const fits = load(subject.twin, dict);
  must('loadStateDict', fits ? null : 'STATE', () => subject.optimizer.loadStateDict(dict));
});

type Spoil = (dict: Any, random: Generator) => boolean | undefined;

/** An entry of the state, and one of its arrays; undefined where there is none. */
function entryOf(dict: Any, random: Generator): { entry: Any; slot: string | undefined } | undefined {
  const names = Object.keys(dict.state);
  if (names.length === 0) return undefined;
  const entry = dict.state[random.pick(names)];
  return { entry, slot: Object.keys(entry).find(key => ArrayBuffer.isView(entry[key])) };
}

const ofEntry =
  (change: (entry: Any, slot: string | undefined, random: Generator) => boolean | undefined): Spoil =>
  (dict, random) => {
    const found = entryOf(dict, random);
    return found !== undefined && change(found.entry, found.slot, random);
  };

/** Ways to spoil a state dict; false where this one cannot be spoilt so. */
const spoils: Record<string, Spoil> = {
  'no state': dict => delete dict.state,
  'no groups': dict => delete dict.param_groups,
  'a group more': dict => dict.param_groups.push(dict.param_groups[0]) > 0,
  'a group less': dict => dict.param_groups.pop() !== undefined,
  'other names': dict => dict.param_groups[0].params.push('other') > 0,
  'a state more': dict => {
    dict.state.other = {};
    return true;
  },
  'an unknown option': dict => {
    dict.param_groups[0].learning_rate = 1;
    return true;
  },
  'half a step': dict => {
    dict.steps = 0.5;
    return true;
  },
  'too many steps': dict => {
    dict.steps = Number.MAX_SAFE_INTEGER;
    return true;
  },
  'no entry': (dict, random) => {
    const names = Object.keys(dict.state);
    if (names.length > 0)
      dict.state[random.pick(names)] = random.pick<unknown>([null, 1, [], new Float32Array(2)]);
    return names.length > 0;
  },
  'a step before the first': ofEntry((entry, _, random) => {
    entry.step = random.pick<unknown>([-1, 1.5, Number.NaN, '1', null, 2 ** 53]);
    return true;
  }),
  // SGD's own in PyTorch has none.
  'no step': ofEntry(
    entry => Object.keys(entry).some(key => key !== 'step' && key !== 'momentum_buffer') && delete entry.step,
  ),
  'no array': ofEntry((entry, slot) => slot !== undefined && delete entry[slot]),
  'something more': ofEntry(entry => {
    entry.momentous = 1;
    return true;
  }),
  'a longer array': ofEntry((entry, slot) => {
    if (slot === undefined) return false;
    const { constructor, length } = entry[slot];
    entry[slot] = new constructor(length + 1);
    return true;
  }),
  'an array of another type': ofEntry((entry, slot) => {
    if (slot === undefined) return false;
    const array = entry[slot] as FloatArray;
    entry[slot] =
      array.BYTES_PER_ELEMENT === 4 ? new Float64Array(array.length) : new Float32Array(array.length);
    return true;
  }),
  'an array taken away': ofEntry((entry, slot) => {
    if (slot === undefined || entry[slot].length === 0) return false;
    transfer(entry[slot]);
    return true;
  }),
  'a getter that takes an array away': (dict, random) => {
    const found = entryOf(dict, random);
    if (found?.slot === undefined || found.entry[found.slot].length === 0) return false;
    const array = found.entry[found.slot];
    const groups = dict.param_groups;
    Object.defineProperty(dict, 'param_groups', {
      get: () => {
        if (array.length > 0) transfer(array);
        return groups;
      },
    });
    return true;
  },
  'a getter that throws': (dict, random) => {
    Object.defineProperty(dict, random.pick(['state', 'param_groups', 'steps']), {
      get: () => {
        throw new Mine();
      },
    });
    return true;
  },
};

export const loadsWrongState = commandTo(
  'loadWrongState',
  fc.constantFrom(...Object.keys(spoils)),
  (subject, how, random) => {
    if (subject.disposed) return;
    const { optimizer } = subject;
    const dict = must('stateDict', null, () => optimizer.stateDict());
    // Other numbers than it has, so that one that was taken over all the same shows.
    for (const entry of Object.values<Any>((dict as Any).state)) {
      for (const array of Object.values(entry))
        if (ArrayBuffer.isView(array)) fill(array as FloatArray, 'unit', random);
    }
    if (spoils[how]!(dict, random) === false) return;
    must(`loadStateDict with ${how}`, how === 'a getter that throws' ? 'mine' : 'STATE', () =>
      optimizer.loadStateDict(dict),
    );
  },
);

/** Its own state, out of range: a schedule that fails while it is looked at counts as a state that does not fit. */
export const loadsWithWrongSchedule = commandTo(
  'loadWithWrongSchedule',
  fc.constantFrom('throws', 'is out of range', 'calls back'),
  (subject, fault) => {
    if (subject.disposed || !subject.scheduled) return;
    const dict = subject.optimizer.stateDict();
    subject.fault = fault as Any;
    must('loadStateDict', 'STATE', () => subject.optimizer.loadStateDict(dict));
    subject.fault = null;
  },
);
