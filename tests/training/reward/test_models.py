"""Inputs, parts, losses and the bundle, on tiny random models of three families."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.records import FALSE, GOOD, OFF_TOPIC, make_records
from training.models import load_encoder
from training.reward.artifact import load_bundle, save_bundle
from training.reward.bundle import RewardBundle, SequenceReward
from training.reward.encoder import Encoder, response_tokens, segment_membership
from training.reward.inputs import Reading, reward_batch, reward_inputs
from training.reward.labels import label_tensors
from training.reward.segment import SegmentModel, Segments, ends_of, segment_loss
from training.reward.sequence import SequenceModel, mean_and_std
from training.scratch import make_folder, make_model, make_tokenizer

TEXTS = [text.text for record in make_records(4) for text in record.responses] + [make_records(1)[0].example.prompt]
TOKENIZER = make_tokenizer(TEXTS, 400)
PROMPT = "question: What colour? answer:"
DENSITIES = {"relevance": Density.SUB_SENTENCE, "factuality": Density.SENTENCE}


@pytest.fixture(scope="module", params=["encoder", "causal", "t5"])
def trunk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp(request.param)
    make_folder(folder, request.param, TEXTS, vocabulary=400, hidden=32, layers=1, positions=256, seed=0)
    return load_encoder(str(folder))


def bundle_of(trunk: Any) -> RewardBundle:
    torch.manual_seed(0)
    segment = SegmentModel(Encoder(trunk), DENSITIES, 0.0).eval()
    sequence = {"completeness": SequenceReward(SequenceModel(Encoder(trunk), 0.0).eval(), 0.25, 2.0)}
    return RewardBundle(TOKENIZER, PAPER_TAXONOMY, 200, [segment], sequence)


def test_every_visible_character_of_the_response_has_its_token() -> None:
    text = f"{GOOD} naïve 😀!\n{FALSE}"
    (row,) = reward_inputs(Reading(TOKENIZER, 200), [PROMPT], [text])
    read = [char for char in row.chars if char >= 0]
    assert read == sorted(read)
    assert read[-1] == len(text) - 1
    assert TOKENIZER.decode(row.ids) == f"<s>{PROMPT}<sep>{text}<sep>"


def test_what_is_too_long_loses_the_middle_of_the_prompt_then_the_end_of_the_response() -> None:
    prompt, response = " ".join(["begin", *["more"] * 99, "cue"]), " ".join(["word"] * 100)
    for limit in (400, 150, 60):
        (row,) = reward_inputs(Reading(TOKENIZER, limit), [prompt], [response])
        text = TOKENIZER.decode(row.ids)
        assert len(row.ids) <= limit
        assert text.startswith("<s>begin more")
        assert " cue<sep>word" in text
    whole, cut = (reward_inputs(Reading(TOKENIZER, limit), [prompt], [response])[0] for limit in (1000, 60))
    assert max(whole.chars) == len(response) - 1 > max(cut.chars)


def test_a_token_belongs_to_the_segment_that_holds_its_last_character() -> None:
    text = f"{GOOD} {OFF_TOPIC}"
    batch = reward_batch(TOKENIZER, reward_inputs(Reading(TOKENIZER, 200), [PROMPT], [text]))
    spans = segments(text, Density.SENTENCE)
    members = segment_membership(batch, ends_of([spans]))[0]
    assert members.sum(dim=0).max() == 1
    for span, tokens in zip(spans, members, strict=True):
        assert TOKENIZER.decode(batch.ids[0, tokens]).strip() == text[span.start : span.end].strip()
    assert members.any(dim=0).sum() == (batch.chars >= 0).sum()


def test_an_empty_response_is_represented_by_its_end() -> None:
    batch = reward_batch(TOKENIZER, reward_inputs(Reading(TOKENIZER, 200), [PROMPT, PROMPT], ["", GOOD]))
    assert response_tokens(batch).sum(dim=1).tolist()[0] == 1


def test_scores_do_not_depend_on_the_batch(trunk: Any) -> None:
    bundle = bundle_of(trunk)
    responses = [GOOD, f"{GOOD} {OFF_TOPIC} {FALSE}", "", OFF_TOPIC * 3, "short"]
    prompts = [PROMPT, PROMPT * 4, PROMPT, PROMPT, PROMPT * 2]
    together = bundle.score(prompts, responses)
    for prompt, response, found in zip(prompts, responses, together, strict=True):
        (alone,) = bundle.score([prompt], [response])
        for key in bundle.categories:
            assert found[key].spans == alone[key].spans
            assert found[key].scores == pytest.approx(alone[key].scores, abs=1e-5)
        for key, density in DENSITIES.items():
            assert list(found[key].spans) == segments(response, density)
            assert set(found[key].scores) <= {1.0, -1.0}
        assert len(found["completeness"].scores) == 1


def test_a_saved_bundle_scores_as_it_did(trunk: Any, tmp_path: Path) -> None:
    bundle = bundle_of(trunk)
    save_bundle(bundle, tmp_path / "artifact", {"accuracy/relevance": 0.5})
    loaded = load_bundle(tmp_path / "artifact")
    assert loaded.categories == bundle.categories
    assert loaded.score([PROMPT], [GOOD]) == bundle.score([PROMPT], [GOOD])
    assert not list((tmp_path / "artifact").rglob("*.bin"))


def test_only_the_categories_that_are_asked_for_are_scored(trunk: Any) -> None:
    bundle = bundle_of(trunk)
    assert list(bundle.score([PROMPT], [GOOD], ["completeness"])[0]) == ["completeness"]
    with pytest.raises(DomainError) as caught:
        bundle.score([PROMPT], [GOOD], ["style"])
    assert caught.value.code == "unknown_category"


def test_what_is_cut_off_unread_is_neither_good_nor_bad(trunk: Any) -> None:
    bundle = bundle_of(trunk)
    short = RewardBundle(TOKENIZER, PAPER_TAXONOMY, 40, bundle.segments, {})
    scores = short.score([PROMPT], [" ".join([GOOD] * 8)])[0]["factuality"].scores
    assert scores[0] != 0
    assert scores[-1] == 0


def test_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        load_bundle(tmp_path)
    assert caught.value.code == "invalid_model"


def test_parts_are_means_of_what_an_encoder_sees_and_last_tokens_of_what_a_decoder_does() -> None:
    hidden = torch.tensor([[[1.0], [2.0], [6.0], [100.0]]])
    membership = torch.tensor([[[True, True, False, False], [False, True, True, False], [False] * 4]])
    for family, expected in (("encoder", [1.5, 4.0, 0.0]), ("causal", [2.0, 6.0, 0.0])):
        encoder = Encoder(make_model(family, TOKENIZER, hidden=32, layers=1, positions=64))
        assert encoder.parts(hidden, membership).flatten().tolist() == expected


def test_the_segment_loss_counts_labelled_segments_alone() -> None:
    logits = torch.tensor([[0.0, 2.0, 50.0]])
    target, weight = label_tensors([[1.0, 0.0, None]], [1.0], error_weight=3.0)
    expected = (3 * math.log(2) + math.log(1 + math.exp(2))) / 4
    assert segment_loss(logits, target, weight).item() == pytest.approx(expected)
    assert segment_loss(logits, target, torch.zeros(1, 3)).item() == 0.0


def test_labels_are_weighted_and_smoothed() -> None:
    target, weight = label_tensors([[1.0, 0.25], [None]], [2.0, 5.0], error_weight=3.0, smoothing=0.2)
    assert target.flatten().tolist() == pytest.approx([0.9, 0.3, 0.1, 0.1])
    assert weight.tolist() == [[6.0, 2.0 * (0.25 * 3 + 0.75)], [0.0, 0.0]]


def test_mean_and_std() -> None:
    assert mean_and_std(torch.tensor([1.0, 3.0])) == (2.0, 1.0)
    assert mean_and_std(torch.tensor([2.0, 2.0])) == (2.0, 1.0), "scores that do not differ are left on their scale"



def test_attention_is_that_of_torch_itself() -> None:
    """Fused, whichever kernel fits: no (T, T) matrix of weights per head is kept."""
    for family in ("encoder", "causal", "t5"):
        assert make_model(family, TOKENIZER, hidden=32, layers=1, positions=64).config._attn_implementation == "sdpa"


def test_sixteen_bits_change_little(trunk: Any) -> None:
    batch = reward_batch(TOKENIZER, reward_inputs(Reading(TOKENIZER, 200), [PROMPT, PROMPT * 3], [GOOD, FALSE]))
    full, half = Encoder(trunk)(batch), Encoder(trunk, bf16=True)(batch)
    assert half.dtype == torch.float32
    assert 0 < (full - half).abs().max() < 0.2


@pytest.mark.parametrize("without", [(), ("relevance",), ("relevance", "factuality")])
def test_a_head_without_passages_does_not_see_them(trunk: Any, without: tuple[str, ...]) -> None:
    torch.manual_seed(0)
    model = SegmentModel(Encoder(trunk), DENSITIES, 0.0, without).eval()
    bundle = RewardBundle(TOKENIZER, PAPER_TAXONOMY, 256, [model], {}, "probability")
    prompts = [f"question: q context: wikipage: a text: {text} answer:" for text in ("b", GOOD * 2)]
    first, second = bundle.score(prompts, [f"{GOOD} {FALSE}"] * 2)
    for key in DENSITIES:
        assert (first[key].scores == pytest.approx(second[key].scores, rel=0, abs=1e-6)) == (key in without)


def test_a_pass_is_made_for_each_way_of_reading(trunk: Any) -> None:
    assert len(SegmentModel(Encoder(trunk), DENSITIES, 0.0).views()) == 1
    model = SegmentModel(Encoder(trunk), DENSITIES, 0.0, ["relevance", "completeness"])
    assert model.views() == [(True, ["factuality"]), (False, ["relevance"])]
    assert model.views(["relevance"]) == [(False, ["relevance"])]


def test_a_segment_earns_a_sign_or_its_calibrated_probability(trunk: Any) -> None:
    torch.manual_seed(0)
    model = SegmentModel(Encoder(trunk), DENSITIES, 0.0, temperatures={"relevance": 4.0}).eval()
    response = f"{GOOD} {OFF_TOPIC} {FALSE}"
    signs, chances = (
        RewardBundle(TOKENIZER, PAPER_TAXONOMY, 256, [model], {}, form).score([PROMPT], [response])[0]
        for form in ("sign", "probability")
    )
    batch = reward_batch(TOKENIZER, reward_inputs(Reading(TOKENIZER, 256), [PROMPT], [response]))
    ends = {d: ends_of([segments(response, d)]) for d in DENSITIES.values()}
    logits = model(batch, Segments(ends, {}), list(DENSITIES))
    for key, temperature in (("relevance", 4.0), ("factuality", 1.0)):
        error = (logits[key][0] / temperature).sigmoid().tolist()
        assert chances[key].scores == pytest.approx([1 - 2 * p for p in error], abs=1e-6)
        assert signs[key].scores == tuple(-1.0 if p > 0.5 else 1.0 for p in error)
        entropy = [-p * math.log2(p) - (1 - p) * math.log2(1 - p) for p in error]
        assert signs[key].uncertainty == pytest.approx(entropy, abs=1e-5)


def test_separate_encoders_are_saved_and_score_as_they_did(trunk: Any, tmp_path: Path) -> None:
    torch.manual_seed(0)
    models = [
        SegmentModel(Encoder(trunk, "separator"), {"relevance": Density.SUB_SENTENCE}, 0.0, ["relevance"]).eval(),
        SegmentModel(Encoder(trunk), {"factuality": Density.SENTENCE}, 0.0, temperatures={"factuality": 2.5}).eval(),
    ]
    bundle = RewardBundle(TOKENIZER, PAPER_TAXONOMY, 256, models, {}, "probability")
    save_bundle(bundle, tmp_path / "artifact", {})
    loaded = load_bundle(tmp_path / "artifact")
    texts = [f"{GOOD} {FALSE}", OFF_TOPIC]
    assert loaded.score([PROMPT] * 2, texts) == bundle.score([PROMPT] * 2, texts)
    assert [len(model.densities) for model in loaded.segments] == [1, 1]
