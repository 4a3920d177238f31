// The phases of a step, clocks, moves, and state out and in.

/** The refusals on one backend: the code that is broken here is the same for both. */
const errors = title => ['test/bad-input/catalogue.test.ts', '-t', `wasm ${title}`];
const rebind = ['test/rebind.test.ts', '-t', 'wasm'];
const optimizer = title => ['test/optimizer.test.ts', '-t', `wasm ${title}`];
const resume = ['test/resume.test.ts'];
const adam = ['test/rules/adam.test.ts'];
const checkpoint = ['test/checkpoint/checkpoint.test.ts'];
const async = ['test/async.test.ts'];
const engine = 'src/optimizer.ts';
const phases = 'src/phases.ts';
const turn = 'src/turn.ts';
const pins = 'src/pins.ts';
const clock = 'src/clock.ts';
const moves = 'src/moves.ts';
const [named, partial, joining, schedules] = ['named', 'partial', 'joining', 'schedules'].map(name => [
  `test/state/${name}.test.ts`,
]);
const added = ['test/state/add-group.test.ts'];
const checks = 'src/state/checks.ts';
const parameter = 'src/state/parameter.ts';
const groups = 'src/state/groups.ts';
const match = 'src/state/match.ts';
const fill = 'src/state/fill.ts';
const writes = 'src/state/write.ts';
const choice = 'src/choice.ts';

export const mutants = [
  [
    'no-op optimizer',
    engine,
    '      this.#inside.phases.kernel.run();\n      this.#inside.finish();\n',
    '      this.#inside.finish();\n',
    adam,
  ],
  [
    'step: the flag of a step is not set',
    turn,
    '    this.check(replaces);\n    this.#busy = true;\n',
    '    this.check(replaces);\n',
    errors('within one'),
  ],
  [
    'step: the flag of a step stays',
    turn,
    '    this.#busy = false;\n',
    '',
    errors('(a step|step|interference)'),
  ],
  [
    'step: after dispose()',
    turn,
    'if (this.#disposed)\n      throw',
    'if (false)\n      throw',
    errors('after dispose'),
  ],
  ['step: within a step', turn, '    if (this.#busy) {\n', '    if (false) {\n', errors('within one')],
  [
    'dispose: within a step',
    turn,
    'if (this.#busy)\n      throw',
    'if (false)\n      throw',
    errors('within one'),
  ],
  [
    'dispose: again',
    turn,
    'const first = !this.#disposed;',
    'const first = true;',
    errors('after dispose'),
    {
      equivalent:
        "a kernel's own dispose() frees nothing twice: the list of slabs is empty then, the arena null",
    },
  ],
  ['dispose: nothing is disposed of', turn, '    this.#disposed = true;\n', '', errors('after dispose')],
  [
    'turn: half a state is used',
    turn,
    'if (this.#spoilt !== null && !replaces) {',
    'if (false) {',
    checkpoint,
  ],
  [
    'turn: half a state is never replaced',
    turn,
    'this.#spoilt !== null && !replaces',
    'this.#spoilt !== null',
    checkpoint,
  ],
  [
    'turn: a state stays half',
    turn,
    'mend(): void {\n    this.#spoilt = null;\n',
    'mend(): void {\n',
    checkpoint,
  ],
  [
    'step: options are not taken back',
    engine,
    `      this.#inside.phases.kernel.run();
      this.#inside.finish();
    } catch (error) {
      this.#inside.revertOptions();`,
    `      this.#inside.phases.kernel.run();
      this.#inside.finish();
    } catch (error) {`,
    errors('(interference|.* of a schedule)'),
  ],
  [
    'step: options of the step after are taken back',
    'src/inside.ts',
    'options.revert(this.steps + 1)',
    'options.revert(this.steps)',
    errors('(interference|.* of a schedule)'),
  ],
  [
    'step: functions are asked for the step before',
    'src/inside.ts',
    'options.resolve(this.steps + 1)',
    'options.resolve(this.steps)',
    optimizer('takes functions of the step'),
  ],
  [
    'step: functions are asked after the gradients are read',
    engine,
    `      this.#inside.resolveOptions();
      this.#inside.phases.prepare(grads);
      this.#inside.phases.kernel.run();`,
    `      this.#inside.phases.prepare(grads);
      this.#inside.resolveOptions();
      this.#inside.phases.kernel.run();`,
    optimizer('takes functions of the step'),
  ],
  ['step: is not counted', 'src/inside.ts', '    this.steps++;\n', '', optimizer('skips a tensor')],
  ['step: clocks stand still', phases, '    this.#clocks.tick(this.#rule, this.incoming);\n', '', adam],
  [
    'step: clocks go before the numbers are made',
    phases,
    '    let some = false;\n',
    '    this.#clocks.tick(this.#rule, this.incoming);\n    let some = false;\n',
    adam,
  ],
  [
    'step: the kernel runs before the checks',
    phases,
    '    if (this.#check()) this.#bind();\n',
    '    this.#bind();\n    if (this.#check()) this.#bind();\n',
    errors('(a step|step|interference)'),
  ],
  [
    'step: gradients are bound once',
    phases,
    '        changed = true;\n',
    '        changed = this.#steps === 0;\n',
    optimizer('takes gradients'),
  ],
  [
    'step: new gradients are not looked at',
    phases,
    'if (gradient !== null) this.#registry.checkGradient(gradient, parameter);',
    '',
    errors('(a step|step|interference)'),
  ],
  [
    "step: the last step's gradient is not looked at",
    phases,
    'gradient !== null && lengthOf(gradient) !== parameter.length',
    'false',
    errors('(a step|step|interference)'),
  ],
  [
    'step: parameters are not looked at',
    phases,
    'if (lengthOf(parameter.array) !== parameter.length) {',
    'if (false) {',
    errors('(a step|step|interference)'),
  ],
  [
    'step: nothing sits out',
    phases,
    'gradient === null ? skipped : this.#clocks.rowOf(i)',
    'this.#clocks.rowOf(i)',
    optimizer('skips a tensor'),
  ],
  [
    'step: the numbers of step t',
    phases,
    '      t + 1,\n      scalars ?? firstScalars',
    '      t,\n      scalars ?? firstScalars',
    adam,
  ],
  [
    'step: two stages swapped',
    phases,
    'rows[at + row.decayRate] = stages[1];\n    rows[at + row.shrinkKeep] = stages[2];',
    'rows[at + row.decayRate] = stages[2];\n    rows[at + row.shrinkKeep] = stages[1];',
    adam,
  ],
  [
    'step: the factor of the gradient is left out',
    phases,
    '    rows[at + row.gradientFactor] = stages[0];\n',
    '    rows[at + row.gradientFactor] = 1;\n',
    adam,
  ],
  [
    'step: coefficients without the last',
    phases,
    'for (let k = 0; k < coefficients.length; k++)',
    'for (let k = 0; k < coefficients.length - 1; k++)',
    adam,
  ],
  [
    'step: every row is the first',
    phases,
    'const at = index * row.length;',
    'const at = 0;',
    optimizer('takes parameters with options'),
  ],
  [
    'step: what was moved is still on its way',
    phases,
    '    this.#moves.arrive(this.incoming);\n    this.#clocks',
    '    this.#clocks',
    rebind,
  ],
  [
    'construction: parameters are not looked at again',
    engine,
    '    // Getters and schedules have run since the arrays were looked at.\n    registry.checkPresent();\n',
    '',
    errors('construction'),
  ],
  [
    'construction: slots are kept that are not',
    engine,
    '(slots[k] ?? null) === null ? 0 : 1',
    '1',
    optimizer('frees its memory of WebAssembly: takes none'),
  ],
  [
    'construction: slots begin with zeros',
    engine,
    'if (!this.#rule.early || !this.#rule.slots.some(({ initial }) => initial)) return;',
    'return;',
    ['test/rules/adagrad.test.ts'],
  ],
  [
    'step: a tensor begins with what was given at construction',
    phases,
    'if (some) this.#begin();',
    '',
    ['test/rules/first-gradient.test.ts'],
  ],
  [
    'step: what has begun begins again',
    phases,
    ' || this.#clocks.of[i]!.scalars !== null) return;',
    ') return;',
    ['test/rules/first-gradient.test.ts'],
  ],
  [
    'set: what comes too late is taken',
    engine,
    'if (changed.length === 0 || waits) continue;',
    'continue;',
    ['test/rules/first-gradient.test.ts'],
  ],
  [
    "construction: the optimizer's options go before a group's",
    engine,
    '{ ...this.#given, ...own }',
    '{ ...own, ...this.#given }',
    optimizer('takes parameters with options'),
  ],
  [
    'construction: one clock for all groups',
    engine,
    'clocks.get(options)![dtype]',
    '[...clocks.values()][0]![dtype]',
    optimizer('takes parameters with options'),
  ],
  [
    'set: group by group',
    engine,
    `      const next = this.#options.map(group => group.checked(given, t));
      this.#take(this.#options, next);`,
    `      for (const group of this.#options) group.adopt(group.checked(given, t));`,
    errors('options'),
  ],
  [
    'set: for the step before',
    engine,
    'work(this.#inside.steps + 1)',
    'work(this.#inside.steps)',
    optimizer('takes (other options|functions)'),
  ],
  [
    'set: within a step',
    engine,
    '    this.#inside.enter(replaces);\n    try {\n      return work();',
    '    try {\n      return work();',
    errors('within one'),
  ],
  ['state: steps are not taken over', engine, '    this.#inside.steps = arrival.steps;\n', '', resume],
  [
    'state: within a step',
    engine,
    '    this.#turn.check();\n    return writeState',
    '    return writeState',
    errors('within one'),
  ],
  [
    'moved, and known as a gradient still',
    phases,
    'looked at anew.\n    this.#bound.fill(null);',
    'looked at anew.',
    rebind,
  ],
  [
    'moved: the kernel is not told',
    phases,
    '    this.kernel.move(arrays, sources);\n    this.#registry',
    '    this.#registry',
    rebind,
  ],
  [
    'moved: told before it is checked',
    phases,
    `    const territory = this.#registry.checkMove(arrays, sources);
    this.kernel.move(arrays, sources);`,
    `    this.kernel.move(arrays, sources);
    const territory = this.#registry.checkMove(arrays, sources);`,
    rebind,
  ],
  ['moved: what waits is forgotten', phases, '    this.#moves.begin(sources);\n', '', rebind],
  [
    'Nesterov: a parameter passes for a known gradient',
    phases,
    'pass for a gradient that is known.\n    this.#bound.fill(null);',
    'pass for a gradient that is known.',
    errors('Nesterov'),
  ],
  [
    'Nesterov: the look-ahead reads elsewhere for good',
    phases,
    'if (ran) this.#moves.arrive(this.incoming);\n    else',
    '',
    rebind,
  ],
  [
    'Nesterov: what was on its way has arrived where the closure throws',
    'src/rules/nesterov.ts',
    `        this.#goBack(() => true);
        this.#inside.phases.takeBack();
        throw error;
      }
      this.#goBack(i => this.#inside.phases.incoming[i] === null);
    } catch (error) {
      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
    }
  }

  /**
   * The same`,
    `        this.#goBack(() => true);
        throw error;
      }
      this.#goBack(i => this.#inside.phases.incoming[i] === null);
    } catch (error) {
      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
    }
  }

  /**
   * The same`,
    ['test/undone.test.ts', '-t', 'on its way'],
  ],
  [
    'Nesterov: the kernel is not told what is on its way again',
    phases,
    'if (arrays.every(isThere) && sources.every(isThere)) this.kernel.move(arrays, sources);',
    '',
    ['test/undone.test.ts', '-t', 'on its way'],
  ],
  [
    'Nesterov: the kernel is told of memory that is gone',
    phases,
    'if (arrays.every(isThere) && sources.every(isThere)) this',
    'this',
    ['test/undone.test.ts', '-t', 'on its way'],
  ],
  [
    'Nesterov: what the look-ahead wrote over is not kept',
    'src/moves.ts',
    'viewOf(array, dtype, 0, length).set(content);',
    ';',
    ['test/undone.test.ts', '-t', 'on its way'],
  ],
  [
    'Nesterov: goes on with the look-ahead',
    phases,
    '    this.#choice.use(this.kernel);\n    // The parameters',
    '    // The parameters',
    optimizer('moves to the look-ahead'),
  ],
  [
    'Nesterov: with the stages in the look-ahead',
    phases,
    '[...noStages, ...numbers(options.numbers)]',
    '[...options.stages, ...numbers(options.numbers)]',
    ['test/rules/nesterov.test.ts'],
    { equivalent: 'the look-ahead reads no gradient, and Nesterov has no stage that changes the parameter' },
  ],
  [
    'Nesterov: parameters are not looked at before',
    phases,
    '    this.#registry.checkPresent();\n    this.#moves.check();\n    this.#moves.keep();',
    '    this.#moves.keep();',
    errors('(Nesterov|interference)'),
  ],
  [
    'Nesterov: what sits out stays at the look-ahead point',
    'src/rules/nesterov.ts',
    `        this.#inside.phases.prepare(closure());
        this.#inside.phases.kernel.run();
        this.#inside.finish();
      } catch (error) {
        this.#goBack(() => true);
        this.#inside.phases.takeBack();
        throw error;
      }
      this.#goBack(i => this.#inside.phases.incoming[i] === null);`,
    `        this.#inside.phases.prepare(closure());
        this.#inside.phases.kernel.run();
        this.#inside.finish();
      } catch (error) {
        this.#goBack(() => true);
        this.#inside.phases.takeBack();
        throw error;
      }`,
    optimizer('moves to the look-ahead'),
  ],
  [
    'Nesterov: a closure that throws leaves it there',
    'src/rules/nesterov.ts',
    `        this.#inside.phases.prepare(closure());
        this.#inside.phases.kernel.run();
        this.#inside.finish();
      } catch (error) {
        this.#goBack(() => true);`,
    `        this.#inside.phases.prepare(closure());
        this.#inside.phases.kernel.run();
        this.#inside.finish();
      } catch (error) {`,
    errors('Nesterov'),
  ],
  [
    'Nesterov: writes into memory that is gone',
    'src/rules/nesterov.ts',
    'which(i) && length > 0 && lengthOf(array) === length',
    'which(i) && length > 0',
    errors('Nesterov'),
  ],
  [
    'Nesterov: options are not taken back',
    'src/rules/nesterov.ts',
    `      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
    }
  }

  /**
   * The same`,
    `      throw error;
    } finally {
      this.#inside.leave();
    }
  }

  /**
   * The same`,
    ['test/undone.test.ts', '-t', 'where a closure throws'],
  ],

  [
    'clocks: lockstep is ignored',
    clock,
    'for (let i = 0; i < this.of.length; i++) this.rowOf(i);',
    '',
    ['test/optimizer.test.ts'],
  ],
  [
    'clocks: who sits out moves on',
    clock,
    "clock.present === clock.members || rule.clock === 'lockstep'",
    'true',
    optimizer('skips a tensor'),
  ],
  [
    'clocks: who took part stays',
    clock,
    'tookPart[i] !== null) this.of',
    'tookPart[i] === null) this.of',
    optimizer('skips a tensor'),
  ],
  [
    'clocks: everyone gets the new one',
    clock,
    'ahead !== null && tookPart[i] !== null',
    'ahead !== null',
    optimizer('skips a tensor'),
  ],
  [
    'clocks: the tensors of others get the new one',
    clock,
    '      clock.ahead = new Clock(clock.options, clock.dtype, t, scalars);',
    '      for (const one of this.of) one.ahead = clock.ahead = new Clock(clock.options, clock.dtype, t, scalars);',
    optimizer('takes parameters by the thousand'),
  ],
  ['clocks: two steps at once', clock, 'const t = clock.t + 1;', 'const t = clock.t + 2;', adam],
  [
    'clocks: members that left still count',
    clock,
    '      clock.members -= clock.present;\n',
    '',
    optimizer('takes parameters by the thousand'),
    { equivalent: 'a clock that is thought to have more members is only split where it need not be' },
  ],
  [
    'clocks: who was present stays present',
    clock,
    '      clock.present = 0;\n',
    '',
    optimizer('skips a tensor while'),
  ],
  [
    'clocks: the row of the step before',
    clock,
    '    this.#stamp++;\n',
    '',
    optimizer('(takes parameters|skips a tensor)'),
  ],
  [
    'clocks: rows are never taken back',
    clock,
    '    this.rows = 0;\n',
    '',
    optimizer('(takes parameters|skips a tensor)'),
  ],
  [
    'clocks: scalars stand still',
    clock,
    '        clock.scalars = scalars;\n',
    '',
    ['test/rules/nadam.test.ts'],
  ],
  [
    'clocks: the scalars of the step before',
    clock,
    'rule.advance?.(numbers, t, before)',
    'rule.advance?.(numbers, t - 1, before)',
    ['test/rules/nadam.test.ts'],
  ],

  ['choice: without the flags', choice, '...flagsOf(options.flags)]', '...flagsOf([])]', adam],
  [
    'choice: the shorter one for the longer',
    choice,
    'this.#holds[row] ? shorter : usual',
    'this.#holds[row] ? usual : shorter',
    ['test/rules/tfjs-adam.test.ts'],
  ],
  [
    'choice: the shorter one for good',
    choice,
    'this.#holds[row] ? shorter : usual',
    'this.#holds.includes(true) ? shorter : usual',
    ['test/rules/tfjs-adam.test.ts'],
  ],
  [
    'choice: a kernel that is missing',
    choice,
    'if (index >= 0) return index;',
    'return index;',
    ['test/stand-ins.test.ts'],
  ],

  ['moves: what was said is not heard', moves, 'moved[i] ?? array', 'array', rebind],
  [
    'moves: one that waits is forgotten by the next',
    moves,
    'if (sources[i] === null && moved[i] === null) sources[i] = this.#sources?.[i] ?? null;',
    '',
    rebind,
  ],
  [
    'moves: one that waits goes to the new place',
    moves,
    'if (sources[i] === null && moved[i] === null) sources',
    'if (sources[i] === null) sources',
    rebind,
  ],
  ['moves: from itself', moves, 'if (sources[i] === array) sources[i] = null;', '', rebind],
  [
    'moves: sources are not looked at',
    moves,
    'if (source !== null && lengthOf(source) !== length) throw',
    'if (false) throw',
    rebind,
  ],
  ['moves: who sat out has arrived', moves, 'tookPart[i] === null ? source : null', 'null', rebind],
  ['moves: nobody arrives', moves, 'tookPart[i] === null ? source : null', 'source', rebind],
  [
    'moves: from is taken for params',
    moves,
    "this.#registry.gather(from, sources, 'from')",
    "this.#registry.gather(from, moved, 'from')",
    rebind,
  ],
  [
    'moves: sources are held after dispose()',
    moves,
    'clear(): void {\n    this.#sources = null;\n',
    'clear(): void {\n',
    rebind,
  ],

  ['state: a step below zero', checks, '(value as number) < 0 || ', '', errors('(a|the) state')],
  ['state: 2^53 - 1 steps', checks, ' || value === Number.MAX_SAFE_INTEGER)', ')', errors('(a|the) state')],
  [
    'state: half a step',
    checks,
    '!Number.isSafeInteger(value) || ',
    "typeof value !== 'number' || ",
    errors('(a|the) state'),
  ],
  [
    'state: no object',
    checks,
    "if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {",
    'if (false) {',
    errors('(a|the) state'),
  ],
  [
    'state: a key is missing',
    parameter,
    'if (!Object.hasOwn(entry, key))\n',
    'if (false)\n',
    errors('(a|the) state'),
  ],
  [
    'state: scalars that are no numbers',
    parameter,
    "if (typeof value !== 'number' || !Number.isFinite(value))",
    'if (false)',
    errors('(a|the) state'),
  ],
  [
    'state: a slot of another type',
    parameter,
    'if (type !== dtype || has !== length) {',
    'if (has !== length) {',
    errors('(a|the) state'),
  ],
  [
    'state: a slot of another length',
    parameter,
    'if (type !== dtype || has !== length) {',
    'if (type !== dtype) {',
    errors('(a|the) state'),
  ],
  [
    'state: unknown slots',
    parameter,
    `  const [unknown] = Object.keys(entry);
  if (unknown !== undefined) {`,
    `  const [unknown] = Object.keys(entry);
  if (false) {`,
    errors('(a|the) state'),
  ],
  [
    'state: unknown parameters',
    match,
    'if (unknown.length > 0 && !partial)',
    'if (false)',
    errors('(a|the) state'),
  ],
  [
    'state: another number of groups',
    match,
    ' || (!partial && dict.param_groups.length !== groups.length))',
    ')',
    errors('(a|the) state'),
  ],
  [
    'state: groups of other parameters',
    groups,
    '(named ? of.get(name) === found : names[k] === name)',
    'true',
    errors('(a|the) state'),
  ],
  [
    'state: groups of fewer parameters',
    groups,
    '      params.length === own.length &&\n',
    '',
    errors('(a|the) state'),
  ],
  [
    'state: unknown options',
    groups,
    `passes(name, options[name], rule, group));
  if (unknown !== undefined) {`,
    `passes(name, options[name], rule, group));
  if (false) {`,
    errors('(a|the) state'),
  ],
  [
    'state: arrays that went on the way',
    match,
    'if (lengthOf(values) !== length)\n',
    'if (false)\n',
    errors('(within one|a state)'),
  ],
  ['state: functions are replaced', groups, "if (typeof value !== 'function') changes", 'changes', resume],
  [
    'state: half a pair is replaced',
    groups,
    "typeof live[i] === 'function' ? live[i] : value",
    'value',
    resume,
  ],
  ['state: pairs are handed out', writes, '(Array.isArray(value) ? [...value] : value)', 'value', resume],
  [
    'state: slots of one step are saved',
    writes,
    'slot === null || isScratch(rule, slot) ?',
    'slot === null ?',
    resume,
  ],
  ['state: entries of tensors that never stepped', writes, '    if (scalars === null) return;\n', '', resume],
  [
    'state: no entries of tensors that begin otherwise',
    writes,
    'if (scalars === null) return;',
    'if (t === 0) return;',
    resume,
  ],
  [
    'state: a tensor without an entry stays',
    match,
    'entry?.slots ?? startingSlots(rule, one, numbersOf(one))',
    'entry?.slots ?? []',
    resume,
  ],
  [
    'state: begins with the options before',
    match,
    'options[groups.indexOf(of)]!.numbers;',
    'of.numbers;',
    resume,
  ],
  ['state: no steps are none', match, 'Math.max(furthest, uncounted)', 'uncounted', resume],
  ['state: options are kept', match, 'if (options[i] !== group) group.adopt(options[i]!);', '', resume],
  [
    'state: one clock for all',
    match,
    'JSON.stringify([groups.indexOf(tensor.options), tensor.dtype, given.t, given.scalars])',
    "''",
    resume,
  ],
  [
    'state: one clock for all scalars',
    match,
    'JSON.stringify([groups.indexOf(tensor.options), tensor.dtype, given.t, given.scalars])',
    'JSON.stringify([groups.indexOf(tensor.options), tensor.dtype, given.t])',
    resume,
  ],
  [
    'state: one clock for all groups',
    match,
    'JSON.stringify([groups.indexOf(tensor.options), tensor.dtype, given.t, given.scalars])',
    'JSON.stringify([t, scalars])',
    resume,
  ],
  [
    'state: slots are not loaded',
    match,
    'else if (!Stored.is(values)) kernel.write(tensor, slot, values, 0);',
    '',
    resume,
  ],
  [
    'state: slots are filled once',
    fill,
    'for (let at = 0; at < length; at += fillLength) {',
    'for (let at = 0; at < Math.min(length, 1); at += fillLength) {',
    ['test/kernel.test.ts'],
  ],
  [
    'state: slots are filled from the start',
    fill,
    'Math.min(fillLength, length - at)), at);',
    'Math.min(fillLength, length - at)), 0);',
    ['test/kernel.test.ts'],
  ],
  [
    'state: the numbers of options are those of the first group',
    writes,
    'tensors.filter(({ options }) => options === group)',
    'tensors.filter(() => true)',
    resume,
  ],

  [
    'async: is counted before it happens',
    engine,
    '      await this.#inside.phases.runAsync();\n      this.#inside.finish();',
    '      this.#inside.finish();\n      await this.#inside.phases.runAsync();',
    async,
  ],
  ['async: nothing is pinned', phases, 'pinAll(used, this.#untransferable);', '', async],
  ['async: sources are not pinned', phases, '    used.push(...this.#moves.arrays());\n', '', async],
  ['async: parameters are not pinned', phases, 'used.push([array,', 'used.push([gradient,', async],
  [
    'async: the caller does not wait',
    phases,
    'await this.kernel.runAsync(used);',
    'void this.kernel.runAsync(used);',
    async,
  ],
  [
    'async: options are not taken back',
    engine,
    `      await this.#inside.phases.runAsync();
      this.#inside.finish();
    } catch (error) {
      this.#inside.revertOptions();`,
    `      await this.#inside.phases.runAsync();
      this.#inside.finish();
    } catch (error) {`,
    async,
  ],
  [
    'async: Nesterov stays at the look-ahead point',
    'src/rules/nesterov.ts',
    `        await this.#inside.phases.runAsync();
        this.#inside.finish();
      } catch (error) {
        this.#goBack(() => true);`,
    `        await this.#inside.phases.runAsync();
        this.#inside.finish();
      } catch (error) {`,
    async,
  ],
  [
    'async: Nesterov goes on with the look-ahead',
    'src/rules/nesterov.ts',
    '          this.#inside.phases.finishAlone(false);\n',
    '',
    async,
    { equivalent: 'every step of Nesterov begins with the look-ahead, after which all of this is put right' },
  ],
  ['pins: ordinary memory without leave', pins, 'if (!allowed) {', 'if (false) {', async],
  [
    'pins: memory that cannot be pinned',
    pins,
    'if (pinning && !pinning.transferable(bufferOf(array) as ArrayBuffer)) {',
    'if (false) {',
    ['test/stand-ins.test.ts'],
  ],
  [
    'pins: nothing is marked',
    pins,
    '    pinning?.pin(buffer as ArrayBuffer);\n',
    '',
    ['test/stand-ins.test.ts'],
  ],
  [
    'pins: what is pinned is not remembered',
    pins,
    '    pinned.add(buffer);\n',
    '',
    ['test/stand-ins.test.ts'],
  ],
  ['pins: untransferable by a text', pins, "if (typeof value !== 'boolean')", 'if (false)', async],
  [
    'pins: marked before all were looked at',
    pins,
    '  for (const [array, name] of ordinary) {\n',
    '  for (const [array] of ordinary) pinning?.pin(bufferOf(array) as ArrayBuffer);\n  for (const [array, name] of ordinary) {\n',
    ['test/stand-ins.test.ts'],
  ],
  ['state: further than the optimizer', match, 'if (t <= steps) return;', 'return;', errors('(a|the) state')],
  [
    'state: what stays may have come further',
    match,
    'if (entry === undefined) steps = t;',
    'if (entry === undefined) return;',
    partial,
  ],
  [
    'state: a name by its place',
    groups,
    '(named ? of.get(name) === found : names[k] === name)',
    'names[k] === name',
    named,
  ],
  [
    'state: a maximum from zeros',
    parameter,
    'fillings.get(joins(slot) ?? slot) ?? 0',
    'fillings.get(slot) ?? 0',
    joining,
  ],
  ['state: a schedule forgets', match, 'remembered.push(...adopt);', '', schedules],
  [
    'state: a schedule is asked before it remembers',
    match,
    'if (whole && number !== undefined) last[name] = number;',
    '',
    schedules,
  ],
  [
    'state: the rest of a part begins anew',
    match,
    'if (from === undefined || other !== undefined) return undefined;',
    'if (from === undefined || other !== undefined) return null;',
    partial,
  ],
  [
    'groups: an added one lets the others forget',
    engine,
    'copySlots(this.#inside.phases.kernel, kernel, i, tensor);',
    '',
    added,
  ],
  ['groups: an added one leaves others where they were', engine, 'phases.wait(sources);', '', added],
  ['groups: an added one begins with zeros', engine, 'this.#begin(kernel, before);', '', added],
];
