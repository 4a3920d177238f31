/**
 * `lanestep/wasm` on Node, where `lanestep` may be loaded into the same process and has the native backend: the same
 * names, but what runs rules is confined to WebAssembly. Whatever runs none (schedules, samplers, errors) is the very same.
 */
import {
  type BackendChoice,
  type BackendInfo,
  backend as backendOf,
  checkThreads,
  chooseWasm,
  confine,
} from '../backend.js';
import * as free from '../wasm.js';
import { provideNode } from './provide.js';

export * from '../wasm.js';

export const ACProp = confine(free.ACProp);
export const AdaBelief = confine(free.AdaBelief);
export const AdaBound = confine(free.AdaBound);
export const Adadelta = confine(free.Adadelta);
export const Adafactor = confine(free.Adafactor);
export const AdafactorPaper = confine(free.AdafactorPaper);
export const Adagrad = confine(free.Adagrad);
export const AdaHessian = confine(free.AdaHessian);
export const Adai = confine(free.Adai);
export const Adam = confine(free.Adam);
export const Adamax = confine(free.Adamax);
export const AdamMini = confine(free.AdamMini);
export const AdaMod = confine(free.AdaMod);
export const AdamP = confine(free.AdamP);
export const AdamW = confine(free.AdamW);
export const Adan = confine(free.Adan);
export const AdEMAMix = confine(free.AdEMAMix);
export const ADOPT = confine(free.ADOPT);
export const AdaPNM = confine(free.AdaPNM);
export const AggMo = confine(free.AggMo);
export const AliG = confine(free.AliG);
export const Amos = confine(free.Amos);
export const ASAM = confine(free.ASAM);
export const ASGD = confine(free.ASGD);
export const CAME = confine(free.CAME);
export const COCOB = confine(free.COCOB);
export const DAdaptAdam = confine(free.DAdaptAdam);
export const DAdaptSGD = confine(free.DAdaptSGD);
export const DoG = confine(free.DoG);
export const DoWG = confine(free.DoWG);
export const Fromage = confine(free.Fromage);
export const Ftrl = confine(free.Ftrl);
export const Grams = confine(free.Grams);
export const KATE = confine(free.KATE);
export const DiffGrad = confine(free.DiffGrad);
export const LAMB = confine(free.LAMB);
export const LaProp = confine(free.LaProp);
export const LARS = confine(free.LARS);
export const LBFGS = confine(free.LBFGS);
export const LDoG = confine(free.LDoG);
export const Lion = confine(free.Lion);
export const Lookahead = confine(free.Lookahead);
export const MADGRAD = confine(free.MADGRAD);
export const MARS = confine(free.MARS);
export const Mechanic = confine(free.Mechanic);
export const MoMo = confine(free.MoMo);
export const MoMoAdam = confine(free.MoMoAdam);
export const MovingAverage = confine(free.MovingAverage);
export const Muon = confine(free.Muon);
export const NAdam = confine(free.NAdam);
export const Nesterov = confine(free.Nesterov);
export const NoisySGD = confine(free.NoisySGD);
export const NorMuon = confine(free.NorMuon);
export const NovoGrad = confine(free.NovoGrad);
export const OptimisticAdam = confine(free.OptimisticAdam);
export const OptimisticSGD = confine(free.OptimisticSGD);
export const PNM = confine(free.PNM);
export const PolyakSGD = confine(free.PolyakSGD);
export const Prodigy = confine(free.Prodigy);
export const QHAdam = confine(free.QHAdam);
export const QHM = confine(free.QHM);
export const RAdam = confine(free.RAdam);
export const RMSprop = confine(free.RMSprop);
export const Rprop = confine(free.Rprop);
export const SAM = confine(free.SAM);
export const ScheduleFreeAdamW = confine(free.ScheduleFreeAdamW);
export const ScheduleFreeRAdam = confine(free.ScheduleFreeRAdam);
export const ScheduleFreeSGD = confine(free.ScheduleFreeSGD);
export const SGD = confine(free.SGD);
export const SGDP = confine(free.SGDP);
export const Shampoo = confine(free.Shampoo);
export const SignSGD = confine(free.SignSGD);
export const SimplifiedAdEMAMix = confine(free.SimplifiedAdEMAMix);
export const SM3 = confine(free.SM3);
export const SOAP = confine(free.SOAP);
export const Sophia = confine(free.Sophia);
export const StableAdamW = confine(free.StableAdamW);
export const StochasticWeightAverage = confine(free.StochasticWeightAverage);
export const Tiger = confine(free.Tiger);
export const Yogi = confine(free.Yogi);

/** `backend` of `lanestep/wasm`. */
export const backend = (choice?: BackendChoice): BackendInfo => backendOf(chooseWasm(choice));

/** `setThreads` of `lanestep/wasm`, where a step has one thread: it looks at the number. */
export const setThreads = (threads: number): void => checkThreads(threads);

provideNode();
