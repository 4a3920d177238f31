"""What test/checkpoint/python.test.ts asks of PyTorch: `python.py FOLDER JOBS.json`, where the examples' module is in sys.path."""
import json
import sys

import torch

import lanestep_torch

folder, jobs = sys.argv[1], json.load(open(sys.argv[2]))


def made(job):
    """A model with the numbers of the job, and its optimizer in two groups."""
    model = torch.nn.Sequential(torch.nn.Linear(4, 3))
    for name, parameter in model.named_parameters():
        parameter.data.copy_(torch.tensor(job["start"][name]).reshape(parameter.shape))
    groups = [{"params": [p], **own} for (_, p), own in zip(model.named_parameters(), job["groups"])]
    return model, getattr(torch.optim, job["optimizer"])(groups, **job["options"])


def train(job, model, optimizer, first, last):
    for step in range(first, last):
        for name, parameter in model.named_parameters():
            parameter.grad = torch.tensor(job["grads"][step][name]).reshape(parameter.shape)
        optimizer.step()


for name, job in jobs.items():
    before, after = job["before"], job["before"] + job["after"]
    path = lambda what: f"{folder}/{name}-{what}"
    model, optimizer = made(job)
    for parameter in model.parameters():
        parameter.data.fill_(-1)
    for group in optimizer.param_groups:
        group.update(lr=0.5, weight_decay=0.5)
    lanestep_torch.load(path("lanestep"), model, optimizer)
    lanestep_torch.save(path("returned"), model, optimizer)
    train(job, model, optimizer, before, after)
    lanestep_torch.save(path("continued"), model, optimizer)
    model, optimizer = made(job)
    train(job, model, optimizer, 0, before)
    lanestep_torch.save(path("torch"), model, optimizer)
    train(job, model, optimizer, before, after)
    lanestep_torch.save(path("end"), model, optimizer)

damaged = bytearray(open(path("lanestep"), "rb").read())
for at in (20, len(damaged) - 1):
    copy = bytearray(damaged)
    copy[at] ^= 1
    open(path("damaged"), "wb").write(copy)
    try:
        lanestep_torch.read(path("damaged"))
        raise SystemExit("read what is damaged")
    except (ValueError, KeyError):
        pass
