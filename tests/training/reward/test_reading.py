"""How texts become ids: the same for training and for scoring, with separators, with and without passages."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.prompts import format_prompt
from annotator.domain.segments import Density, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.records import FALSE, GOOD, OFF_TOPIC, PASSAGES, make_records
from training.data import LabelledResponse, Pair
from training.reward import bundle as bundles
from training.reward import inputs, tasks
from training.reward.bundle import RewardBundle, SequenceReward, reading_of
from training.reward.encoder import Encoder, segment_membership
from training.reward.inputs import Reading, RewardInput, reward_batch, reward_inputs
from training.reward.segment import SegmentModel, ends_of
from training.reward.sequence import SequenceModel
from training.scratch import make_model, make_tokenizer

TEXTS = [text.text for record in make_records(4) for text in record.responses] + [make_records(1)[0].example.prompt]
TOKENIZER = make_tokenizer(TEXTS, 400)
PROMPT = format_prompt("What colour?", PASSAGES)
DENSITIES = {"relevance": Density.SUB_SENTENCE, "factuality": Density.SENTENCE}


@pytest.mark.parametrize("representation", ["pooled", "separator"])
def test_training_and_scoring_read_the_same_ids(representation: Any) -> None:
    """Both call reward_inputs, and for the same texts they are given the same."""
    encoder = Encoder(make_model("encoder", TOKENIZER, hidden=32, layers=1, positions=256), representation)
    segment = SegmentModel(encoder, DENSITIES, 0.0, ["relevance"]).eval()
    sequence = SequenceModel(Encoder(encoder.trunk), 0.0).eval()
    trained = RewardBundle(TOKENIZER, PAPER_TAXONOMY, 200, [segment], {"preference": SequenceReward(sequence, 0, 1)})
    seen: list[list[RewardInput]] = []

    def spy(*arguments: Any, **more: Any) -> list[RewardInput]:
        seen.append(reward_inputs(*arguments, **more))
        return seen[-1]

    labels = {"relevance": [0.0, 1.0, None], "factuality": [0.0, 1.0, None]}
    text = f"{GOOD} {OFF_TOPIC} {FALSE}"
    spec = RewardSpec(job="1", model="m")
    reading = reading_of(segment, TOKENIZER, 200, PAPER_TAXONOMY)
    categories = PAPER_TAXONOMY.categories[:2]
    with patch.object(tasks, "reward_inputs", spy), patch.object(bundles, "reward_inputs", spy):
        item = LabelledResponse(PROMPT, text, "train", labels, 1.0)
        tasks.segment_task("segment", [item], categories, segment, reading, spec)
        training = [row for rows in seen for row in rows]
        seen.clear()
        trained.score([PROMPT], [text], ["relevance", "factuality"])
        assert [row for rows in seen for row in rows] == training
        assert [len(row.ids) for row in training] == sorted((len(row.ids) for row in training), reverse=True)
        seen.clear()
        pair = Pair(PROMPT, GOOD, FALSE, "train", 1.0)
        tasks.pair_task("preference", [pair], sequence, Reading(TOKENIZER, 200), spec)
        training = [row for rows in seen for row in rows]
        seen.clear()
        trained.score([PROMPT, PROMPT], [GOOD, FALSE], ["preference"])
        assert [row for rows in seen for row in rows] == training


def test_a_separator_stands_after_each_segment_and_belongs_to_it() -> None:
    text = f"{GOOD} {OFF_TOPIC}"
    (row,) = reward_inputs(Reading(TOKENIZER, 300, Density.SUB_SENTENCE), [PROMPT], [text])
    spans = segments(text, Density.SUB_SENTENCE)
    answer = row.ids[row.chars.index(0) if 0 in row.chars else next(i for i, c in enumerate(row.chars) if c >= 0) :]
    assert answer.count(TOKENIZER.sep_token_id) == len(spans) + 1, "one per segment, and the row's own end"
    places = [i for i, token in enumerate(row.ids) if token == TOKENIZER.sep_token_id and row.chars[i] >= 0]
    assert [row.chars[place] for place in places] == [span.end - 1 for span in spans]
    assert row.chars[-1] == -1, "the end of the row is not scored"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab ,.😀é\n", max_size=40), st.sampled_from(list(Density)))
def test_separators_change_nothing_but_themselves(text: str, density: Density) -> None:
    (plain,) = reward_inputs(Reading(TOKENIZER, 500), [PROMPT], [text])
    (separated,) = reward_inputs(Reading(TOKENIZER, 500, density), [PROMPT], [text])
    spans = segments(text, density)
    kept = [i for i, (token, char) in enumerate(zip(separated.ids, separated.chars, strict=True))
            if token != TOKENIZER.sep_token_id or char < 0]  # fmt: skip
    assert [separated.ids[i] for i in kept] == plain.ids
    assert [separated.chars[i] for i in kept] == plain.chars
    assert len(separated.ids) - len(plain.ids) == len(spans)
    visible = [char for char in separated.chars if char >= 0]
    assert visible == sorted(visible)


def test_a_separator_represents_its_segment() -> None:
    model = SegmentModel(
        Encoder(make_model("encoder", TOKENIZER, hidden=32, layers=1, positions=300), "separator"), DENSITIES, 0.0
    ).eval()
    reading = reading_of(model, TOKENIZER, 300, PAPER_TAXONOMY)
    text = f"{GOOD} {OFF_TOPIC}"
    batch = reward_batch(TOKENIZER, inputs.reward_inputs(reading, [PROMPT], [text]))
    for density in DENSITIES.values():
        ends = ends_of([segments(text, density)])
        hidden = model.encoder(batch)
        parts = model.encoder.parts(hidden, segment_membership(batch, ends))
        for index, end in enumerate(ends[0].tolist()):
            place = max(i for i, char in enumerate(batch.chars[0].tolist()) if char == end - 1)
            assert batch.ids[0, place] == TOKENIZER.sep_token_id
            assert parts[0, index].tolist() == hidden[0, place].tolist()
        assert model.read(batch, ends).all()
