"""Checkpoints that can be trusted: whole, hashed, and holding everything a run needs to go on bit for bit.

A checkpoint is a folder `checkpoints/step-00000040/` with one safetensors file per module, per optimiser and per
set of extra tensors, the state of every random generator, `state.json`, and `manifest.json` with the SHA-256 of
each. It is written aside, flushed to disk and renamed; a newer attempt finds it in the earlier attempts' folders
beside its own.
"""

import json
import os
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.optim import Optimizer

from training import distributed
from training.runs import Run, file_sha256

KEEP = 2  # the newest, and the one before it in case the newest is damaged

Modules = Mapping[str, nn.Module]
Optimizers = Mapping[str, Optimizer]


@dataclass(frozen=True)
class Checkpoint:
    """`state` is what the caller gave as JSON, `tensors` what it gave as extra tensors by name."""

    step: int
    state: dict[str, Any]
    tensors: dict[str, dict[str, Tensor]]


def save_checkpoint(
    run: Run,
    step: int,
    modules: Modules,
    optimizers: Optimizers,
    state: Mapping[str, Any],
    tensors: Mapping[str, Mapping[str, Tensor]] | None = None,
) -> Path:
    """Write the checkpoint of `step` (steps finished so far) and remove all but the newest few of this run folder."""
    # A sharded tensor is put together by all ranks, so all come this far; the first one writes.
    files = {f"module-{name}": module_tensors(module, learned=True) for name, module in modules.items()}
    files |= {f"extra-{name}": dict(extra) for name, extra in (tensors or {}).items()}
    values: dict[str, Any] = {"step": step, "state": dict(state), "optimizers": {}}
    for name, optimizer in optimizers.items():
        files[f"optimizer-{name}"], values["optimizers"][name] = _flatten_optimizer(optimizer)
    files["rng"], values["rng"] = _random_state()
    folder = run.folder / "checkpoints" / f"step-{step:08d}"
    if distributed.rank() == 0:
        _write(folder, files, values)
    distributed.wait_for_all()
    return folder


def _write(folder: Path, files: Mapping[str, Mapping[str, Tensor]], values: Mapping[str, Any]) -> None:
    aside = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, content in files.items():
        save_file({key: value.contiguous() for key, value in content.items()}, aside / f"{name}.safetensors")
    (aside / "state.json").write_text(json.dumps(values), encoding="utf-8")
    hashes = {path.name: file_sha256(path) for path in sorted(aside.iterdir())}
    (aside / "manifest.json").write_text(json.dumps({"format": 1, "files": hashes}, indent=1), encoding="utf-8")
    for path in [*aside.iterdir(), aside]:
        _fsync(path)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    _fsync(folder.parent)
    for old in sorted(folder.parent.glob("step-*"))[:-KEEP]:
        shutil.rmtree(old)


def load_checkpoint(run: Run, modules: Modules, optimizers: Optimizers) -> Checkpoint | None:
    """Put the newest checkpoint that verifies into the modules, optimisers and random generators; None if there is
    none.

    Looks in the run folder, then in the earlier attempts beside it. What is damaged is logged and passed over.
    """
    folder = _newest_verified(run)
    if folder is None:
        return None
    values = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    for name, module in modules.items():
        load_module_tensors(module, load_file(folder / f"module-{name}.safetensors"), learned=True)
    for name, optimizer in optimizers.items():
        _restore_optimizer(optimizer, load_file(folder / f"optimizer-{name}.safetensors"), values["optimizers"][name])
    _restore_random_state(load_file(folder / "rng.safetensors"), values["rng"])
    extras = {path.stem.removeprefix("extra-"): load_file(path) for path in folder.glob("extra-*.safetensors")}
    run.log(f"resumed from {folder}")
    return Checkpoint(values["step"], values["state"], extras)


def _newest_verified(run: Run) -> Path | None:
    attempts = [run.folder]
    if run.folder.name.isdigit():
        earlier = [path for path in run.folder.parent.iterdir() if path.name.isdigit()]
        attempts += sorted(
            (path for path in earlier if int(path.name) < int(run.folder.name)),
            key=lambda path: -int(path.name),
        )
    candidates = [
        folder for attempt in attempts for folder in sorted((attempt / "checkpoints").glob("step-*"), reverse=True)
    ]
    for index, folder in enumerate(candidates):
        problem = _problem(folder)
        if problem is None:
            return folder
        following = candidates[index + 1] if index + 1 < len(candidates) else "none: the run starts anew"
        run.log(f"checkpoint {folder} rejected: {problem}; using {following}")
    return None


def _problem(folder: Path) -> str | None:
    """Why a checkpoint cannot be used, or None."""
    try:
        files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        return f"manifest.json cannot be read ({error})"
    for name, expected in files.items():
        if not (folder / name).is_file():
            return f"{name} is missing"
        if file_sha256(folder / name) != expected:
            return f"sha256 of {name} differs"
    return None


def module_tensors(module: nn.Module, *, learned: bool = False) -> dict[str, Tensor]:
    """Parameters and buffers by name, on the CPU; tied ones once, because safetensors refuses shared memory.

    learned: what training changes. A frozen weight is what the run began with, and under adapters nearly all are.
    """
    return {name: whole(tensor).detach().to("cpu", copy=True) for name, tensor in _named(module, learned)}


def load_module_tensors(module: nn.Module, tensors: Mapping[str, Tensor], *, learned: bool = False) -> None:
    """The inverse of `module_tensors`. Raises KeyError when a name is missing."""
    with torch.no_grad():
        for name, tensor in _named(module, learned):
            tensor.copy_(sharded_like(tensors[name], tensor))


def _named(module: nn.Module, learned: bool) -> list[tuple[str, Tensor]]:
    parameters = [(name, x) for name, x in module.named_parameters() if x.requires_grad or not learned]
    return [*parameters, *module.named_buffers()]


def whole(tensor: Tensor) -> Tensor:
    """The tensor, or for a part of a sharded one the whole. All ranks have to ask."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def sharded_like(tensor: Tensor, model: Tensor) -> Tensor:
    """A whole tensor as the model has its own: this rank's part of it where that is sharded."""
    if not isinstance(model, DTensor):
        return tensor
    on_device = tensor.to(model.device)
    return distribute_tensor(on_device, model.device_mesh, model.placements, src_data_rank=None)


def _flatten_optimizer(optimizer: Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    state = optimizer.state_dict()
    tensors: dict[str, Tensor] = {}
    scalars: dict[str, dict[str, Any]] = {}
    for index, entry in state["state"].items():
        for key, value in entry.items():
            if isinstance(value, Tensor):
                tensors[f"{index}.{key}"] = whole(value).detach().to("cpu", copy=True)
            else:
                scalars.setdefault(str(index), {})[key] = value
    return tensors, {"scalars": scalars, "groups": state["param_groups"]}


def _restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor], values: dict[str, Any]) -> None:
    entries: dict[int, dict[str, Any]] = {int(index): dict(entry) for index, entry in values["scalars"].items()}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for name, tensor in tensors.items():
        index, key = name.split(".", 1)
        like = parameters[int(index)]
        entries.setdefault(int(index), {})[key] = sharded_like(tensor, like) if tensor.shape == like.shape else tensor
    optimizer.load_state_dict({"state": entries, "param_groups": values["groups"]})


def _random_state() -> tuple[dict[str, Tensor], dict[str, Any]]:
    generators = {"torch": torch.get_rng_state()}
    for device, state in enumerate(torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []):
        generators[f"cuda.{device}"] = state
    numpy = np.random.get_state(legacy=False)
    assert isinstance(numpy, dict)
    generators["numpy"] = torch.from_numpy(numpy["state"]["key"].astype(np.int64))
    rest = {"pos": numpy["state"]["pos"], "has_gauss": numpy["has_gauss"], "gauss": numpy["gauss"]}
    return generators, {"python": random.getstate(), "numpy": rest}


def _restore_random_state(generators: Mapping[str, Tensor], values: dict[str, Any]) -> None:
    torch.set_rng_state(generators["torch"])
    if torch.cuda.is_available():
        for device in range(torch.cuda.device_count()):
            if f"cuda.{device}" in generators:
                torch.cuda.set_rng_state(generators[f"cuda.{device}"], device)
    rest = values["numpy"]
    key = generators["numpy"].numpy().astype(np.uint32)
    np.random.set_state(("MT19937", key, rest["pos"], rest["has_gauss"], rest["gauss"]))
    version, internal, gauss = values["python"]
    random.setstate((version, tuple(internal), gauss))


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
