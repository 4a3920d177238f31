// Every variant of every rule. Included like isa/loop.h.
#include "../isa/loop.h"
#include "../isa/product.h"
#include "../words/cube-root.h"
#include "../words/exponential.h"
#include "../words/raised.h"
#include "acprop.h"
#include "adabelief.h"
#include "adabound.h"
#include "adadelta.h"
#include "adafactor.h"
#include "adagrad.h"
#include "adahessian.h"
#include "adai.h"
#include "adam-mini.h"
#include "adam.h"
#include "adamax.h"
#include "adamod.h"
#include "adamp.h"
#include "adan.h"
#include "adapnm.h"
#include "ademamix.h"
#include "adopt.h"
#include "agc.h"
#include "aggmo.h"
#include "alig.h"
#include "amos.h"
#include "asam.h"
#include "asgd.h"
#include "average.h"
#include "came.h"
#include "cautious-decay.h"
#include "cautious.h"
#include "centralize.h"
#include "cocob.h"
#include "dadapt-adam.h"
#include "dadapt-sgd.h"
#include "diffgrad.h"
#include "dog.h"
#include "fromage.h"
#include "ftrl.h"
#include "grams.h"
#include "kate.h"
#include "lamb.h"
#include "laprop.h"
#include "lars.h"
#include "lbfgs.h"
#include "lion.h"
#include "lookahead.h"
#include "madgrad.h"
#include "mars.h"
#include "mechanic.h"
#include "momo-adam.h"
#include "momo.h"
#include "muon.h"
#include "nadam.h"
#include "nesterov.h"
#include "noisy-sgd.h"
#include "norm.h"
#include "normuon.h"
#include "novograd.h"
#include "optimistic-adam.h"
#include "optimistic-sgd.h"
#include "origin.h"
#include "orthograd.h"
#include "pnm.h"
#include "prodigy.h"
#include "qhadam.h"
#include "qhm.h"
#include "radam.h"
#include "rmsprop.h"
#include "rprop.h"
#include "sam.h"
#include "schedule-free-adamw.h"
#include "schedule-free-radam.h"
#include "schedule-free-sgd.h"
#include "sgd.h"
#include "sgdp.h"
#include "shampoo.h"
#include "signsgd.h"
#include "simplified-ademamix.h"
#include "sm3.h"
#include "soap.h"
#include "sophia.h"
#include "stableadamw.h"
#include "tfjs-adadelta.h"
#include "tfjs-adagrad.h"
#include "tfjs-adam.h"
#include "tfjs-adamax.h"
#include "tfjs-rmsprop.h"
#include "tiger.h"
#include "update-clip.h"
#include "yogi.h"

template <class V>
using AdabeliefPlain = Adabelief<V, false>;
template <class V>
using AdabeliefAmsgrad = Adabelief<V, true>;
template <class V>
using AdaboundPlain = Adabound<V, false>;
template <class V>
using AdaboundAmsbound = Adabound<V, true>;
template <class V>
using AdafactorPlain = Adafactor<V, false, false>;
template <class V>
using AdafactorFactored = Adafactor<V, true, false>;
template <class V>
using AdafactorMomentum = Adafactor<V, false, true>;
template <class V>
using AdafactorMomentumFactored = Adafactor<V, true, true>;
template <class V>
using AdafactorPlainSize = AdafactorSize<V, false>;
template <class V>
using AdafactorFactoredSize = AdafactorSize<V, true>;
template <class V>
using AdampFactored = Adamp<V, false, true>;
template <class V>
using AdamPlain = Adam<V, false>;
template <class V>
using AdamAmsgrad = Adam<V, true>;
template <class V>
using AdampNesterov = Adamp<V, true, false>;
template <class V>
using AdampNesterovFactored = Adamp<V, true, true>;
template <class V>
using AdampPlain = Adamp<V, false, false>;
template <class V>
using AdanPlain = Adan<V, false>;
template <class V>
using AdanProx = Adan<V, true>;
template <class V>
using AdapnmOdd = Adapnm<V, false, false>;
template <class V>
using AdapnmEven = Adapnm<V, false, true>;
template <class V>
using AdapnmAmsgradOdd = Adapnm<V, true, false>;
template <class V>
using AdapnmAmsgradEven = Adapnm<V, true, true>;
template <class V>
using AggmoOne = Aggmo<V, false, false, false>;
template <class V>
using AggmoTwo = Aggmo<V, true, false, false>;
template <class V>
using AggmoThree = Aggmo<V, true, true, false>;
template <class V>
using AggmoFour = Aggmo<V, true, true, true>;
template <class V>
using AligPlain = Alig<V, false>;
template <class V>
using AligMomentum = Alig<V, true>;
template <class V>
using AmosPlain = Amos<V, false>;
template <class V>
using AmosMomentum = Amos<V, true>;
template <class V>
using AmosPlainFactored = AmosFactored<V, false>;
template <class V>
using AmosMomentumFactored = AmosFactored<V, true>;
template <class V>
using AveragePlain = Average<V, false>;
template <class V>
using AverageCorrected = Average<V, true>;
template <class V>
using FtrlPlain = Ftrl<V, false>;
template <class V>
using FtrlPower = Ftrl<V, true>;
template <class V>
using LapropPlain = Laprop<V, false, false>;
template <class V>
using LapropAmsgrad = Laprop<V, false, true>;
template <class V>
using LapropCentered = Laprop<V, true, false>;
template <class V>
using LapropCenteredAmsgrad = Laprop<V, true, true>;
template <class V>
using CocobPlain = Cocob<V, false>;
template <class V>
using CocobBegins = Cocob<V, true>;
template <class V>
using LarsPlain = Lars<V, false>;
template <class V>
using LarsNesterov = Lars<V, true>;
template <class V>
using MadgradPlain = Madgrad<V, false>;
template <class V>
using MadgradMomentum = Madgrad<V, true>;
template <class V>
using MarsPlain = Mars<V, false, false>;
template <class V>
using MarsAmsgrad = Mars<V, false, true>;
template <class V>
using MarsLion = Mars<V, true, false>;
template <class V>
using NesterovUpdate = Nesterov<V, false, false>;
template <class V>
using NesterovAhead = Nesterov<V, true, false>;
template <class V>
using NesterovBack = Nesterov<V, false, true>;
template <class V>
using PnmOdd = Pnm<V, false>;
template <class V>
using PnmEven = Pnm<V, true>;
template <class V>
using RmspropPlain = Rmsprop<V, false, false>;
template <class V>
using RmspropCentered = Rmsprop<V, true, false>;
template <class V>
using RmspropMomentum = Rmsprop<V, false, true>;
template <class V>
using RmspropCenteredMomentum = Rmsprop<V, true, true>;
template <class V>
using SgdpFactored = Sgdp<V, false, true>;
template <class V>
using NoisySgdPlain = NoisySgd<V, false, false>;
template <class V>
using NoisySgdMomentum = NoisySgd<V, true, false>;
template <class V>
using NoisySgdNesterov = NoisySgd<V, true, true>;
template <class V>
using SgdPlain = Sgd<V, false, false>;
template <class V>
using SgdMomentum = Sgd<V, true, false>;
template <class V>
using SgdNesterov = Sgd<V, true, true>;
template <class V>
using SgdpNesterov = Sgdp<V, true, false>;
template <class V>
using SgdpNesterovFactored = Sgdp<V, true, true>;
template <class V>
using SgdpPlain = Sgdp<V, false, false>;
template <class V>
using SignsgdPlain = Signsgd<V, false>;
template <class V>
using SignsgdMomentum = Signsgd<V, true>;
template <class V>
using Sm3Plain = Sm3<V, false>;
template <class V>
using Sm3Momentum = Sm3<V, true>;
template <class V>
using Sm3PlainFactored = Sm3Factored<V, false>;
template <class V>
using Sm3MomentumFactored = Sm3Factored<V, true>;
template <class V>
using TfjsAdamPlain = TfjsAdam<V, false>;
template <class V>
using TfjsAdamSettled = TfjsAdam<V, true>;
template <class V>
using TfjsRmspropPlain = TfjsRmsprop<V, false>;
template <class V>
using TfjsRmspropCentered = TfjsRmsprop<V, true>;
template <class V>
using CamePlain = Came<V, false>;
template <class V>
using CameFactored = Came<V, true>;
template <class V>
using AdamMiniPlain = AdamMini<V, false>;
template <class V>
using AdamMiniFactored = AdamMini<V, true>;
template <class V>
using AdahessianPlain = Adahessian<V, false>;
template <class V>
using AdahessianPower = Adahessian<V, true>;
template <class V>
using AdaiPlain = Adai<V, false>;
template <class V>
using AdaiDampened = Adai<V, true>;

// The kernel that does what a form does. A bare one of its own has what would be held up by two
// multiplications: what neither divides nor takes roots, nor has several sums.
template <template <class> class Rule, class V, Form form>
constexpr Kernel formOf() {
  constexpr bool own = light<Rule<V>> && sumsOf<Rule<V>> < 2;
  constexpr Form same = form == bare && !own ? scaled : form;
  if constexpr (form == decayed && !decays<Rule<V>>)
    return nullptr;
  else if constexpr (!stages<Rule<V>>)
    return form == bare ? updateAll<Rule, V, bare> : nullptr;
  else
    return updateAll<Rule, V, same>;
}

template <template <class> class Rule>
constexpr Variant rule(const char* name) {
  return {name,
          moves<Rule<F32>>,
          sumsOf<Rule<F32>>,
          largest<Rule<F32>>,
          columns<Rule<F32>>,
          columns<Rule<F32>> || byRows<Rule<F32>>,
          false,
          {formOf<Rule, F32, bare>(), formOf<Rule, F32, scaled>(), formOf<Rule, F32, decayed>()},
          {formOf<Rule, F64, bare>(), formOf<Rule, F64, scaled>(), formOf<Rule, F64, decayed>()}};
}

// What is done to whole matrices, out of products of theirs (orthogonal.h).
constexpr Variant whole(const char* name) { return {name, false, 0, false, false, true, true, {}, {}}; }

constexpr Variant variants[] = {
    rule<Acprop>("acprop"),
    rule<AdabeliefPlain>("adabelief"),
    rule<AdabeliefAmsgrad>("adabelief.amsgrad"),
    rule<AdaboundPlain>("adabound"),
    rule<AdaboundAmsbound>("adabound.amsbound"),
    rule<Adadelta>("adadelta"),
    rule<AdafactorPlain>("adafactor"),
    rule<AdafactorFactored>("adafactor.factored"),
    rule<AdafactorFactoredSize>("adafactor.factored.size"),
    rule<AdafactorMomentum>("adafactor.momentum"),
    rule<AdafactorMomentumFactored>("adafactor.momentum.factored"),
    rule<AdafactorPlainSize>("adafactor.size"),
    rule<AdafactorSquares>("adafactor.squares"),
    rule<Adagrad>("adagrad"),
    rule<AdahessianPlain>("adahessian"),
    rule<AdahessianHessian>("adahessian.hessian"),
    rule<AdahessianPower>("adahessian.power"),
    rule<AdaiPlain>("adai"),
    rule<AdaiDampened>("adai.dampened"),
    rule<AdaiMoments>("adai.dampened.moments"),
    rule<AdaiMoments>("adai.moments"),
    rule<AdamPlain>("adam"),
    rule<AdamMiniPlain>("adam-mini"),
    rule<AdamMiniFactored>("adam-mini.factored"),
    rule<AdamAmsgrad>("adam.amsgrad"),
    rule<Adamax>("adamax"),
    rule<Adamod>("adamod"),
    rule<AdampPlain>("adamp"),
    rule<AdampFactored>("adamp.factored"),
    rule<AdampMoments>("adamp.moments"),
    rule<AdampNesterov>("adamp.nesterov"),
    rule<AdampNesterovFactored>("adamp.nesterov.factored"),
    rule<AdanPlain>("adan"),
    rule<AdanProx>("adan.prox"),
    rule<Ademamix>("ademamix"),
    rule<Adopt>("adopt"),
    rule<AdapnmOdd>("adapnm"),
    rule<AdapnmEven>("adapnm.even"),
    rule<AdapnmAmsgradOdd>("adapnm.amsgrad"),
    rule<AdapnmAmsgradEven>("adapnm.amsgrad.even"),
    rule<Agc>("agc"),
    rule<AgcNorms>("agc.norms"),
    rule<AggmoOne>("aggmo"),
    rule<AggmoTwo>("aggmo.two"),
    rule<AggmoThree>("aggmo.two.three"),
    rule<AggmoFour>("aggmo.two.three.four"),
    rule<AligPlain>("alig"),
    rule<AligMomentum>("alig.momentum"),
    rule<AmosPlain>("amos"),
    rule<AmosPlainFactored>("amos.factored"),
    rule<AmosMomentum>("amos.momentum"),
    rule<AmosMomentumFactored>("amos.momentum.factored"),
    rule<AmosSquares>("amos.squares"),
    rule<AsamAscend>("asam.ascend"),
    rule<AsamSize>("asam.size"),
    rule<Asgd>("asgd"),
    rule<AveragePlain>("average"),
    rule<AverageCorrected>("average.corrected"),
    rule<CamePlain>("came"),
    rule<CameFactored>("came.factored"),
    rule<CameFactoredSize>("came.factored.size"),
    rule<CameMoments>("came.moments"),
    rule<CameSize>("came.size"),
    rule<Cautious>("cautious"),
    rule<CautiousDecay>("cautious-decay"),
    rule<CautiousCount>("cautious.count"),
    rule<Centralize>("centralize"),
    rule<CentralizeTotal>("centralize.total"),
    rule<CocobPlain>("cocob"),
    rule<CocobBegins>("cocob.begins"),
    rule<DadaptAdam>("dadapt-adam"),
    rule<DadaptAdamMoments>("dadapt-adam.moments"),
    rule<DadaptSgd>("dadapt-sgd"),
    rule<DadaptSgdSums>("dadapt-sgd.sums"),
    rule<Dog>("dog"),
    rule<DogSizes>("dog.sizes"),
    rule<Fromage>("fromage"),
    rule<FromageNorms>("fromage.norms"),
    rule<FtrlPlain>("ftrl"),
    rule<FtrlPower>("ftrl.power"),
    rule<Grams>("grams"),
    rule<Diffgrad>("diffgrad"),
    rule<Kate>("kate"),
    rule<Lamb>("lamb"),
    rule<LambMoments>("lamb.moments"),
    rule<LapropPlain>("laprop"),
    rule<LapropAmsgrad>("laprop.amsgrad"),
    rule<LapropCentered>("laprop.centered"),
    rule<LapropCenteredAmsgrad>("laprop.centered.amsgrad"),
    rule<LarsPlain>("lars"),
    rule<LarsNesterov>("lars.nesterov"),
    rule<LarsNorms>("lars.norms"),
    rule<LbfgsAdd>("lbfgs.add"),
    rule<LbfgsAt>("lbfgs.at"),
    rule<LbfgsCurve>("lbfgs.curve"),
    rule<LbfgsDot>("lbfgs.dot"),
    rule<LbfgsFirst>("lbfgs.first"),
    rule<LbfgsPair>("lbfgs.pair"),
    rule<LbfgsScale>("lbfgs.scale"),
    rule<LbfgsStart>("lbfgs.start"),
    rule<LbfgsTake>("lbfgs.take"),
    rule<Lion>("lion"),
    rule<LookaheadLift>("lookahead.lift"),
    rule<LookaheadLower>("lookahead.lower"),
    rule<LookaheadPull>("lookahead.pull"),
    rule<LookaheadReset>("lookahead.reset"),
    rule<LookaheadSync>("lookahead.sync"),
    rule<MadgradPlain>("madgrad"),
    rule<MadgradMomentum>("madgrad.momentum"),
    rule<MarsPlain>("mars"),
    rule<MarsAmsgrad>("mars.amsgrad"),
    rule<MarsLion>("mars.lion"),
    rule<MarsSize>("mars.size"),
    rule<MechanicMove>("mechanic.move"),
    rule<MechanicStoredMove>("mechanic.stored.move"),
    rule<MechanicStoredSums>("mechanic.stored.sums"),
    rule<MechanicSums>("mechanic.sums"),
    rule<Momo>("momo"),
    rule<MomoMoments>("momo.moments"),
    rule<MomoAdam>("momo-adam"),
    rule<MomoAdamMoments>("momo-adam.moments"),
    rule<MuonRest>("muon"),
    rule<MuonRest>("muon.adamw"),
    rule<MuonDirection>("muon.direction"),
    rule<Muon>("muon.factored"),
    rule<Nadam>("nadam"),
    rule<NesterovUpdate>("nesterov"),
    rule<NesterovAhead>("nesterov.ahead"),
    rule<NesterovBack>("nesterov.back"),
    whole("newton-schulz"),
    rule<NoisySgdPlain>("noisy-sgd"),
    rule<NoisySgdMomentum>("noisy-sgd.momentum"),
    rule<NoisySgdNesterov>("noisy-sgd.momentum.nesterov"),
    rule<Norm>("norm"),
    rule<MuonRest>("normuon"),
    rule<MuonRest>("normuon.adamw"),
    rule<NormuonDirection>("normuon.direction"),
    rule<Normuon>("normuon.factored"),
    rule<NormuonSquares>("normuon.squares"),
    rule<Novograd>("novograd"),
    rule<OptimisticAdam>("optimistic-adam"),
    rule<OptimisticSgd>("optimistic-sgd"),
    rule<Origin>("origin"),
    rule<OriginBack>("origin.back"),
    rule<Orthograd>("orthograd"),
    rule<OrthogradProducts>("orthograd.products"),
    rule<OrthogradScale>("orthograd.scale"),
    rule<PnmOdd>("pnm"),
    rule<PnmEven>("pnm.even"),
    rule<Prodigy>("prodigy"),
    rule<ProdigyMoments>("prodigy.moments"),
    rule<Qhadam>("qhadam"),
    rule<Qhm>("qhm"),
    rule<Radam>("radam"),
    rule<RmspropPlain>("rmsprop"),
    rule<RmspropCentered>("rmsprop.centered"),
    rule<RmspropMomentum>("rmsprop.momentum"),
    rule<RmspropCenteredMomentum>("rmsprop.centered.momentum"),
    rule<Rprop>("rprop"),
    rule<SamAscend>("sam.ascend"),
    rule<ScheduleFreeAdamw>("schedule-free-adamw"),
    rule<ScheduleFreeAdamwEval>("schedule-free-adamw.eval"),
    rule<ScheduleFreeRadam>("schedule-free-radam"),
    rule<ScheduleFreeSgd>("schedule-free-sgd"),
    rule<SgdPlain>("sgd"),
    rule<SgdMomentum>("sgd.momentum"),
    rule<SgdNesterov>("sgd.nesterov"),
    rule<SgdpPlain>("sgdp"),
    rule<SgdpFactored>("sgdp.factored"),
    rule<SgdpMoments>("sgdp.moments"),
    rule<SgdpNesterov>("sgdp.nesterov"),
    rule<SgdpNesterovFactored>("sgdp.nesterov.factored"),
    rule<Shampoo>("shampoo"),
    rule<ShampooFactored>("shampoo.factored"),
    rule<ShampooTake>("shampoo.factored.take"),
    rule<SignsgdPlain>("signsgd"),
    rule<SignsgdMomentum>("signsgd.momentum"),
    rule<SimplifiedAdemamix>("simplified-ademamix"),
    rule<Sm3Plain>("sm3"),
    rule<Sm3PlainFactored>("sm3.factored"),
    rule<Sm3Momentum>("sm3.momentum"),
    rule<Sm3MomentumFactored>("sm3.momentum.factored"),
    rule<Soap>("soap"),
    rule<SoapDirection>("soap.direction"),
    rule<SoapFactored>("soap.factored"),
    rule<SoapFactored>("soap.normalized"),
    rule<SoapFactored>("soap.normalized.factored"),
    rule<SoapTake>("soap.take"),
    rule<Sophia>("sophia"),
    rule<SophiaHessian>("sophia.hessian"),
    rule<Stableadamw>("stableadamw"),
    rule<StableadamwMoments>("stableadamw.moments"),
    rule<TfjsAdadelta>("tfjs-adadelta"),
    rule<TfjsAdagrad>("tfjs-adagrad"),
    rule<TfjsAdamPlain>("tfjs-adam"),
    rule<TfjsAdamSettled>("tfjs-adam.settled"),
    rule<TfjsAdamax>("tfjs-adamax"),
    rule<TfjsRmspropPlain>("tfjs-rmsprop"),
    rule<TfjsRmspropCentered>("tfjs-rmsprop.centered"),
    rule<Tiger>("tiger"),
    rule<TigerSize>("tiger.size"),
    rule<UpdateClip>("update-clip"),
    rule<UpdateClipSize>("update-clip.size"),
    rule<Yogi>("yogi"),
};

constexpr InstructionSet instructionSet(const char* name) {
  return {name, variants, sizeof(variants) / sizeof(variants[0]), products<F32>(), products<F64>()};
}
