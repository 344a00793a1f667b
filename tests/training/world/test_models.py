"""The world's tokenizer and pre-training."""

from random import Random

import pytest
import torch

from training.world.examples import draw_example, noisy_answer
from training.world.models import make_encoder, make_policy, make_tokenizer
from training.world.pretraining import Corruptor, pretrain_encoder


def test_every_text_of_the_world_survives_the_tokenizer():
    tokenizer = make_tokenizer()
    rng = Random(0)
    for number in range(200):
        example = draw_example(rng, "train", number)
        for text in (example["prompt"], example["reference"], noisy_answer(example, rng)):
            ids = tokenizer(text)["input_ids"]
            assert tokenizer.unk_token_id not in ids
            assert tokenizer.decode(ids) == text


def test_models_have_the_sizes_that_are_told_of_them():
    tokenizer = make_tokenizer()
    for model, parameters in ((make_policy(tokenizer, 0), 150_000), (make_encoder(tokenizer, 0), 185_000)):
        assert sum(p.numel() for p in model.parameters()) == pytest.approx(parameters, rel=0.02)


def test_corruption_marks_what_it_changed_and_leaves_the_rest():
    rng = Random(0)
    corpus = [draw_example(rng, "train", number) for number in range(500)]
    corrupt = Corruptor(corpus, rng)
    for example in corpus[:100]:
        kept = [word for word, replaced in corrupt(example["reference"]) if not replaced]
        words = iter(example["reference"].split())
        assert all(word in words for word in kept), "what is kept stands in its order"


def test_pretraining_learns_and_is_the_same_for_a_seed():
    tokenizer = make_tokenizer()
    rng = Random(0)
    corpus = [draw_example(rng, "train", number) for number in range(300)]

    def losses(steps: int) -> list[float]:
        found: list[float] = []
        encoder = make_encoder(tokenizer, 0)
        torch.manual_seed(1)
        pretrain_encoder(
            encoder,
            tokenizer,
            corpus,
            steps=steps,
            batch_size=8,
            learning_rate=2e-3,
            rng=Random(1),
            report=lambda step, loss: found.append(loss),
        )
        return found

    first = losses(60)
    assert first == losses(60)
    assert first[-1] < first[0]
