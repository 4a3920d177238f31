// Every rule with every flag and stage: the one table that drives the tests over all of them.
import type { Numbers } from '../option-table.js';
import { defaultsOf, type Rule } from '../rule.js';
import { acprop } from '../rules/acprop.js';
import { adabelief } from '../rules/adabelief.js';
import { adabound } from '../rules/adabound.js';
import { adadelta } from '../rules/adadelta.js';
import { adafactor } from '../rules/adafactor.js';
import { adafactorPaper } from '../rules/adafactor-paper.js';
import { adagrad } from '../rules/adagrad.js';
import { adahessian } from '../rules/adahessian.js';
import { adai } from '../rules/adai.js';
import { adam } from '../rules/adam.js';
import { adamMini } from '../rules/adam-mini.js';
import { adamax } from '../rules/adamax.js';
import { adamod } from '../rules/adamod.js';
import { adamp } from '../rules/adamp.js';
import { adamw } from '../rules/adamw.js';
import { adan } from '../rules/adan.js';
import { adapnm } from '../rules/adapnm.js';
import { ademamix } from '../rules/ademamix.js';
import { adopt } from '../rules/adopt.js';
import { aggmo } from '../rules/aggmo.js';
import { alig } from '../rules/alig.js';
import { amos } from '../rules/amos.js';
import { asgd } from '../rules/asgd.js';
import { average, equalWeights } from '../rules/average.js';
import { came } from '../rules/came.js';
import { cocob } from '../rules/cocob.js';
import { dadaptAdam } from '../rules/dadapt-adam.js';
import { dadaptSgd } from '../rules/dadapt-sgd.js';
import { diffgrad } from '../rules/diffgrad.js';
import { dog } from '../rules/dog.js';
import { dowg } from '../rules/dowg.js';
import { fromage } from '../rules/fromage.js';
import { ftrl } from '../rules/ftrl.js';
import { grams } from '../rules/grams.js';
import { kate } from '../rules/kate.js';
import { lamb } from '../rules/lamb.js';
import { laprop } from '../rules/laprop.js';
import { lars } from '../rules/lars.js';
import { ldog } from '../rules/ldog.js';
import { lion } from '../rules/lion.js';
import { madgrad } from '../rules/madgrad.js';
import { mars } from '../rules/mars.js';
import { momo } from '../rules/momo.js';
import { momoAdam } from '../rules/momo-adam.js';
import { muon } from '../rules/muon.js';
import { nadam } from '../rules/nadam.js';
import { nesterov } from '../rules/nesterov.js';
import { noisySgd } from '../rules/noisy-sgd.js';
import { normuon } from '../rules/normuon.js';
import { novograd } from '../rules/novograd.js';
import { optimisticAdam } from '../rules/optimistic-adam.js';
import { optimisticSgd } from '../rules/optimistic-sgd.js';
import { pnm } from '../rules/pnm.js';
import { polyakSgd } from '../rules/polyak-sgd.js';
import { prodigy } from '../rules/prodigy.js';
import { qhadam } from '../rules/qhadam.js';
import { qhm } from '../rules/qhm.js';
import { radam } from '../rules/radam.js';
import { rmsprop } from '../rules/rmsprop.js';
import { rprop } from '../rules/rprop.js';
import { scheduleFreeAdamw } from '../rules/schedule-free-adamw.js';
import { scheduleFreeRadam } from '../rules/schedule-free-radam.js';
import { scheduleFreeSgd } from '../rules/schedule-free-sgd.js';
import { sgd } from '../rules/sgd.js';
import { sgdp } from '../rules/sgdp.js';
import { shampoo } from '../rules/shampoo.js';
import { signsgd } from '../rules/signsgd.js';
import { simplifiedAdemamix } from '../rules/simplified-ademamix.js';
import { sm3 } from '../rules/sm3.js';
import { soap } from '../rules/soap.js';
import { sophia } from '../rules/sophia.js';
import { stableadamw } from '../rules/stableadamw.js';
import { tfjsAdadelta } from '../rules/tfjs-adadelta.js';
import { tfjsAdagrad } from '../rules/tfjs-adagrad.js';
import { tfjsAdam } from '../rules/tfjs-adam.js';
import { tfjsAdamax } from '../rules/tfjs-adamax.js';
import { tfjsMomentum } from '../rules/tfjs-momentum.js';
import { tfjsRmsprop } from '../rules/tfjs-rmsprop.js';
import { tfjsSgd } from '../rules/tfjs-sgd.js';
import { tiger } from '../rules/tiger.js';
import { yogi } from '../rules/yogi.js';
import { factored } from '../slots.js';

/** A rule with options that lead to one of its kernels, and to some of the stages. */
export interface Variant {
  readonly title: string;
  // biome-ignore lint/suspicious/noExplicitAny: a table over rules of many option types
  readonly rule: Rule<any>;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  readonly options: Numbers<any>;
  /** The kernel's name, at the first step, or at the one that the table says. */
  readonly kernel: string;
  /** Whether the kernel is one of those within a step, and not the one that the options lead to. */
  readonly within: boolean;
  /** Whether its tensors are walked row by row. */
  readonly byRows: boolean;
}

/** Rules that run another's kernels. */
// biome-ignore lint/suspicious/noExplicitAny: likewise
const borrowers = new Map<Rule<any>, string>([
  [adafactorPaper, ' (adafactor-paper)'],
  [adamw, ' (adamw)'],
  [dowg, ' (dowg)'],
  [equalWeights, ' (stochastic-weight-average)'],
  [ldog, ' (ldog)'],
  [polyakSgd, ' (polyak-sgd)'],
  [tfjsSgd, ' (tfjs-sgd)'],
  [tfjsMomentum, ' (tfjs-momentum)'],
]);

// biome-ignore lint/suspicious/noExplicitAny: likewise
function variant(rule: Rule<any>, given: Record<string, unknown> = {}, flag?: string, t = 1): Variant {
  const options = { ...defaultsOf(rule), ...given };
  const flags = rule.flags?.(options) ?? [];
  const first = rule.coefficients?.(options, t, rule.scalars?.(options) ?? {}, 0);
  const shorter = flag === undefined && first !== undefined && rule.shorter?.holds(first, t) === true;
  const usual = shorter ? rule.shorter!.flags(flags) : flags;
  const kernel = [rule.name, ...usual, ...(flag ? [flag] : [])].join('.');
  const text = Object.entries(given).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return {
    title: `${kernel}${borrowers.get(rule) ?? ''} { ${text.join(', ')} }`,
    rule,
    options,
    kernel,
    within: flag !== undefined,
    byRows: flag === factored,
  };
}

/** Optimizers (nesterov.ahead and nesterov.back run within a step of `Nesterov`). */
export const variants: readonly Variant[] = [
  variant(sgd, { lr: 0.1 }),
  variant(sgd, { lr: 0.1, weightDecay: 0.01, maximize: true, gradientScale: 0.3 }),
  variant(sgd, { momentum: 0.9, dampening: 0.25 }),
  variant(sgd, { momentum: 0.9, weightDecay: 0.01 }),
  variant(sgd, { momentum: 0.9, nesterov: true, maximize: true }),
  variant(sgd, { momentum: 0.9, weightDecay: 0.1, decoupledWeightDecay: true, maximize: true }),
  variant(rmsprop),
  variant(rmsprop, { centered: true, weightDecay: 0.1 }),
  variant(rmsprop, { momentum: 0.9, gradientScale: -1.7 }),
  variant(rmsprop, { centered: true, momentum: 0.5, alpha: 0.9, maximize: true }),
  variant(adagrad, { lrDecay: 0.1, initialAccumulatorValue: 0.1 }),
  variant(adagrad, { weightDecay: 0.01, maximize: true }),
  variant(adagrad, { lrDecay: 0.1, weightDecay: 0.1, decoupledWeightDecay: true }),
  variant(rmsprop, { momentum: 0.9, weightDecay: 0.1, decoupledWeightDecay: true }),
  variant(adadelta),
  variant(adadelta, { lr: 0.5, weightDecay: 0.01, gradientScale: 0.5, maximize: true }),
  variant(adafactor),
  variant(adafactor, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(adafactor, {}, factored),
  variant(adafactorPaper),
  variant(adafactorPaper, { beta1: 0.9, lr: 0.05, relativeStep: false, maximize: true }),
  variant(adafactorPaper, { beta1: 0.9, weightDecay: 0.1 }, factored),
  variant(adam),
  variant(adam, { betas: [0, 0.5], eps: 1e-3, weightDecay: 0.1, gradientScale: 1 / 3 }),
  variant(adam, { amsgrad: true, maximize: true }),
  variant(adam, { amsgrad: true, weightDecay: 0.1, decoupledWeightDecay: true, gradientScale: 3 }),
  variant(adamw),
  variant(adamw, { amsgrad: true, maximize: true, gradientScale: 0.1 }),
  variant(adamax),
  variant(adamax, { weightDecay: 0.01, maximize: true }),
  variant(adamax, { weightDecay: 0.1, decoupledWeightDecay: true, gradientScale: 0.3 }),
  variant(nadam),
  variant(nadam, { weightDecay: 0.1, decoupledWeightDecay: true, maximize: true }),
  variant(radam, { betas: [0.9, 0.9] }),
  variant(radam, { weightDecay: 0.1, decoupledWeightDecay: true, gradientScale: 0.7 }),
  variant(asgd),
  variant(asgd, { t0: 2, lambd: 0.01, weightDecay: 0.01, maximize: true }),
  variant(alig),
  variant(alig, { momentum: 0.9, lr: 0.1, gradientScale: 0.3, maximize: true }),
  variant(rprop),
  variant(rprop, { etas: [0.4, 1.5], stepSizes: [1e-3, 1e-2], maximize: true, gradientScale: 0.5 }),
  variant(lion),
  variant(lion, { weightDecay: 0.1, maximize: true, gradientScale: 2 }),
  variant(nesterov),
  variant(nesterov, { weightDecay: 0.01, maximize: true, gradientScale: 0.5 }),
  variant(nesterov, {}, 'ahead'),
  variant(nesterov, {}, 'back'),
  variant(adan, { noProx: true, weightDecay: 0.1, gradientScale: 0.5 }),
  variant(adan, { weightDecay: 0.02, maximize: true }),
  variant(dog, { initBy: 'distance', initStep: 0.1 }),
  variant(dog, { initBy: 'rate', weightDecay: 0.01, maximize: true, gradientScale: 0.3 }),
  variant(dowg, { weightDecay: 0.01 }),
  variant(fromage, { lr: 0.1 }),
  variant(fromage, { lr: 0.1, pBound: 0.5, maximize: true, gradientScale: 0.3 }),
  variant(ldog, { weightDecay: 0.01, maximize: true }),
  variant(stableadamw),
  variant(stableadamw, { betas: [0.5, 0.9], maximize: true, gradientScale: 0.3 }),
  variant(adamp, { weightDecay: 0.1 }),
  variant(adamp, { nesterov: true, maximize: true, gradientScale: 0.3 }),
  variant(adamp, { weightDecay: 0.1 }, factored),
  variant(adamp, { nesterov: true, maximize: true, gradientScale: 0.3 }, factored),
  variant(sgdp, { momentum: 0.9, weightDecay: 0.1 }),
  variant(sgdp, { momentum: 0.9, nesterov: true, maximize: true, gradientScale: 0.3 }),
  variant(sgdp, { momentum: 0.9, dampening: 0.1 }, factored),
  variant(sgdp, { momentum: 0.9, nesterov: true, maximize: true, gradientScale: 0.3 }, factored),
  variant(dadaptAdam, { weightDecay: 0.01, d0: 1e-3 }),
  variant(dadaptAdam, {
    weightDecay: 0.1,
    decouple: true,
    useBiasCorrection: true,
    maximize: true,
    gradientScale: 0.3,
  }),
  variant(dadaptSgd, { d0: 1e-3 }),
  variant(dadaptSgd, { momentum: 0.9, weightDecay: 0.01, maximize: true, gradientScale: 0.3 }),
  variant(lamb, { weightDecay: 0.01 }),
  variant(lamb, { biasCorrection: false, phiMax: 1, maximize: true, gradientScale: 0.3 }),
  variant(lars),
  variant(lars, { nesterov: true, decayInNorm: true, maximize: true, gradientScale: 0.3 }),
  variant(novograd, { weightDecay: 0.01 }),
  variant(novograd, { gradAveraging: true, maximize: true, gradientScale: 0.3 }),
  variant(momo),
  variant(momo, { weightDecay: 0.1, decayFirst: true, maximize: true, gradientScale: 0.3 }),
  variant(momoAdam),
  variant(momoAdam, { weightDecay: 0.1, adaptLowerBound: true, maximize: true, gradientScale: 0.3 }),
  variant(muon, { adamWeightDecay: 0.1 }),
  variant(muon, { adamLr: 0.01, adamBetas: [0.5, 0.9], maximize: true, gradientScale: 0.3 }),
  variant(muon, { useMuon: false, adamWeightDecay: 0.1, maximize: true }),
  variant(muon, { lr: 0.02, nsSteps: 1 }, factored),
  variant(
    muon,
    { nesterov: false, adjustLrFn: 'match_rms_adamw', nsSteps: 1, maximize: true, gradientScale: 0.3 },
    factored,
  ),
  variant(noisySgd, { lr: 0.1 }),
  variant(noisySgd, { eta: 1, gamma: 0, seed: 7, momentum: 0.9, weightDecay: 0.01 }),
  variant(noisySgd, { momentum: 0.9, nesterov: true, maximize: true, gradientScale: 0.3 }),
  variant(normuon, { adamWeightDecay: 0.1 }),
  variant(normuon, { adamBetas: [0.5, 0.9], maximize: true, gradientScale: 0.3 }),
  variant(normuon, { useMuon: false, adamWeightDecay: 0.1, maximize: true }),
  variant(normuon, { weightDecay: 0.1, nsSteps: 1 }, factored),
  variant(
    normuon,
    { nesterov: false, adjustLrFn: 'match_rms_adamw', nsSteps: 1, maximize: true, gradientScale: 0.3 },
    factored,
  ),
  variant(polyakSgd),
  variant(polyakSgd, { scaling: 0.5, maximize: true, gradientScale: 0.3 }),
  variant(prodigy, { weightDecay: 0.01, d0: 1e-3 }),
  variant(prodigy, { useBiasCorrection: true, safeguardWarmup: true, maximize: true, gradientScale: 0.3 }),
  variant(scheduleFreeAdamw, { weightDecay: 0.1 }),
  variant(scheduleFreeAdamw, { warmupSteps: 3, maximize: true, gradientScale: 0.3 }),
  variant(scheduleFreeAdamw, {}, 'eval'),
  variant(sm3),
  variant(sm3, { momentum: 0.9, beta: 0.5, maximize: true, gradientScale: 0.3 }),
  variant(sm3, {}, factored),
  variant(sm3, { momentum: 0.9, beta: 0.5 }, factored),
  variant(acprop),
  variant(acprop, {
    rectify: false,
    momentumUpdate: true,
    eps: 1e-8,
    weightDecay: 0.1,
    weightDecouple: false,
    maximize: true,
  }),
  variant(acprop, { betas: [0.9, 0.8], weightDecay: 0.1, fixedDecay: true, gradientScale: 0.3 }),
  variant(adabelief, { betas: [0.9, 0.8], weightDecay: 0.1, weightDecouple: false }),
  variant(adabelief, { amsgrad: true, weightDecay: 0.1 }),
  variant(adabelief, {
    amsgrad: true,
    rectify: false,
    weightDecay: 0.1,
    weightDecouple: false,
    maximize: true,
    gradientScale: 0.3,
  }),
  variant(ademamix, { alphaWarmup: 4, beta3Warmup: 4 }),
  variant(ademamix, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(adopt, { weightDecay: 0.1 }),
  variant(adopt, { clip: false, decouple: true, weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(laprop, { weightDecay: 0.01 }),
  variant(laprop, { amsgrad: true, maximize: true, gradientScale: 0.3 }),
  variant(laprop, { centered: true, betas: [0.8, 0.7], fixedDecay: false, weightDecay: 0.1 }),
  variant(laprop, { centered: true, amsgrad: true, maximize: true }),
  variant(qhadam, { nus: [0.7, 0.5], weightDecay: 0.1 }),
  variant(qhadam, { weightDecay: 0.1, weightDecouple: true, maximize: true, gradientScale: 0.3 }),
  variant(simplifiedAdemamix, { alpha: 2, beta1Warmup: 4 }),
  variant(simplifiedAdemamix, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(yogi, { weightDecay: 0.1 }),
  variant(yogi, {
    initialAccumulator: 0.01,
    weightDecay: 0.1,
    weightDecouple: false,
    maximize: true,
    gradientScale: 0.3,
  }),
  variant(adabound, { finalLr: 0.01, weightDecay: 0.01 }),
  variant(adabound, { amsbound: true, gamma: 0.5, weightDecay: 0.1, weightDecouple: true, gradientScale: 3 }),
  variant(adabound, { weightDecay: 0.1, weightDecouple: true, fixedDecay: true, maximize: true }),
  variant(adamod, { betas: [0.9, 0.99, 0.9] }),
  variant(adamod, { betas: [0.9, 0.99, 0.5], weightDecay: 0.1, weightDecouple: false, maximize: true }),
  variant(pnm),
  variant(pnm, { betas: [0.5, 0.3], weightDecay: 0.1, weightDecouple: false, maximize: true }),
  variant(pnm, { weightDecay: 0.1, gradientScale: 0.3 }, undefined, 2),
  variant(adapnm),
  variant(adapnm, {
    amsgrad: false,
    betas: [0.5, 0.9, 0.3],
    weightDecay: 0.1,
    decoupled: false,
    maximize: true,
  }),
  variant(adapnm, { weightDecay: 0.1, gradientScale: 0.3 }, undefined, 2),
  variant(adapnm, { amsgrad: false }, undefined, 2),
  variant(cocob),
  variant(cocob, { gradientScale: 0.5 }, undefined, 2),
  variant(cocob, { lr: 0.3, alpha: 5, weightDecay: 0.1, maximize: true }),
  variant(mars, { weightDecay: 0.01 }),
  variant(mars, { amsgrad: true, gamma: 0.5, maximize: true, gradientScale: 0.3 }),
  variant(mars, { marsType: 'lion', weightDecay: 0.1 }),
  variant(shampoo, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(shampoo, { weightDecay: 0.1, decoupledWeightDecay: true }),
  variant(shampoo, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }, factored),
  variant(shampoo, { weightDecay: 0.1, decoupledWeightDecay: true }, factored),
  variant(soap),
  variant(soap, { weightDecay: 0.1, correctBias: false, maximize: true, gradientScale: 0.3 }),
  variant(soap, { normalizeGrads: true, weightDecay: 0.1 }),
  variant(soap, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }, factored),
  variant(soap, { normalizeGrads: true }, factored),
  variant(signsgd, { momentum: 0, weightDecay: 0.1, maximize: true }),
  variant(signsgd, { weightDecay: 0.1, gradientScale: 0.3 }),
  variant(qhm, { weightDecay: 0.01 }),
  variant(qhm, { nu: 1.5, weightDecay: 0.1, weightDecouple: true, maximize: true, gradientScale: 0.3 }),
  variant(aggmo, { betas: [0.9], weightDecay: 0.01 }),
  variant(aggmo, { betas: [0.3, 0.9], weightDecay: 0.01, maximize: true, gradientScale: 0.3 }),
  variant(aggmo, { weightDecay: 0.01 }),
  variant(aggmo, { weightDecay: 0.1, weightDecouple: true }),
  variant(aggmo, { betas: [0, 0.9, 0.99, 0.999], weightDecay: 0.01, gradientScale: 0.3 }),
  variant(tiger),
  variant(tiger, { lrScale: 'rms', maximize: true }),
  variant(tiger, { lrScale: 'rms', weightDecay: 0.1, weightDecouple: false, gradientScale: 0.3 }),
  variant(ftrl),
  variant(ftrl, {
    l1RegularizationStrength: 0.1,
    l2RegularizationStrength: 0.2,
    l2ShrinkageRegularizationStrength: 0.05,
    beta: 1,
    maximize: true,
  }),
  variant(ftrl, { learningRatePower: -0.8, gradientScale: 0.3 }),
  variant(optimisticSgd),
  variant(optimisticSgd, { alpha: 0.4, beta: 1.7, maximize: true, gradientScale: 0.3 }),
  variant(optimisticAdam),
  variant(optimisticAdam, { nesterov: false, epsRoot: 1e-6, beta: 0.5, maximize: true, gradientScale: 0.3 }),
  variant(grams, { weightDecay: 0.1 }),
  variant(grams, { correctBias: false, maximize: true, gradientScale: 0.3 }),
  variant(kate),
  variant(kate, { eta: 0, eps: 0.1, weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(kate, { lr: 0.1, weightDecay: 0.1, weightDecouple: true }),
  variant(diffgrad),
  variant(diffgrad, { betas: [0.5, 0.9], weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(madgrad, { momentum: 0, weightDecay: 0.1 }),
  variant(madgrad, { weightDecouple: true, weightDecay: 0.1, maximize: true }),
  variant(madgrad, { eps: 0, gradientScale: 0.3 }),
  variant(scheduleFreeSgd, { lr: 0.1, weightDecay: 0.1 }),
  variant(scheduleFreeSgd, { lr: 0.1, warmupSteps: 3, r: 1, maximize: true, gradientScale: 0.3 }),
  variant(came),
  variant(came, { weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(came, { weightDecay: 0.1, clipThreshold: 0.5 }, factored),
  variant(amos, { lr: 0.1, clipValue: 0.5 }),
  variant(amos, { lr: 0.5, momentum: 0.9, extraL2: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(amos, { lr: 0.1, clipValue: 0.5, gradientScale: 0.3 }, factored),
  variant(amos, { lr: 0.5, momentum: 0.9, maximize: true }, factored),
  variant(adamMini, { weightDecay: 0.1 }),
  variant(adamMini, { betas: [0.5, 0.9], maximize: true, gradientScale: 0.3 }),
  variant(adamMini, { weightDecay: 0.1, gradientScale: 0.3 }, factored),
  variant(adahessian, { weightDecay: 0.1 }),
  variant(adahessian, { hessianPower: 0.7, weightDecay: 0.1, weightDecouple: false }),
  variant(adahessian, { weightDecay: 0.1, weightDecouple: false, maximize: true, gradientScale: 0.3 }),
  variant(sophia),
  variant(sophia, { betas: [0.5, 0.9], gamma: 1, rho: 0.05, maximize: true, gradientScale: 0.3 }),
  variant(adai, { weightDecay: 0.1 }),
  variant(adai, { dampening: 0.9, weightDecay: 0.1, maximize: true, gradientScale: 0.3 }),
  variant(adai, { weightDecay: 0.1, weightDecouple: true, gradientScale: 0.3 }),
  variant(scheduleFreeRadam, { betas: [0.9, 0.9], weightDecay: 0.1 }),
  variant(scheduleFreeRadam, {
    betas: [0.9, 0.9],
    silentSgdPhase: false,
    r: 1,
    maximize: true,
    gradientScale: 0.3,
  }),
  variant(tfjsSgd, { lr: -0.1, gradientScale: 0.3 }),
  variant(tfjsMomentum),
  variant(tfjsMomentum, { momentum: 0, nesterov: true, maximize: true }),
  variant(tfjsAdagrad),
  variant(tfjsAdagrad, { maximize: true, gradientScale: 0.3 }),
  variant(tfjsAdadelta),
  variant(tfjsAdadelta, { lr: 1, rho: 0.9, gradientScale: 0.5, maximize: true }),
  variant(tfjsAdam),
  variant(tfjsAdam, { betas: [0, 0.5], eps: 0, gradientScale: -3 }),
  variant(tfjsAdam, { betas: [0, 0.999] }, 'settled'),
  variant(tfjsAdamax),
  variant(tfjsAdamax, { decay: 0.1, eps: 1e-3, maximize: true }),
  variant(tfjsRmsprop),
  variant(tfjsRmsprop, { momentum: 0.9, gradientScale: -1.7 }),
  variant(tfjsRmsprop, { centered: true, momentum: 0.5, maximize: true }),
  variant(average),
  variant(average, { biasCorrection: true, decay: 0.9 }),
  variant(equalWeights),
];
