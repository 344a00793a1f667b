"""What the supervised loops share: batches of like length, the learning-rate schedule, one optimiser step."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import AdamW

WARMUP_SHARE = 0.1
WEIGHT_DECAY = 0.01
MAX_GRAD_NORM = 1.0
POOL = 16  # batches that are sorted by length together


def epoch_batches(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Indices in batches of like length, in an order that depends on the seed and the epoch alone."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(len(lengths), generator=generator).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), POOL * batch_size):
        pool = sorted(order[start : start + POOL * batch_size], key=lambda index: lengths[index])
        batches += [pool[at : at + batch_size] for at in range(0, len(pool), batch_size)]
    return [batches[at] for at in torch.randperm(len(batches), generator=generator).tolist()]


def learning_rate(peak: float, step: int, total: int) -> float:
    """Linear warm-up over the first tenth of the steps, then linear decay towards 0. step counts from 0."""
    warmup = max(1, round(total * WARMUP_SHARE))
    return peak * min((step + 1) / warmup, (total - step) / max(1, total - warmup), 1.0)


def make_optimizer(slow: Iterable[nn.Parameter], fast: Iterable[nn.Parameter] = (), times: float = 1.0) -> AdamW:
    """AdamW with weight decay on matrices alone; `fast` parameters learn `times` as fast as `slow` ones."""
    groups = []
    for scale, parameters in ((1.0, list(slow)), (times, list(fast))):
        matrices = [parameter for parameter in parameters if parameter.ndim > 1]
        vectors = [parameter for parameter in parameters if parameter.ndim <= 1]
        groups.append({"params": matrices, "weight_decay": WEIGHT_DECAY, "scale": scale})
        groups.append({"params": vectors, "weight_decay": 0.0, "scale": scale})
    return AdamW([group for group in groups if group["params"]])


def step_optimizer(optimizer: AdamW, loss: Tensor, rate: float) -> None:
    """Backward and one update at a learning rate, with the gradient's norm clipped."""
    step_by_parts(optimizer, [loss], rate)


def step_by_parts(optimizer: AdamW, losses: Iterable[Tensor], rate: float) -> float:
    """One update by the gradient of a sum of losses, each backward before the next is computed. Returns the sum."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["scale"]
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for loss in losses:
        loss.backward()
        total += float(loss.detach())
    nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], MAX_GRAD_NORM)
    optimizer.step()
    return total
