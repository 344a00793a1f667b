"""The one training loop of the reward models: length-bucketed batches, best epoch kept, resumed bit for bit."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor
from torch.optim import AdamW

from annotator.domain.specs import RewardSpec
from training.batching import epoch_batches, learning_rate, make_optimizer, step_by_parts
from training.checkpoints import load_checkpoint, load_module_tensors, module_tensors, save_checkpoint
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel
from training.runs import Run, Stopped

RewardModel = SegmentModel | SequenceModel


@dataclass(frozen=True)
class Task:
    """One model to fit. losses: a batch of training items by index, in parts -> the parts of its mean loss, whose sum
    does not depend on how it is parted. evaluate: split -> metrics by name ({} without data). lengths: of the training
    items, for batches of like length. select: what the best epoch has most of, from its metrics on "dev". calibrate:
    what is fitted on "dev" when the weights are final.
    """

    name: str
    model: RewardModel
    lengths: Sequence[int]
    batch_size: int
    losses: Callable[[Sequence[Sequence[int]]], Iterable[Tensor]]
    evaluate: Callable[[str], dict[str, float]]
    select: Callable[[dict[str, float]], float]
    calibrate: Callable[[], None] = lambda: None


@dataclass
class Progress:
    """Where a run of several tasks stands: the task, its finished steps, and the dev score and weights of its best
    epoch.
    """

    task: int = 0
    step: int = 0
    best_score: float = -1.0
    best: dict[str, Tensor] = field(default_factory=dict)


def fit_all(run: Run, every: Sequence[Task]) -> None:
    """Fit one task after the other, each from the newest checkpoint if there is one; each keeps its best epoch's
    weights. A model without an encoder has been fitted before.
    """
    tasks = [task for task in every if task.model.encoder]
    optimizers = {task.name: _optimizer(task.model, run.spec) for task in tasks}
    progress = _resume(run, tasks, optimizers) if tasks else Progress()
    counts = [steps_of(task, run.spec.epochs) for task in tasks]
    while progress.task < len(tasks):
        task = tasks[progress.task]
        _fit(run, tasks, optimizers, progress, counts)
        load_module_tensors(task.model, progress.best)
        optimizers[task.name].state.clear()
        progress = Progress(task=progress.task + 1)
    for task in every:  # those too that were finished before a resume
        task.model.eval()
        task.calibrate()


def _fit(
    run: Run, tasks: Sequence[Task], optimizers: Mapping[str, AdamW], progress: Progress, counts: Sequence[int]
) -> None:
    spec, task = run.spec, tasks[progress.task]
    steps, done = counts[progress.task], sum(counts[: progress.task])
    per_epoch = steps // spec.epochs
    if task.model.linear and progress.step == 0:
        _keep_best(task, progress)  # what is fitted already may be the best there is
    task.model.train()
    while progress.step < steps:
        epoch, position = divmod(progress.step, per_epoch)
        batch = epoch_batches(task.lengths, task.batch_size, spec.seed, epoch)[position]
        rate = learning_rate(spec.learning_rate, progress.step, steps)
        size = math.ceil(len(batch) / spec.accumulate)
        parts = [batch[start : start + size] for start in range(0, len(batch), size)]
        loss = step_by_parts(optimizers[task.name], task.losses(parts), rate)
        metrics = {f"loss/{task.name}": loss, "learning_rate": rate}
        progress.step += 1
        if progress.step % per_epoch == 0:
            metrics |= _keep_best(task, progress)
        run.progress(done + progress.step, sum(counts), task.name, metrics)
        if run.stop_requested or progress.step % spec.checkpoint_every == 0:
            state = {"task": progress.task, "step": progress.step, "best_score": progress.best_score}
            extra = {"best": progress.best} if progress.best else {}
            modules = {task.name: task.model for task in tasks}
            save_checkpoint(run, done + progress.step, modules, optimizers, state, extra)
        if run.stop_requested:
            raise Stopped


def _optimizer(model: RewardModel, spec: RewardSpec) -> AdamW:
    assert model.encoder is not None
    heads = [parameter for name, parameter in model.named_parameters() if not name.startswith("encoder.")]
    rate = spec.head_learning_rate or spec.learning_rate
    return make_optimizer(model.encoder.parameters(), heads, rate / spec.learning_rate)


def _resume(run: Run, tasks: Sequence[Task], optimizers: Mapping[str, AdamW]) -> Progress:
    checkpoint = load_checkpoint(run, {task.name: task.model for task in tasks}, optimizers)
    if checkpoint is None:
        return Progress()
    return Progress(**checkpoint.state, best=checkpoint.tensors.get("best", {}))


def _keep_best(task: Task, progress: Progress) -> dict[str, float]:
    """Metrics on dev after an epoch; its weights are kept if it is the best so far, or if there is nothing to judge
    by.
    """
    task.model.eval()
    metrics = task.evaluate("dev")
    task.model.train()
    score = task.select(metrics) if metrics else progress.best_score
    if score > progress.best_score or not metrics:
        progress.best_score = score
        progress.best = module_tensors(task.model)
    return metrics


def steps_of(task: Task, epochs: int) -> int:
    return epochs * math.ceil(len(task.lengths) / task.batch_size)
