"""Make a tiny model for a dataset where no pre-trained one is at hand.

`python -m training.scripts.scratch DATASET OUT [--family encoder|causal|t5] [--steps 100] [--seed 0]`: a tokenizer
from the texts of the dataset's training examples, random weights, and, for an encoder, pre-training on the same
texts. OUT is a folder that transformers loads.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import torch

from annotator.domain.feedback import example_split
from annotator.domain.records import Example, FeedbackRecord
from training.data import read_snapshot
from training.models import device, load_encoder, load_tokenizer, longest_input
from training.reward.encoder import Encoder
from training.reward.pretraining import pretrain, read_texts
from training.scratch import Family, make_folder

SIZES = {"vocabulary": 16_384, "hidden": 64, "layers": 2, "positions": 1026}
STEPS, BATCH_SIZE, LEARNING_RATE = 100, 16, 2e-3
REPORT_EVERY = 10

Answered = list[tuple[Example, list[str]]]


def training_texts(examples: Iterable[Example], records: Iterable[FeedbackRecord]) -> Answered:
    """The examples to train on, each with its reference and all responses to it, and no judgement of anyone."""
    found: dict[str, tuple[Example, set[str]]] = {
        e.id: (e, {e.reference} if e.reference else set()) for e in examples if example_split(e) == "train"
    }
    for record in records:
        if record.example.id in found:
            found[record.example.id][1].update(response.text for response in record.responses)
    return [(example, sorted(texts)) for example, texts in found.values()]


def make_base(folder: Path, family: Family, answered: Answered, *, steps: int, seed: int) -> None:
    """Write the model; `steps` of pre-training if it is an encoder. The same for the same arguments and threads."""
    texts = [text for example, responses in answered for text in (example.prompt, *responses)]
    make_folder(folder, family, texts, **SIZES, seed=seed)
    if family != "encoder" or not steps:
        return
    torch.manual_seed(seed)
    tokenizer = load_tokenizer(str(folder))
    encoder = Encoder(load_encoder(str(folder))).to(device())
    seen = read_texts(answered, tokenizer, longest_input(encoder.trunk.config))
    trained = pretrain(encoder, tokenizer, seen, steps=steps, batch_size=BATCH_SIZE, peak=LEARNING_RATE, seed=seed)
    for step, loss in trained:
        if step % REPORT_EVERY == 0:
            print(f"pre-training: step {step} of {steps}, loss {loss:.3f}", flush=True)
    encoder.trunk.save_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", help="folder of a dataset snapshot")
    parser.add_argument("out", type=Path)
    parser.add_argument("--family", choices=["encoder", "causal", "t5"], default="encoder")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    snapshot = read_snapshot(options.dataset)
    answered = training_texts(snapshot.examples.values(), snapshot.records)
    make_base(options.out, options.family, answered, steps=options.steps, seed=options.seed)


if __name__ == "__main__":
    main()
