"""What two processes train, and one: torchrun -m tests.training.ppo.ranks FOLDER does every case on its ranks.

A rank leaves CASE-RANK.safetensors, the whole weights, and CASE-RANK.json, the metrics of the last step.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.distributed.tensor import DTensor

from tests.training.ppo.tiny import count_sevens, lora_models_of, models_of, prompts_of, run_of, spec_of
from training import distributed
from training.checkpoints import module_tensors
from training.ppo.loop import train

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("llama", {}),
    "t5": ("t5", {"minibatches": 1, "activation_checkpointing": True}),
    "lora": ("llama", {"lora_rank": 4}),
}
MANY = {"steps": 3, "top_k": 6, "reward_scale": "running_std", "kl_target": 0.5, "kl_horizon": 100, "kl_stop": 0.05}


def trained(folder: Path, case: str, parallel: str) -> tuple[dict[str, Tensor], dict[str, float]]:
    """Whole weights and the last step's metrics."""
    model, fields = CASES[case]
    spec = spec_of(parallel=parallel, **(MANY | fields))
    models = (lora_models_of if spec.lora_rank else models_of)(model)
    metrics = train(run_of(folder), spec, models, prompts_of(), count_sevens)
    modules = {"policy": models.policy, "value": models.value}
    sharded = [isinstance(x, DTensor) for module in modules.values() for x in module.parameters()]
    assert all(sharded) if parallel == "fsdp" and distributed.ranks() > 1 else not any(sharded)
    weights = {f"{name}.{key}": x for name, module in modules.items() for key, x in module_tensors(module).items()}
    return weights, metrics


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    distributed.join()
    for case in CASES:
        for parallel in ("ddp", "fsdp"):
            weights, metrics = trained(folder / f"{case}-{parallel}", case, parallel)
            name = f"{case}-{parallel}-{distributed.rank()}"
            save_file({key: x.contiguous() for key, x in weights.items()}, folder / f"{name}.safetensors")
            (folder / f"{name}.json").write_text(json.dumps(metrics))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
