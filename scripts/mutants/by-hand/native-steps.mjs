// A step in C++: the cut into claims and chunks, threads, what JavaScript hands in and takes out; and of the kernels what is decided
// when they are compiled.

const agreement = kernel => ['test/agreement.test.ts', '-t', `'${kernel} `];
const addon = ['test/addon.test.ts'];
const async = ['test/async.test.ts'];
const pool = ['test/threads/pool.test.ts'];
const rebind = ['test/rebind.test.ts', '-t', 'native'];
const optimizer = title => ['test/optimizer.test.ts', '-t', `native ${title}`];

export const mutants = [
  [
    'native: last claim cut short',
    'native/update.cc',
    'last ? n : begin + claimLength',
    'last ? n - 1 : begin + claimLength',
    agreement('adam'),
  ],
  [
    'native: claims overlap',
    'native/update.cc',
    'last ? n : begin + claimLength',
    'last ? n : begin + claimLength + 1',
    agreement('adam'),
  ],
  [
    'native: a long tensor is taken twice',
    'native/update.cc',
    '        if (last) break;\n      }\n      first = i + 1;',
    '        if (last) break;\n      }\n      first = i;',
    agreement('adam'),
  ],
  [
    'native: the tensors before a long one are left out',
    'native/update.cc',
    '      close(i);\n',
    '',
    ['test/kernel.test.ts'],
  ],
  [
    'native: the last tensors are left out',
    'native/update.cc',
    '  close(tensors.size());\n',
    '',
    agreement('adam'),
  ],
  [
    'native: only the first tensor of a claim',
    'native/update.cc',
    'claim.last - claim.first == 1',
    'claim.last - claim.first >= 1',
    agreement('adam'),
  ],
  [
    'native: all but the last tensor of a claim',
    'native/update.cc',
    'for (std::size_t i = claim.first; i < claim.last; i++) update',
    'for (std::size_t i = claim.first; i + 1 < claim.last; i++) update',
    agreement('adam'),
  ],
  [
    'native: a claim is cut where it ends exactly',
    'native/update.cc',
    'n - begin < 2 * claimLength',
    'n - begin <= 2 * claimLength',
    agreement('sgd'),
    { equivalent: 'one claim of twice the length in place of two: every element is still in exactly one' },
  ],
  [
    'native: chunks overlap',
    'native/update.cc',
    'for (std::size_t at = begin; at < end; at += run.n)',
    'for (std::size_t at = begin; at < end; at += chunkLength)',
    agreement('adam'),
  ],
  [
    'native: the stages overrun their scratch',
    'native/update.cc',
    'run.n = chunked && end - at > chunkLength ? chunkLength : end - at;',
    'run.n = end - at;',
    agreement('adagrad'),
  ],
  [
    'native: a claim from the start of its tensor',
    'native/update.cc',
    'const std::size_t offset = at * size;',
    'const std::size_t offset = (at - begin) * size;',
    agreement('adam'),
  ],
  [
    'native: slots from their start',
    'native/update.cc',
    'static_cast<char*>(tensor.slots[k]) + offset : nullptr',
    'static_cast<char*>(tensor.slots[k]) : nullptr',
    agreement('adam'),
  ],
  [
    'native: no scale',
    'native/update.cc',
    '      of(plan.set->scale)(run);\n      run.g = scratch;\n',
    '',
    agreement('adagrad'),
  ],
  [
    'native: no decay',
    'native/update.cc',
    '      of(plan.set->decay)(run);\n      run.g = scratch;\n',
    '',
    agreement('adagrad'),
  ],
  ['native: no shrink', 'native/update.cc', '      of(plan.set->shrink)(run);\n', '', agreement('lion')],
  [
    'native: the decayed gradient is not used',
    'native/update.cc',
    '      of(plan.set->decay)(run);\n      run.g = scratch;\n',
    '      of(plan.set->decay)(run);\n',
    agreement('sgd.momentum'),
  ],
  [
    'native: decay of nothing is added',
    'native/update.cc',
    'decays = row[decayRate] != 0',
    'decays = true',
    agreement('sgd'),
  ],
  [
    'native: decay before scale',
    'native/update.cc',
    `    if (scales) {
      run.coefficients = row + gradientFactor;
      of(plan.set->scale)(run);
      run.g = scratch;
    }
    if (decays) {
      run.coefficients = row + decayRate;
      of(plan.set->decay)(run);
      run.g = scratch;
    }`,
    `    if (decays) {
      run.coefficients = row + decayRate;
      of(plan.set->decay)(run);
      run.g = scratch;
    }
    if (scales) {
      run.coefficients = row + gradientFactor;
      of(plan.set->scale)(run);
      run.g = scratch;
    }`,
    agreement('adagrad'),
  ],
  [
    'native: shrink after the rule',
    'native/update.cc',
    `    if (shrinks) {
      run.coefficients = row + shrinkKeep;
      of(plan.set->shrink)(run);
    }
    run.coefficients = row + ruleCoefficients;
    rule(run);`,
    `    run.coefficients = row + ruleCoefficients;
    rule(run);
    if (shrinks) {
      run.coefficients = row + shrinkKeep;
      of(plan.set->shrink)(run);
    }`,
    agreement('lion'),
  ],
  [
    'native: the rate of decay is read from its neighbour',
    'native/update.cc',
    'row + decayRate;',
    'row + shrinkKeep;',
    agreement('adagrad'),
  ],
  [
    'native: one row for all',
    'native/update.cc',
    'plan.rows + plan.rowOf[index] * rowLength',
    'plan.rows',
    optimizer('takes parameters with options'),
  ],
  ['native: a wild row', 'native/update.cc', 'return rowOf[index] < tensors.size() && ', 'return ', addon],
  ['native: a wild rule', 'native/update.cc', ' && ruleOf[index] < set->ruleCount', '', addon],
  [
    'native: a gradient that was never bound',
    'native/update.cc',
    ' && tensors[index].g != nullptr',
    '',
    addon,
  ],
  [
    'native: read elsewhere for good',
    'native/update.cc',
    'if (takesPart(i)) tensors[i].from = nullptr;',
    '',
    rebind,
  ],
  [
    'native: one that waits forgets where from',
    'native/update.cc',
    'if (takesPart(i)) tensors[i].from = nullptr;',
    'tensors[i].from = nullptr;',
    rebind,
  ],
  [
    'native: one that waits is not looked at again',
    'native/update.cc',
    '    moving = moving || tensors[i].from != nullptr;\n',
    '',
    rebind,
  ],
  [
    'native: nothing is read elsewhere',
    'native/update.cc',
    'if (tensor.from) std::memcpy',
    'if (false) std::memcpy',
    rebind,
  ],
  [
    'native: every chunk is read from the first',
    'native/update.cc',
    'static_cast<const char*>(tensor.from) + offset, run.n * size',
    'static_cast<const char*>(tensor.from), run.n * size',
    rebind,
  ],

  [
    'native: the tasks that do not divide are lost',
    'native/parallel.cc',
    'to = (count - first) * (k + 1) / threads',
    'to = from + (count - first) / threads',
    agreement('sgd'),
  ],
  [
    'native: tasks one off',
    'native/parallel.cc',
    'share.first + static_cast<std::uint32_t>(word) - 1',
    'share.first + static_cast<std::uint32_t>(word)',
    agreement('adam'),
  ],
  [
    'native: shares overlap',
    'native/parallel.cc',
    'shares_[k].first = first + from;',
    'shares_[k].first = first;',
    agreement('adam'),
  ],
  [
    'native: one thread leaves out the last task',
    'native/parallel.cc',
    '  } else {\n    for (std::size_t i = 0; i < count; i++)',
    '  } else {\n    for (std::size_t i = 0; i + 1 < count; i++)',
    agreement('adam'),
  ],
  [
    'native: helpers never watch',
    'native/parallel.cc',
    'watched ? 2 * gap + least',
    'false ? 2 * gap + least',
    pool,
  ],
  [
    'native: helpers watch for the gap alone',
    'native/parallel.cc',
    'watched ? 2 * gap + least',
    'watched ? gap + least',
    pool,
  ],
  ['native: helpers watch without end', 'native/parallel.cc', 'Clock::now() < until;', 'true;', pool],
  [
    'native: helpers watch after any gap',
    'native/parallel.cc',
    'gap < soon && threads <= processors_',
    'threads <= processors_',
    pool,
  ],
  [
    'native: helpers watch on processors that there are not',
    'native/parallel.cc',
    'gap < soon && threads <= processors_',
    'gap < soon',
    pool,
  ],
  [
    'native: no job is too short to wake for',
    'native/parallel.cc',
    'wakes = (Clock::now() - begun) * (count - done) >= waking;',
    'wakes = true;',
    pool,
  ],
  [
    'native: no job is long enough to wake for',
    'native/parallel.cc',
    'wakes = (Clock::now() - begun) * (count - done) >= waking;',
    '',
    pool,
  ],
  [
    'native: who is not wanted comes too',
    'native/parallel.cc',
    'return call != seen && self < static_cast<std::uint32_t>(call);',
    'return call != seen;',
    pool,
  ],

  ['native: slots share their memory', 'native/arena.cc', '      at += bytes;\n', '', agreement('adam')],
  [
    'native: all slots are one',
    'native/arena.cc',
    'tensor.slots[k] = reinterpret',
    'tensor.slots[0] = reinterpret',
    agreement('adam'),
  ],
  [
    'native: slots of half the length',
    'native/arena.cc',
    'return tensor.n * (',
    'return tensor.n / 2 * (',
    agreement('adam'),
  ],
  [
    'native: whole numbers pass for floats',
    'native/addon.cc',
    ' || (type != napi_float32_array && type != napi_float64_array)',
    '',
    addon,
  ],
  ['native: doubles pass for floats', 'native/addon.cc', 'v.wide != tensors[i].wide || ', '', addon],
  ['native: a gradient of another length', 'native/addon.cc', ' || v.length != tensors[i].n', '', addon],
  [
    'native: a list of another length',
    'native/addon.cc',
    'arrays.Length() != tensors.size()',
    'false',
    addon,
  ],
  [
    'native: an index past the end',
    'native/addon.cc',
    'x < static_cast<double>(end)',
    'x <= static_cast<double>(end)',
    addon,
  ],
  ['native: an index below zero', 'native/addon.cc', 'x >= 0 && x <', 'x <', addon],
  ['native: rows too short', 'native/addon.cc', ' || rows.ElementLength() != count * rowLength', '', addon],
  ['native: row numbers too few', 'native/addon.cc', 'rowOf.ElementLength() != count || ', '', addon],
  ['native: rule numbers too few', 'native/addon.cc', ' || ruleOf.ElementLength() != count', '', addon],
  [
    'native: kept letters too few',
    'native/addon.cc',
    'kept.ElementLength() != count * maxSlots || ',
    '',
    addon,
  ],
  [
    'native: a slot that is not there',
    'native/addon.cc',
    ' && (data != nullptr || tensor.n == 0)',
    '',
    addon,
  ],
  [
    'native: a slot into an array of another type',
    'native/addon.cc',
    'if (!fits || outside.wide != tensor.wide)',
    'if (!fits)',
    addon,
  ],
  [
    'native: a slot into an array that is too long',
    'native/addon.cc',
    'outside.length <= tensor.n - from',
    'outside.length <= tensor.n',
    addon,
  ],
  [
    'native: a stretch past the end of a slot',
    'native/addon.cc',
    'indexBelow(info[4], tensor.n + 1)',
    'indexBelow(info[4], tensor.n + 9)',
    addon,
  ],
  [
    'native: every stretch from the start of a slot',
    'native/addon.cc',
    'static_cast<char*>(data) + from * size',
    'static_cast<char*>(data)',
    addon,
  ],
  [
    'native: a kernel is used while it is under way',
    'native/addon.cc',
    '  if (bound->flying) throw Napi',
    '  if (false) throw Napi',
    addon,
  ],
  [
    'native: a kernel runs while it is under way',
    'native/addon.cc',
    '  } else if (bound->flying) {\n    (void)napi_throw_error',
    '  } else if (false) {\n    (void)napi_throw_error',
    addon,
  ],
  ['native: a kernel stays under way', 'native/addon.cc', '  flight->bound.flying = false;\n', '', async],
  [
    'native: another thread does nothing',
    'native/addon.cc',
    '  flight.bound.plan.step(flight.threads, flight.wakes);\n',
    '',
    async,
  ],
  [
    'native: half a move',
    'native/addon.cc',
    `  std::vector<Tensor> moved(plan.tensors.begin(), plan.tensors.end());
  eachArray(info[1], moved, [](Tensor& tensor, void* p) { tensor.p = p; });
  bool moving = false;
  eachArray(info[2], moved,`,
    `  std::vector<Tensor> moved;
  eachArray(info[1], plan.tensors, [](Tensor& tensor, void* p) { tensor.p = p; });
  moved.assign(plan.tensors.begin(), plan.tensors.end());
  bool moving = false;
  eachArray(info[2], moved,`,
    addon,
  ],
  ['native: moving is not noticed', 'native/addon.cc', 'plan.moving = moving;', '', rebind],
  ['native: SSE2 is not offered', 'native/dispatch.cc', '  return 3;', '  return 2;', addon],
  [
    'native: the best set is not the first',
    'native/dispatch.cc',
    'offers[0] = {&avx512, offered[0]};\n  offers[1] = {&avx2, offered[1]};',
    'offers[0] = {&avx2, offered[1]};\n  offers[1] = {&avx512, offered[0]};',
    addon,
  ],
  [
    'native: a disabled set is used',
    'native/dispatch.cc',
    'if (rest.substr(0, comma) == name) return true;',
    'if (rest == name) return true;',
    ['test/loader.test.ts', '-t', 'LANESTEP_DISABLE_ISA'],
  ],

  [
    'native: Adam, AMSGrad has no slot',
    'native/rules/adam.h',
    'keeps[] = {true, true, amsgrad}',
    'keeps[] = {true, true, false}',
    agreement('adam.amsgrad'),
  ],
  [
    'native: average, a slot that nobody has allocated',
    'native/rules/average.h',
    'keeps[] = {corrected}',
    'keeps[] = {true}',
    agreement('average'),
  ],
  [
    'native: RMSprop, the slots of the flags swapped',
    'native/rules/rmsprop.h',
    'keeps[] = {true, centered, momentum}',
    'keeps[] = {true, momentum, centered}',
    agreement('rmsprop.momentum'),
  ],
  [
    'native: Nesterov, the look-ahead keeps the wrong slot',
    'native/rules/nesterov.h',
    'changes[] = {!ahead && !back, ahead}',
    'changes[] = {ahead, !ahead && !back}',
    agreement('nesterov'),
  ],
  [
    'native: Nesterov, both slots are written',
    'native/rules/nesterov.h',
    'changes[] = {!ahead && !back, ahead}',
    'changes[] = {true, true}',
    [...agreement('nesterov(.ahead)?')],
    {
      equivalent:
        'the slot that the flag leaves alone is stored as it was loaded; it only costs a pass of memory',
    },
  ],
  [
    'native: two names swapped',
    'native/rules/list.h',
    'rule<AdamPlain>("adam")',
    'rule<AdamAmsgrad>("adam")',
    agreement('adam'),
  ],
  [
    'native: a variant without one of its flags',
    'native/rules/list.h',
    'Rmsprop<V, true, true>',
    'Rmsprop<V, true, false>',
    agreement('rmsprop.centered.momentum'),
  ],
  [
    'native: a rule is missing',
    'native/rules/list.h',
    '    rule<Lion>("lion"),\n',
    '',
    ['test/agreement.test.ts', '-t', 'covers'],
  ],
  [
    'native: doubles as floats',
    'native/rules/list.h',
    '{name, updateRun<Rule, F32>, updateRun<Rule, F64>}',
    '{name, updateRun<Rule, F32>, updateRun<Rule, F32>}',
    agreement('sgd'),
  ],
  [
    'avx512: a masked end is read whole',
    'native/isa/avx512.cc',
    '_mm512_maskz_loadu_ps(first(count), from)',
    '_mm512_loadu_ps(from)',
    ['test/kernel.test.ts'],
  ],
  [
    'avx512: division by an estimate',
    'native/isa/avx512.cc',
    '_mm512_div_ps(a.x, b.x)',
    '_mm512_mul_ps(a.x, _mm512_rcp14_ps(b.x))',
    agreement('adam'),
  ],
  [
    'avx2: doubles, a masked end is read whole',
    'native/isa/avx2.cc',
    '_mm256_maskload_pd(from, first(count))',
    '_mm256_loadu_pd(from)',
    ['test/kernel.test.ts'],
  ],
  [
    'avx2: a root by an estimate',
    'native/isa/avx2.cc',
    '_mm256_sqrt_ps(a.x)',
    '_mm256_mul_ps(a.x, _mm256_rsqrt_ps(a.x))',
    agreement('adam'),
  ],
  [
    'sse2: a vector of floats read as aligned',
    'native/isa/sse2.cc',
    '_mm_loadu_ps(from)',
    '_mm_load_ps(from)',
    agreement('adam'),
  ],
  [
    'native: FMA switched on',
    'binding.gyp',
    '"-ffp-contract=off",      #',
    '"-ffp-contract=fast", "-mfma",      #',
    agreement('adam'),
  ],
  [
    'native: fast-math',
    'binding.gyp',
    '"-fno-math-errno",        #',
    '"-ffast-math",        #',
    agreement('adam.amsgrad'),
  ],
  [
    'native: unmapped with its worker',
    'binding.gyp',
    '"-Wl,-z,nodelete",',
    '',
    ['test/hardening.test.ts', '-t', 'stays mapped'],
  ],
  [
    'native: everything exported',
    'binding.gyp',
    '"-Wl,--version-script=../native/exports.ld",',
    '',
    ['test/hardening.test.ts', '-t', 'exports its'],
  ],
];
