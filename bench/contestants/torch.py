"""PyTorch takes the steps of a task. Questions come as lines of JSON, and each is answered by one; see torch.ts."""

import base64
import gc
import inspect
import json
import os
import statistics
import sys
import time
from array import array

# Python looks beside the script first, and would take this file for the package.
sys.path.pop(0)

# Whatever a library prints goes elsewhere than the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def answer(value):
    answers.write(json.dumps(value) + "\n")
    answers.flush()


try:
    import torch
except Exception as error:
    answer({"missing": " ".join(str(error).split())[:200]})
    sys.exit(0)

# lanestep's names where they are not PyTorch's but for the underscores.
NAMES = {"eps": "eps", "stepSizes": "step_sizes"}
# Options that change nothing as they stand here: a version that does not know them is no worse for it.
NEUTRAL = {"decoupled_weight_decay": False}


def snake(name):
    return NAMES.get(name) or "".join("_" + c.lower() if c.isupper() else c for c in name)


class Lacking(Exception):
    """What this PyTorch cannot do, in a few words."""


def class_and_options(task):
    name = task["optimizer"]
    options = {snake(key): value for key, value in task["options"].items()}
    # Adam learned to decay the weights by themselves late; AdamW always did, and is the same.
    if name == "Adam" and options.get("decoupled_weight_decay"):
        name, options["decoupled_weight_decay"] = "AdamW", False
    if not hasattr(torch.optim, name):
        raise Lacking("has no " + name)
    made = getattr(torch.optim, name)
    known = inspect.signature(made.__init__).parameters
    kept = {}
    for key, value in options.items():
        if key in known:
            kept[key] = tuple(value) if isinstance(value, list) else value
        elif NEUTRAL.get(key, None) != value:
            raise Lacking("has no %s for %s" % (key, name))
    return made, kept, known


def tensors(task):
    dtype = getattr(torch, task["dtype"])

    def filled(values, length):
        pattern = torch.tensor(values, dtype=dtype)
        return pattern.repeat(length // len(values) + 1)[:length].clone()

    params = [filled(task["start"], n) for n in task["lengths"]]
    # Assigned once: a step looks it up in the parameter, whether it is the same object or not.
    for p, n in zip(params, task["lengths"]):
        p.grad = filled(task["gradient"], n)
    return params


def changed(params, task):
    """Whether the gradients are no longer what the task says; they repeat, so the beginnings tell."""
    begin = len(task["gradient"])
    wanted = torch.tensor(task["gradient"], dtype=getattr(torch, task["dtype"]))
    return not all(torch.equal(p.grad[:begin], wanted[: len(p)]) for p in params)


def timed(step, times):
    begun = time.perf_counter()
    for _ in range(times):
        step()
    return time.perf_counter() - begun


def ways(known):
    """The implementations that this version has, by name, with the options that ask for them."""
    named = {"for-loop": {"foreach": False} if "foreach" in known else {}}
    if "foreach" in known:
        named["foreach"] = {"foreach": True}
    if "fused" in known:
        named["fused"] = {"fused": True}
    return named


def fastest(task):
    """Which is the fastest depends on the optimizer, the version and the lengths: a short trial tells."""
    made, options, known = class_and_options(task)
    times = {}
    for name, more in ways(known).items():
        params = tensors(task)
        try:
            step = made(params, **options, **more).step
            step()
        except (RuntimeError, NotImplementedError):
            continue  # Fused on a processor is not in every version that has fused.
        trials = []
        while len(trials) < 5 and sum(trials) < 0.3:
            trials.append(timed(step, 1))
        # Some write into the gradients, since training makes new ones for each step anyway. Here they must last.
        if changed(params, task):
            continue
        times[name] = min(trials)
    if not times:
        raise Lacking("has no %s for this" % task["optimizer"])
    name = min(times, key=times.get)
    params = tensors(task)
    return name, params, made(params, **options, **ways(known)[name])


def turn(step, seconds):
    """The median of the seconds of a step, over batches that fill the time; each takes a sixteenth of it, or one step."""
    gc.collect()
    gc.disable()
    try:
        end = time.perf_counter() + seconds
        size, steps, samples = 1, 0, []
        while True:
            took = timed(step, size)
            steps += size
            if took < seconds / 32 and time.perf_counter() < end:
                size *= 2  # Too short to be a sample.
                continue
            samples.append(took / size)
            if time.perf_counter() >= end:
                return {"seconds": statistics.median(samples), "steps": steps}
    finally:
        gc.enable()


def main():
    torch.set_num_threads(int(sys.argv[1]))
    answer({"version": torch.__version__})
    params, optimizer = [], None
    # Ends with its parent, whatever becomes of that: its end of the pipe is closed then.
    for line in sys.stdin:
        question = json.loads(line)
        do = question["do"]
        try:
            if do == "prepare":
                way, params, optimizer = fastest(question["task"])
                answer({"way": way})
            elif do == "steps":
                for _ in range(question["times"]):
                    optimizer.step()
                answer({})
            elif do == "turn":
                answer(turn(optimizer.step, question["seconds"]))
            elif do == "parameters":
                arrays = [array("d", p[: question["most"]].tolist()).tobytes() for p in params]
                answer({"arrays": [base64.b64encode(values).decode() for values in arrays]})
            elif do == "dispose":
                params, optimizer = [], None
                gc.collect()
                answer({})
        except Lacking as lacking:
            answer({"lacking": str(lacking)})
        except Exception as error:
            answer({"error": "%s: %s" % (type(error).__name__, error)})


main()
