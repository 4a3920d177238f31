"""Checkpoints of lanestep into PyTorch, and back: load(path, model, optimizer) and save(path, model, optimizer)."""
import json, struct, zlib
import numpy as np
import torch

DTYPES = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
crc = lambda data: f"{zlib.crc32(data):08x}"
# What PyTorch has in its groups and lanestep does not: how it runs, not what it computes.
TORCH_ONLY = {"params", "foreach", "capturable", "differentiable", "fused", "initial_lr"}
# What is one number of a parameter's state, and no array like the parameter.
NUMBERS = {"step", "mu_product"}
# Options that PyTorch has no word for, where they change nothing; others are 0, false or none there.
NEUTRAL = {"gradient_scale": 1, "non_finite": "propagate", "agc_eps": 1e-3, "mask_scale": "mean"}

def read(path):
    """The metadata and the arrays of a file, once both of its checksums have been found right."""
    with open(path, "rb") as file:
        prefix = file.read(8)
        text = file.read(struct.unpack("<Q", prefix)[0])
        data = file.read()
    header = json.loads(text)
    metadata = header.pop("__metadata__")
    seal = metadata["header_crc32"]
    # The header's own checksum was taken with zeros in its place.
    blank = text.replace(f'"header_crc32":"{seal}"'.encode(), b'"header_crc32":"00000000"')
    if seal != crc(prefix + blank) or metadata["data_crc32"] != crc(data):
        raise ValueError(f"{path} is damaged")
    return metadata, {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }

def write(path, metadata, arrays):
    """The same the other way round."""
    names, header, data = {dtype: name for name, dtype in DTYPES.items()}, {}, b""
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        begin, data = len(data), data + array.tobytes()
        header[name] = {"dtype": names[array.dtype], "shape": array.shape, "data_offsets": [begin, len(data)]}
    def encode(seal):
        seals = {"data_crc32": crc(data), "header_crc32": seal}
        text = json.dumps({"__metadata__": {**metadata, **seals}, **header}, separators=(",", ":")).encode()
        return struct.pack("<Q", -(-len(text) // 8) * 8) + text + b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(encode(crc(encode("00000000"))) + data)

def like(parameter, array, name):
    """An array of the file for this parameter: flat, as it is where lanestep was told no shapes, or with its shape."""
    if array.ndim != 1 and array.shape != tuple(parameter.shape):
        raise ValueError(f"{name} has the shape {list(array.shape)} in the file, and {list(parameter.shape)} here")
    return torch.tensor(array).reshape(parameter.shape)

def load(path, model, optimizer):
    """Takes over parameters, state and options. Groups must have the parameters that they had in lanestep, in that order."""
    metadata, arrays = read(path)
    kind, own, saved = type(optimizer).__name__, optimizer.state_dict(), json.loads(metadata["param_groups"])
    names = {parameter: name for name, parameter in model.named_parameters()}
    live = [[names[parameter] for parameter in group["params"]] for group in optimizer.param_groups]
    if metadata["optimizer"] != kind.lower() or [group.pop("params") for group in saved] != live:
        raise ValueError(f"{path} is a checkpoint of {metadata['optimizer']}, or of other groups")
    arrived = []
    for given, group, members in zip(saved, own["param_groups"], live):
        for key, value in given.items():
            if key in group:
                group[key] = tuple(value) if isinstance(value, list) else value
            elif value not in (None, NEUTRAL.get(key, 0)):
                raise ValueError(f"this PyTorch has no {key} in {kind}")
        for number, name in zip(group["params"], members):
            parameter = model.get_parameter(name)
            words = {key.rpartition(".")[2]: a for key, a in arrays.items() if key.rpartition(".")[0] == f"state.{name}"}
            own["state"][number] = {
                word: float(a) if word in NUMBERS else like(parameter, a, name) for word, a in words.items()
            }
            arrived.append((parameter, like(parameter, arrays[name], name)))
    for parameter, values in arrived:
        parameter.data.copy_(values)
    optimizer.load_state_dict(own)

def save(path, model, optimizer):
    """Writes parameters, state and options. PyTorch's SGD counts no steps: where it has a momentum, it took one at least."""
    kind, groups = type(optimizer).__name__.lower(), []
    names = {parameter: name for name, parameter in model.named_parameters()}
    arrays = {name: parameter.detach().numpy() for parameter, name in names.items()}
    for parameter, state in optimizer.state.items():
        for word, value in {"step": 1, **state}.items():
            if value is not None:
                array = np.array(float(value)) if word in NUMBERS else value.numpy()
                arrays[f"state.{names[parameter]}.{word}"] = array
    for group in optimizer.param_groups:
        dropped = TORCH_ONLY | ({"decoupled_weight_decay"} if kind == "adamw" else set())
        options = {key: value for key, value in group.items() if key not in dropped}
        groups.append({**options, "lr": float(group["lr"]), "params": [names[p] for p in group["params"]]})
    write(path, {"format": "pt", "lanestep": "1", "optimizer": kind, "param_groups": json.dumps(groups)}, arrays)
