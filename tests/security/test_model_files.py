"""Models are read from safetensors alone, and no code that comes with one is ever run."""

import ast
import contextlib
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

import annotator
import training
from annotator.domain.errors import DomainError
from tests.training.scripts.toy import write_bundle, write_policy
from training.models import load_policy, load_tokenizer
from training.reward.artifact import load_bundle

UNSAFE = {
    *("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"),
    *("torch.load", "torch.hub", "torch.jit.load", "torch.package", "numpy.load", "np.load", "yaml.load"),
    *("os.system", "os.popen", "eval", "exec", "compile", "__import__"),
}
FROM_PRETRAINED = {"trust_remote_code": False}


def sources() -> Iterator[tuple[str, ast.AST]]:
    for package in (annotator, training):
        root = Path(package.__file__).parent
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield f"{root.name}/{path.relative_to(root)}", node


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_nothing_reads_what_could_run() -> None:
    found = set()
    for where, node in sources():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        if isinstance(node, ast.Call):
            names.append(dotted(node.func))
            if any(keyword.arg == "shell" and getattr(keyword.value, "value", 1) for keyword in node.keywords):
                found.add((where, "shell=True"))
            if any(keyword.arg == "allow_pickle" for keyword in node.keywords):
                found.add((where, "allow_pickle"))
        found |= {(where, name) for name in names if name in UNSAFE or name.partition(".")[0] in UNSAFE}
    assert found == set()


def test_every_model_is_loaded_without_code_and_from_safetensors() -> None:
    loads = [
        (where, {keyword.arg: getattr(keyword.value, "value", None) for keyword in node.keywords}, dotted(node.func))
        for where, node in sources()
        if isinstance(node, ast.Call) and dotted(node.func).endswith(".from_pretrained")
    ]
    assert len(loads) >= 3
    for where, given, name in loads:
        assert given.get("trust_remote_code") is False, (where, name)
        weights = not name.startswith(("AutoConfig", "AutoTokenizer"))
        assert given.get("use_safetensors") is True or not weights, (where, name)


class Trap:
    """What makes a folder when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.canary),)


def packed(canary: Path, protocol: int) -> bytes:
    return pickle.dumps({"weight": Trap(canary)}, protocol=protocol)


def as_torch(canary: Path, new: bool) -> bytes:
    path = canary.with_suffix(".tmp")
    torch.save({"weight": Trap(canary)}, path, _use_new_zipfile_serialization=new)
    return path.read_bytes()


def as_zip(canary: Path) -> bytes:
    path = canary.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", packed(canary, 2))
        archive.writestr("archive/version", "3")
    return path.read_bytes()


PAYLOADS: dict[str, Callable[[Path], bytes]] = {
    **{f"protocol {number}": lambda canary, number=number: packed(canary, number) for number in range(6)},
    "torch, old": lambda canary: as_torch(canary, False),
    "torch": lambda canary: as_torch(canary, True),
    "a zip": as_zip,
    "with a header of safetensors": lambda canary: (2).to_bytes(8, "little") + b"{}" + packed(canary, 4),
}
PLACES = ("pytorch_model.bin", "model.safetensors", "tf_model.h5")


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(write_policy(tmp_path_factory.mktemp("policy") / "model"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_malicious_file_is_refused_and_not_run(policy: Path, tmp_path: Path, payload: str, place: str) -> None:
    canary, folder = tmp_path / "canary", tmp_path / "model"
    shutil.copytree(policy, folder)
    for weights in folder.glob("*.safetensors"):
        weights.unlink()
    (folder / place).write_bytes(PAYLOADS[payload](canary))
    with pytest.raises(DomainError) as refused:
        load_policy(str(folder))
    assert refused.value.code == "invalid_model"
    assert not canary.exists()
    if not place.endswith(".safetensors"):
        pickle.loads(packed(canary, 4))  # the trap would have worked
        assert canary.exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_beside_a_model_is_not_run(policy: Path, tmp_path: Path, file: str) -> None:
    canary, folder = tmp_path / "canary", tmp_path / "model"
    shutil.copytree(policy, folder)
    (folder / "trap.py").write_text(f"import os\nos.mkdir({str(canary)!r})\nclass Trap: pass\n")
    body = json.loads((folder / file).read_text())
    traps = dict.fromkeys(("AutoConfig", "AutoModel", "AutoModelForCausalLM"), "trap.Trap")
    body["auto_map"] = {**traps, "AutoTokenizer": ["trap.Trap", "trap.Trap"]}
    (folder / file).write_text(json.dumps({**body, "model_type": "trap"} if file == "config.json" else body))
    for load in (load_policy, load_tokenizer):
        with contextlib.suppress(DomainError):
            load(str(folder))
        assert not canary.exists()


def test_a_reward_bundle_of_pickles_is_refused(tmp_path: Path) -> None:
    canary, folder = tmp_path / "canary", Path(write_bundle(tmp_path / "bundle"))
    for weights in folder.rglob("heads.safetensors"):
        weights.write_bytes(packed(canary, 4))
    with pytest.raises(Exception, match=r".") as refused:
        load_bundle(folder)
    assert not canary.exists()
    assert not isinstance(refused.value, FileNotFoundError)
