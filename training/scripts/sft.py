"""Fine-tune a policy on references: `python -m training.scripts.sft RUN_DIR`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from annotator.domain.errors import DomainError
from annotator.domain.specs import SftSpec, spec_to_json
from training.batching import epoch_batches, learning_rate, make_optimizer, step_optimizer
from training.checkpoints import load_checkpoint, save_checkpoint
from training.data import demonstrations, read_snapshot
from training.models import (
    device,
    encode_prompts,
    encode_responses,
    is_seq2seq,
    load_policy,
    load_tokenizer,
    pad_id,
    pad_rows,
    save_artifact,
)
from training.runs import Run, Stopped, main


@dataclass(frozen=True, slots=True)
class Demonstrations:
    """Ids of prompts and of responses, the latter with their end of sequence."""

    prompts: list[list[int]]
    responses: list[list[int]]


def sft(run: Run) -> dict[str, float]:
    spec: SftSpec = run.spec
    if spec.dataset is None:
        raise DomainError("invalid_spec", "sft.dataset is required", {"sft.dataset": "is required"})
    snapshot = read_snapshot(spec.dataset.path, spec.dataset.sha256)
    tokenizer, policy = load_tokenizer(spec.model), load_policy(spec.model)
    sides = {
        split: _encode(tokenizer, demonstrations(snapshot, split), spec, is_seq2seq(policy))
        for split in ("train", "dev", "test")
    }
    run.log(f"fine-tuning on {len(sides['train'].prompts)} demonstrations")
    _fit(run, policy, tokenizer, sides)
    metrics = {"loss": _mean_loss(policy, tokenizer, sides["test"], spec.batch_size)}
    if not math.isfinite(metrics["loss"]):
        metrics = {}
    facts = {"job": spec.job, "base": spec.model, "seed": spec.seed, "dataset sha256": spec.dataset.sha256}
    facts |= {"held-out metrics": metrics, "spec": spec_to_json(spec)}
    save_artifact(run.artifact, policy, tokenizer, "Policy, fine-tuned on references", facts)
    return metrics


def _encode(tokenizer: Any, pairs: Sequence[tuple[str, str]], spec: SftSpec, seq2seq: bool) -> Demonstrations:
    prompts = encode_prompts(tokenizer, [prompt for prompt, _ in pairs], spec.max_prompt_tokens, seq2seq=seq2seq)
    return Demonstrations(
        prompts, encode_responses(tokenizer, [response for _, response in pairs], spec.max_response_tokens)
    )


def _fit(run: Run, policy: Any, tokenizer: Any, sides: dict[str, Demonstrations]) -> None:
    spec: SftSpec = run.spec
    data = sides["train"]
    lengths = [len(prompt) + len(response) for prompt, response in zip(data.prompts, data.responses, strict=True)]
    per_epoch = math.ceil(len(lengths) / spec.batch_size)
    total = min(spec.epochs * per_epoch, spec.max_steps or spec.epochs * per_epoch)
    optimizer = make_optimizer(policy.parameters())
    modules, optimizers = {"policy": policy}, {"policy": optimizer}
    checkpoint = load_checkpoint(run, modules, optimizers)
    step = checkpoint.step if checkpoint else 0
    policy.train()
    while step < total:
        epoch, position = divmod(step, per_epoch)
        batch = epoch_batches(lengths, spec.batch_size, spec.seed, epoch if spec.shuffle else 0)[position]
        rate = learning_rate(spec.learning_rate, step, total)
        logprobs = response_logprobs(policy, tokenizer, data, batch)
        loss = -logprobs.mean()
        step_optimizer(optimizer, loss, rate)
        step += 1
        metrics = {"loss": float(loss.detach()), "response_tokens": len(logprobs) / len(batch), "learning_rate": rate}
        if step % per_epoch == 0 or step == total:
            metrics["dev/loss"] = _mean_loss(policy, tokenizer, sides["dev"], spec.batch_size)
        run.progress(step, total, "sft", metrics)
        if run.stop_requested or step % spec.checkpoint_every == 0:
            save_checkpoint(run, step, modules, optimizers, {})
        if run.stop_requested:
            raise Stopped
    policy.eval()


def response_logprobs(policy: Any, tokenizer: Any, data: Demonstrations, chosen: Sequence[int]) -> Tensor:
    """Log-probability of every response token, end of sequence included, of the chosen rows, in one flat tensor.

    Padding is masked by lengths, so that a tokenizer whose padding is its end of sequence still learns to stop.
    """
    prompts = [data.prompts[index] for index in chosen]
    responses = [data.responses[index] for index in chosen]
    fill, to = pad_id(tokenizer), device()
    if is_seq2seq(policy):
        ids, mask = pad_rows(prompts, fill)
        start = policy.config.decoder_start_token_id
        before, _ = pad_rows([[start, *row[:-1]] for row in responses], fill)
        targets, counted = pad_rows(responses, fill)
        output = policy(
            input_ids=ids.to(to), attention_mask=mask.long().to(to), decoder_input_ids=before.to(to), use_cache=False
        )
        logits = output.logits
    else:
        ids, mask = pad_rows([p + r for p, r in zip(prompts, responses, strict=True)], fill)
        output = policy(input_ids=ids.to(to), attention_mask=mask.long().to(to), use_cache=False)
        logits, targets = output.logits[:, :-1], ids[:, 1:]
        position = torch.arange(1, ids.shape[1])
        counted = mask[:, 1:] & (position >= torch.tensor([len(prompt) for prompt in prompts]).unsqueeze(1))
    counted, targets = counted.to(to), targets.to(to)
    return -functional.cross_entropy(logits[counted], targets[counted], reduction="none")


@torch.no_grad()
def _mean_loss(policy: Any, tokenizer: Any, data: Demonstrations, batch_size: int) -> float:
    """Per token; NaN without data."""
    training = policy.training
    policy.eval()
    order = sorted(range(len(data.prompts)), key=lambda index: len(data.prompts[index]) + len(data.responses[index]))
    batches = [order[at : at + batch_size] for at in range(0, len(order), batch_size)]
    logprobs = [response_logprobs(policy, tokenizer, data, batch) for batch in batches]
    policy.train(training)
    return float(-torch.cat(logprobs).mean()) if logprobs else math.nan


if __name__ == "__main__":
    main("sft", sft)
