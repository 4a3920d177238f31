"""Checkpoints of lanestep into PyTorch, and back: load(path, model, optimizer) and save(path, model, optimizer)."""
import json
import struct
import zlib

import numpy as np
import torch

DTYPES = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
BLANK = "00000000"
# What PyTorch has in its groups and lanestep does not: how it runs, not what it computes.
TORCH_ONLY = {"params", "foreach", "capturable", "differentiable", "fused", "initial_lr"}


def read(path):
    """The metadata and the arrays of a file, once both of its checksums have been found right."""
    with open(path, "rb") as file:
        prefix = file.read(8)
        text = file.read(struct.unpack("<Q", prefix)[0])
        data = file.read()
    header = json.loads(text)
    metadata = header.pop("__metadata__")
    seal = metadata["header_crc32"]
    blank = text.replace(f'"header_crc32":"{seal}"'.encode(), f'"header_crc32":"{BLANK}"'.encode())
    if seal != f"{zlib.crc32(prefix + blank):08x}" or metadata["data_crc32"] != f"{zlib.crc32(data):08x}":
        raise ValueError(f"{path} is damaged")
    def array(entry):
        begin, end = entry["data_offsets"]
        return np.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return metadata, {name: array(entry) for name, entry in header.items()}


def write(path, metadata, arrays):
    """A file with both checksums: of the data; and of the header with zeros in the place of that one."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, data = {}, b""
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        begin, data = len(data), data + array.tobytes()
        header[name] = {"dtype": names[array.dtype], "shape": array.shape, "data_offsets": [begin, len(data)]}
    def encode(seal):
        seals = {"data_crc32": f"{zlib.crc32(data):08x}", "header_crc32": seal}
        text = json.dumps({"__metadata__": {**metadata, **seals}, **header}, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text
    with open(path, "wb") as file:
        file.write(encode(f"{zlib.crc32(encode(BLANK)):08x}") + data)


def load(path, model, optimizer):
    """Takes over parameters, state and options. Groups must have the parameters that they had in lanestep, in that order."""
    metadata, arrays = read(path)
    if metadata["optimizer"] != type(optimizer).__name__.lower():
        raise ValueError(f"{path} is a checkpoint of {metadata['optimizer']}")
    names = {parameter: name for name, parameter in model.named_parameters()}
    dict_, saved = optimizer.state_dict(), json.loads(metadata["param_groups"])
    if [group["params"] for group in saved] != [[names[p] for p in g["params"]] for g in optimizer.param_groups]:
        raise ValueError(f"{path} has other groups: {[group['params'] for group in saved]}")
    for given, group, live in zip(saved, dict_["param_groups"], optimizer.param_groups):
        for key, value in given.items():
            if key in group and key != "params":
                group[key] = tuple(value) if isinstance(value, list) else value
            elif key != "params" and value != (1 if key == "gradient_scale" else 0):
                raise ValueError(f"this PyTorch has no {key} in {type(optimizer).__name__}")
        for number, parameter in zip(group["params"], live["params"]):
            name, shape = names[parameter], parameter.shape
            words = {key.rpartition(".")[2]: a for key, a in arrays.items() if key.rpartition(".")[0] == f"state.{name}"}
            dict_["state"][number] = {
                word: torch.tensor(a).reshape(shape) if a.ndim > 0 else float(a) for word, a in words.items()
            }
            if name in arrays:
                parameter.data.copy_(torch.tensor(arrays[name]).reshape(shape))
    optimizer.load_state_dict(dict_)


def save(path, model, optimizer):
    """Writes parameters, state and options. PyTorch's SGD counts no steps: where it has a momentum, it took one at least."""
    kind = type(optimizer).__name__.lower()
    names = {parameter: name for name, parameter in model.named_parameters()}
    arrays = {name: parameter.detach().numpy() for parameter, name in names.items()}
    for parameter, state in optimizer.state.items():
        for word, value in {"step": 1, **state}.items():
            whole = torch.is_tensor(value) and value.shape == parameter.shape and word not in ("step", "mu_product")
            if value is not None:
                arrays[f"state.{names[parameter]}.{word}"] = value.numpy() if whole else np.array(float(value))
    groups = []
    for group in optimizer.param_groups:
        dropped = TORCH_ONLY | ({"decoupled_weight_decay"} if kind == "adamw" else set())
        options = {key: value for key, value in group.items() if key not in dropped}
        groups.append({**options, "lr": float(group["lr"]), "params": [names[p] for p in group["params"]]})
    write(path, {"format": "pt", "lanestep": "1", "optimizer": kind, "param_groups": json.dumps(groups)}, arrays)
