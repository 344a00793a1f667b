"""How fast reward models are trained and asked for scores, beside a plain trainer with the published code's habits.

    make bench-rewards [DATA=qa-feedback file] [ONLY=short]

Plain: one model per category, batches of 24 in random order, padded to whole windows of 512 tokens, one pass per
category to score. It is measured with a Longformer (width 192, 2 layers, window 512), as the published code has it, and
with the encoder that ours has, a plain one with fused attention of the same size: the first says what a user gains, the
second what the habits cost. Ours: what a reward job does (tasks, length-bucketed batches, one optimiser step each) and
`RewardBundle.score`. Without DATA the texts are made, as long as those of qa-feedback. The sides take turns in one
process, and the best of all turns counts. Prints a table; writes .redpen/reports/bench-rewards.json.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig, BertModel, LongformerConfig, LongformerModel

from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.segments import Density, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import PAPER_TAXONOMY
from training.batching import epoch_batches, step_by_parts
from training.data import LabelledResponse
from training.reward.bundle import RewardBundle, reading_of
from training.reward.encoder import Encoder
from training.reward.inputs import Reading, RewardInput, reward_inputs
from training.reward.segment import SegmentModel
from training.reward.tasks import segment_task
from training.scratch import make_tokenizer

REPORT = Path(".redpen/reports/bench-rewards.json")
AIMS = {"training": 4.0, "scoring": 2.8}
WINDOW, BATCH, MAX_TOKENS = 512, 24, 2048
DENSITIES = {"relevance": Density.SUB_SENTENCE, "factuality": Density.SENTENCE, "completeness": Density.SEQUENCE}
PASSAGES = {"relevance": False, "factuality": True, "completeness": True}


@dataclass(frozen=True)
class Sizes:
    hidden: int = 192
    layers: int = 2
    vocabulary: int = 8192
    examples: int = 72
    scored: int = 32
    turns: int = 3
    window: int = WINDOW


SHORT = Sizes(examples=24, scored=16, turns=1)
Text = tuple[str, str]  # prompt, response


class Plain(nn.Module):
    """One category's model: a class per separator token, from batches padded to whole windows."""

    def __init__(self, trunk: Any, tokenizer: Any, key: str, window: int) -> None:
        super().__init__()
        self.trunk, self.key, self.window = trunk, key, window
        self.head = nn.Linear(trunk.config.hidden_size, 2)
        self.reading = Reading(tokenizer, MAX_TOKENS, DENSITIES[key])

    def read(self, texts: Sequence[Text]) -> list[RewardInput]:
        prompts, responses = [prompt for prompt, _ in texts], [response for _, response in texts]
        return reward_inputs(self.reading, prompts, responses, passages=PASSAGES[self.key])

    def forward(self, rows: Sequence[RewardInput]) -> torch.Tensor:
        """Logits (separators, 2) of a batch."""
        longest = max(len(row.ids) for row in rows)
        width = -(-longest // self.window) * self.window
        ids = torch.tensor([row.ids + [0] * (width - len(row.ids)) for row in rows])
        mask = torch.tensor([[1] * len(row.ids) + [0] * (width - len(row.ids)) for row in rows])
        hidden = self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state
        chars = torch.tensor([row.chars + [-1] * (width - len(row.ids)) for row in rows])
        separators = (ids == self.reading.tokenizer.sep_token_id) & (chars >= 0)
        logits: torch.Tensor = self.head(hidden[separators])
        return logits

    def train_epoch(self, texts: Sequence[Text]) -> None:
        optimizer = torch.optim.AdamW(self.parameters(), lr=5e-6)
        rows = self.read(texts)
        order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0)).tolist()
        for start in range(0, len(order), BATCH):
            logits = self([rows[index] for index in order[start : start + BATCH]])
            loss = functional.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    @torch.inference_mode()
    def score(self, texts: Sequence[Text]) -> None:
        self(self.read(texts)).argmax(dim=1).tolist()


def longformer(tokenizer: Any, sizes: Sizes) -> Any:
    config = LongformerConfig(
        vocab_size=len(tokenizer), hidden_size=sizes.hidden, num_hidden_layers=sizes.layers, pad_token_id=0,
        num_attention_heads=max(1, sizes.hidden // 64), intermediate_size=4 * sizes.hidden, hidden_dropout_prob=0.0,
        max_position_embeddings=MAX_TOKENS + sizes.window + 2, attention_probs_dropout_prob=0.0,
        attention_window=sizes.window,
    )  # fmt: skip
    return LongformerModel(config, add_pooling_layer=False)


def fused(tokenizer: Any, sizes: Sizes) -> Any:
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=sizes.hidden, num_hidden_layers=sizes.layers, pad_token_id=0,
        num_attention_heads=max(1, sizes.hidden // 64), intermediate_size=4 * sizes.hidden, hidden_dropout_prob=0.0,
        max_position_embeddings=MAX_TOKENS + sizes.window + 2, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False)


def our_model(tokenizer: Any, sizes: Sizes, keys: Sequence[str], passages: dict[str, bool]) -> SegmentModel:
    torch.manual_seed(0)
    without = [key for key in keys if not passages[key]]
    return SegmentModel(Encoder(fused(tokenizer, sizes)), {key: DENSITIES[key] for key in keys}, 0.0, without)


def our_epoch(tokenizer: Any, sizes: Sizes, keys: Sequence[str], texts: Sequence[Text]) -> Callable[[], None]:
    """A reward job's epoch over labels of these categories; of several, all read the passages, in one pass."""
    model = our_model(tokenizer, sizes, keys, PASSAGES if len(keys) == 1 else dict.fromkeys(keys, True))
    spec = RewardSpec(job="bench", model="none", batch_size=BATCH)
    categories = [PAPER_TAXONOMY.category(key) for key in keys]
    items = []
    for index, (prompt, response) in enumerate(texts):
        targets = {key: [float(index % 2)] * len(segments(response, DENSITIES[key])) for key in keys}
        items.append(LabelledResponse(prompt, response, "train", targets, 1.0))

    def epoch() -> None:
        reading = reading_of(model, tokenizer, MAX_TOKENS, PAPER_TAXONOMY)
        task = segment_task("segment", items, categories, model, reading, spec)
        optimizer = torch.optim.AdamW(model.parameters(), lr=5e-6)
        for group in optimizer.param_groups:
            group["scale"] = 1.0
        for batch in epoch_batches(task.lengths, BATCH, 0, 0):
            step_by_parts(optimizer, task.losses([batch]), 5e-6)

    return epoch


def best_of_turns(sides: dict[str, Callable[[], None]], turns: int) -> dict[str, float]:
    """Seconds of each side, the least of all turns."""
    found: dict[str, float] = {}
    for _ in range(turns):
        for name, side in sides.items():
            started = time.perf_counter()
            side()
            found[name] = min(found.get(name, float("inf")), time.perf_counter() - started)
    return found


def measure_training(tokenizer: Any, sizes: Sizes, texts: Sequence[Text]) -> dict[str, dict[str, float]]:
    """Examples per second: of each of the first two categories, and of both together (examples with both labels)."""
    found = {}
    both = ["relevance", "factuality"]
    for name, keys in (("relevance", both[:1]), ("factuality", both[1:]), ("both", both)):
        sides = {
            side: [Plain(make(tokenizer, sizes), tokenizer, key, sizes.window) for key in keys]
            for side, make in (("longformer", longformer), ("same encoder", fused))
        }
        runs: dict[str, Callable[[], None]] = {
            side: lambda models=models: [model.train_epoch(texts) for model in models] and None
            for side, models in sides.items()
        }
        seconds = best_of_turns(runs | {"ours": our_epoch(tokenizer, sizes, keys, texts)}, sizes.turns)
        found[name] = {side: len(texts) / taken for side, taken in seconds.items()}
    return found


def measure_scoring(tokenizer: Any, sizes: Sizes, texts: Sequence[Text]) -> dict[str, float]:
    """Responses per second, three categories each."""
    runs: dict[str, Callable[[], None]] = {}
    for side, make in (("longformer", longformer), ("same encoder", fused)):
        models = [Plain(make(tokenizer, sizes), tokenizer, key, sizes.window).eval() for key in DENSITIES]
        runs[side] = lambda models=models: [model.score(texts) for model in models] and None
    model = our_model(tokenizer, sizes, list(DENSITIES), dict.fromkeys(DENSITIES, True)).eval()
    bundle = RewardBundle(tokenizer, PAPER_TAXONOMY, MAX_TOKENS, [model], {})
    prompts, responses = [prompt for prompt, _ in texts], [response for _, response in texts]
    runs["ours"] = lambda: bundle.score(prompts, responses) and None
    return {side: len(texts) / taken for side, taken in best_of_turns(runs, sizes.turns).items()}


def read_texts(data: Path | None, count: int) -> list[Text]:
    """Prompts with their judged response, of the file or made: about 500 words of passages, 70 of response."""
    if data:
        records = items_to_records(json.loads(data.read_text(encoding="utf-8")))[:count]
        return [(record.example.prompt, record.responses[0].text) for record in records]
    random = Random(0)
    words = ["".join(random.choices("abcdefghiklmnoprstu", k=random.randint(2, 8))) for _ in range(3000)]

    def sentence(size: int) -> str:
        return " ".join(random.choices(words, k=size)).capitalize() + "."

    found = []
    for _ in range(count):
        passages = [
            Passage(sentence(2), tuple(sentence(20) for _ in range(random.randint(6, 14))))
            for _ in range(random.randint(1, 4))
        ]
        response = " ".join(sentence(17) for _ in range(random.randint(1, 7)))
        found.append((format_prompt(sentence(9), passages), response))
    return found


def measure(sizes: Sizes, data: Path | None) -> dict[str, Any]:
    texts = read_texts(data, max(sizes.examples, sizes.scored))
    tokenizer = make_tokenizer([text for pair in texts for text in pair], sizes.vocabulary)
    training = measure_training(tokenizer, sizes, texts[: sizes.examples])
    scoring = measure_scoring(tokenizer, sizes, texts[: sizes.scored])
    return {"sizes": asdict(sizes), "threads": torch.get_num_threads(), "training": training, "scoring": scoring}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    report = measure(SHORT if options.short else Sizes(), options.data)
    rows = {f"training, {name}": row for name, row in report["training"].items()} | {"scoring": report["scoring"]}
    print(f"{'per second':<24}{'longformer':>12}{'same encoder':>14}{'ours':>8}{'times':>14}{'aim':>6}")
    for name, row in rows.items():
        times = " / ".join(f"{row['ours'] / row[side]:.1f}" for side in ("longformer", "same encoder"))
        rates = f"{row['longformer']:>12.2f}{row['same encoder']:>14.2f}{row['ours']:>8.2f}"
        print(f"{name:<24}{rates}{times:>14}{AIMS[name.partition(',')[0]]:>6}")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
