// Every rule of the reference, by name; a kernel of a rule's that has arithmetic of its own stands here by its whole name.
import { lastPlace } from '../slots.js';
import { acprop } from './acprop.js';
import { adabelief } from './adabelief.js';
import { adabound } from './adabound.js';
import { adadelta } from './adadelta.js';
import { adafactor, adafactorSize, adafactorSquares } from './adafactor.js';
import { adagrad } from './adagrad.js';
import { adahessian, adahessianHessian } from './adahessian.js';
import { adai, adaiMoments } from './adai.js';
import { adam } from './adam.js';
import { adamMini } from './adam-mini.js';
import { adamax } from './adamax.js';
import { adamod } from './adamod.js';
import { adamp, adampMoments } from './adamp.js';
import { adan } from './adan.js';
import { adapnm } from './adapnm.js';
import { ademamix } from './ademamix.js';
import { adopt } from './adopt.js';
import { agc, agcNorms } from './agc.js';
import { aggmo } from './aggmo.js';
import { alig } from './alig.js';
import { amos, amosFactored, amosSquares } from './amos.js';
import type { ElementRule } from './arithmetic.js';
import { asamAscend, asamSize } from './asam.js';
import { asgd } from './asgd.js';
import { average } from './average.js';
import { came, cameFactoredSize, cameMoments, cameSize } from './came.js';
import { cautious, cautiousCount } from './cautious.js';
import { cautiousDecay } from './cautious-decay.js';
import { centralize, centralizeTotal } from './centralize.js';
import { cocob } from './cocob.js';
import { dadaptAdam, dadaptAdamMoments } from './dadapt-adam.js';
import { dadaptSgd, dadaptSgdSums } from './dadapt-sgd.js';
import { diffgrad } from './diffgrad.js';
import { dog, dogSizes } from './dog.js';
import { fromage, fromageNorms } from './fromage.js';
import { ftrl } from './ftrl.js';
import { grams } from './grams.js';
import { kate } from './kate.js';
import { lamb, lambMoments } from './lamb.js';
import { laprop } from './laprop.js';
import { lars, larsNorms } from './lars.js';
import {
  lbfgsAdd,
  lbfgsAt,
  lbfgsCurve,
  lbfgsDot,
  lbfgsFirst,
  lbfgsPair,
  lbfgsScale,
  lbfgsStart,
  lbfgsTake,
} from './lbfgs.js';
import { lion } from './lion.js';
import { lookaheadLift, lookaheadLower, lookaheadPull, lookaheadReset, lookaheadSync } from './lookahead.js';
import { madgrad } from './madgrad.js';
import { mars, marsSize } from './mars.js';
import { mechanicMove, mechanicStoredMove, mechanicStoredSums, mechanicSums } from './mechanic.js';
import { momo, momoMoments } from './momo.js';
import { momoAdam, momoAdamMoments } from './momo-adam.js';
import { muon, muonDirection } from './muon.js';
import { nadam } from './nadam.js';
import { nesterov } from './nesterov.js';
import { noisySgd } from './noisy-sgd.js';
import { norm } from './norm.js';
import { normuon, normuonDirection, normuonSquares } from './normuon.js';
import { novograd } from './novograd.js';
import { optimisticAdam } from './optimistic-adam.js';
import { optimisticSgd } from './optimistic-sgd.js';
import { origin, originBack } from './origin.js';
import { orthograd, orthogradProducts, orthogradScale } from './orthograd.js';
import { pnm } from './pnm.js';
import { prodigy, prodigyMoments } from './prodigy.js';
import { qhadam } from './qhadam.js';
import { qhm } from './qhm.js';
import { radam } from './radam.js';
import { rmsprop } from './rmsprop.js';
import { rprop } from './rprop.js';
import { samAscend } from './sam.js';
import { scheduleFreeAdamw, scheduleFreeAdamwEval } from './schedule-free-adamw.js';
import { scheduleFreeRadam } from './schedule-free-radam.js';
import { scheduleFreeSgd } from './schedule-free-sgd.js';
import { sgd } from './sgd.js';
import { sgdp, sgdpMoments } from './sgdp.js';
import { shampoo, shampooFactored, shampooTake } from './shampoo.js';
import { signsgd } from './signsgd.js';
import { simplifiedAdemamix } from './simplified-ademamix.js';
import { sm3, sm3Factored } from './sm3.js';
import { soap, soapDirection, soapFactored, soapTake } from './soap.js';
import { sophia, sophiaHessian } from './sophia.js';
import { stableadamw, stableadamwMoments } from './stableadamw.js';
import { tfjsAdadelta } from './tfjs-adadelta.js';
import { tfjsAdagrad } from './tfjs-adagrad.js';
import { tfjsAdam } from './tfjs-adam.js';
import { tfjsAdamax } from './tfjs-adamax.js';
import { tfjsRmsprop } from './tfjs-rmsprop.js';
import { tiger, tigerSize } from './tiger.js';
import { updateClip, updateClipSize } from './update-clip.js';
import { yogi } from './yogi.js';

export const rules: Readonly<Record<string, ElementRule>> = {
  acprop,
  adabelief,
  adabound,
  adadelta,
  adafactor,
  'adafactor.factored.size': adafactorSize,
  'adafactor.size': adafactorSize,
  'adafactor.squares': adafactorSquares,
  adagrad,
  adahessian,
  'adahessian.hessian': adahessianHessian,
  adai,
  'adai.dampened.moments': adaiMoments,
  'adai.moments': adaiMoments,
  adam,
  'adam-mini': adamMini,
  adamax,
  adamod,
  adamp,
  'adamp.moments': adampMoments,
  adan,
  ademamix,
  adopt,
  adapnm,
  agc,
  'agc.norms': agcNorms,
  aggmo,
  alig,
  amos,
  'amos.factored': amosFactored,
  'amos.momentum.factored': amosFactored,
  'amos.squares': amosSquares,
  'asam.ascend': asamAscend,
  'asam.size': asamSize,
  asgd,
  average,
  came,
  'came.factored.size': cameFactoredSize,
  'came.moments': cameMoments,
  'came.size': cameSize,
  cautious,
  'cautious.count': cautiousCount,
  'cautious-decay': cautiousDecay,
  centralize,
  'centralize.total': centralizeTotal,
  cocob,
  'dadapt-adam': dadaptAdam,
  'dadapt-adam.moments': dadaptAdamMoments,
  'dadapt-sgd': dadaptSgd,
  'dadapt-sgd.sums': dadaptSgdSums,
  dog,
  'dog.sizes': dogSizes,
  fromage,
  'fromage.norms': fromageNorms,
  ftrl,
  grams,
  kate,
  diffgrad,
  lamb,
  'lamb.moments': lambMoments,
  laprop,
  lars,
  'lars.norms': larsNorms,
  'lbfgs.add': lbfgsAdd,
  'lbfgs.at': lbfgsAt,
  'lbfgs.curve': lbfgsCurve,
  'lbfgs.dot': lbfgsDot,
  'lbfgs.first': lbfgsFirst,
  'lbfgs.pair': lbfgsPair,
  'lbfgs.scale': lbfgsScale,
  'lbfgs.start': lbfgsStart,
  'lbfgs.take': lbfgsTake,
  lion,
  'lookahead.lift': lookaheadLift,
  'lookahead.lower': lookaheadLower,
  'lookahead.pull': lookaheadPull,
  'lookahead.reset': lookaheadReset,
  'lookahead.sync': lookaheadSync,
  madgrad,
  mars,
  'mars.size': marsSize,
  'mechanic.move': mechanicMove,
  'mechanic.stored.move': mechanicStoredMove,
  'mechanic.stored.sums': mechanicStoredSums,
  'mechanic.sums': mechanicSums,
  momo,
  'momo.moments': momoMoments,
  'momo-adam': momoAdam,
  'momo-adam.moments': momoAdamMoments,
  muon: adam,
  'muon.direction': muonDirection,
  'muon.factored': muon,
  nadam,
  nesterov,
  'noisy-sgd': noisySgd,
  norm,
  normuon: adam,
  'normuon.direction': normuonDirection,
  'normuon.factored': normuon,
  'normuon.squares': normuonSquares,
  novograd,
  'optimistic-adam': optimisticAdam,
  'optimistic-sgd': optimisticSgd,
  origin,
  'origin.back': originBack,
  orthograd,
  'orthograd.products': orthogradProducts,
  'orthograd.scale': orthogradScale,
  pnm,
  prodigy,
  'prodigy.moments': prodigyMoments,
  qhadam,
  qhm,
  radam,
  rmsprop,
  rprop,
  'sam.ascend': samAscend,
  'schedule-free-adamw': scheduleFreeAdamw,
  'schedule-free-adamw.eval': scheduleFreeAdamwEval,
  'schedule-free-radam': scheduleFreeRadam,
  'schedule-free-sgd': scheduleFreeSgd,
  sgd,
  sgdp,
  'sgdp.moments': sgdpMoments,
  shampoo,
  'shampoo.factored': shampooFactored,
  'shampoo.factored.take': shampooTake,
  signsgd,
  'simplified-ademamix': simplifiedAdemamix,
  sm3,
  'sm3.factored': sm3Factored,
  'sm3.momentum.factored': sm3Factored,
  soap,
  'soap.direction': soapDirection,
  'soap.factored': soapFactored,
  'soap.normalized': soapFactored,
  'soap.normalized.factored': soapFactored,
  'soap.take': soapTake,
  sophia,
  'sophia.hessian': sophiaHessian,
  stableadamw,
  'stableadamw.moments': stableadamwMoments,
  'tfjs-adadelta': tfjsAdadelta,
  'tfjs-adagrad': tfjsAdagrad,
  'tfjs-adam': tfjsAdam,
  'tfjs-adamax': tfjsAdamax,
  'tfjs-rmsprop': tfjsRmsprop,
  tiger,
  'tiger.size': tigerSize,
  'update-clip': updateClip,
  'update-clip.size': updateClipSize,
  yogi,
};

interface OverGrid {
  readonly sums: number;
  readonly columns: boolean;
  /** Whether they are largest numbers. */
  readonly largest?: boolean;
}

/** What kernels have over a grid: so many sums, which are left for each row, too, and one of each column behind them. */
export const overGrids: Readonly<Record<string, OverGrid>> = {
  norm: { sums: 1, columns: false },
  'agc.norms': { sums: 2, columns: false },
  'centralize.total': { sums: 1, columns: false },
  orthograd: { sums: 1, columns: false },
  'orthograd.products': { sums: 3, columns: false },
  'mechanic.stored.sums': { sums: 4, columns: false },
  'mechanic.sums': { sums: 4, columns: false },
  'muon.direction': { sums: 1, columns: false },
  'normuon.direction': { sums: 1, columns: false },
  'normuon.squares': { sums: 1, columns: false },
  'soap.direction': { sums: 1, columns: false },
  'adamp.moments': { sums: 4, columns: false },
  'sgdp.moments': { sums: 4, columns: false },
  'adafactor.squares': { sums: 1, columns: true },
  'adafactor.factored.size': { sums: 2, columns: false },
  'amos.squares': { sums: 1, columns: false },
  'sm3.factored': { sums: 1, columns: true, largest: true },
  'sm3.momentum.factored': { sums: 1, columns: true, largest: true },
  'came.factored.size': { sums: 1, columns: false },
  'came.moments': { sums: 1, columns: true },
};

/** The places of the first letters of kernels that belong to a wrapper, which has its own slots behind those of whatever it wraps. */
export const firstLetters: Readonly<Record<string, number>> = {
  'asam.ascend': lastPlace,
  cautious: lastPlace,
  'cautious-decay': lastPlace,
  'cautious.count': lastPlace,
  'lbfgs.add': 2,
  'lbfgs.at': 2,
  'lbfgs.curve': 4,
  'lbfgs.dot': 2,
  'lbfgs.scale': 2,
  'lbfgs.start': 1,
  'lbfgs.take': 1,
  'lookahead.pull': lastPlace - 1,
  'lookahead.sync': lastPlace,
  'mechanic.move': lastPlace - 1,
  'mechanic.stored.move': lastPlace - 2,
  'mechanic.stored.sums': lastPlace - 2,
  'mechanic.sums': lastPlace - 1,
  origin: lastPlace,
  'origin.back': lastPlace,
  'sam.ascend': lastPlace,
  'update-clip': lastPlace,
  'update-clip.size': lastPlace,
};
