"""Relations by hand, and the linear models of them: as another solver finds them, in bundles, and under an encoder."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.segments import Density, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.records import FALSE, GOOD, OFF_TOPIC, make_records
from tests.training.reward.test_tasks import SNAPSHOT
from training.data import labelled_responses, preference_pairs
from training.reward.artifact import load_bundle, save_bundle
from training.reward.bundle import RewardBundle, SequenceReward
from training.reward.comparisons import PairLoss, Ties
from training.reward.coverage import RESPONSE_SIZE, response_relations
from training.reward.encoder import Encoder
from training.reward.inputs import Reading
from training.reward.linear import fit_by_folds, fit_comparisons, fit_linear, newton, pair_linear, segment_linears
from training.reward.metrics import Array
from training.reward.relations import SEGMENT_RELATIONS, segment_relations
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel
from training.reward.tasks import pair_loss, pair_task, segment_task
from training.reward.words import copied_runs, read_source, read_text
from training.scratch import make_model, make_tokenizer

PROMPT = format_prompt("When was Tarn built?", [Passage("Tarn", ("Tarn was built in 1204.", "It has blue walls."))])
SPEC = RewardSpec(job="1", model="m", relations="only")
CATEGORIES = PAPER_TAXONOMY.categories[:2]
RULE = PAPER_TAXONOMY.segmentation


def relations_of(response: str) -> list[dict[str, float]]:
    spans = segments(response, Density.SENTENCE)
    rows = segment_relations(PROMPT, response, spans)
    return [dict(zip(SEGMENT_RELATIONS, row.tolist(), strict=True)) for row in rows]


def test_relations_of_sentences() -> None:
    known, new, again = relations_of("Tarn was built in 1204. Mary sold 77 red ducks. Tarn was built in 1204.")
    assert (known["known_words"], known["known_triples"], known["new_number"], known["new_names"]) == (1, 1, 0, 0)
    assert (known["asked_number"], known["asks_covered"], known["best_sentence"]) == (1, 1, 1)
    assert (new["known_content"], new["new_number"], new["new_content"]) == (0, 1, 1)
    assert new["new_name_count"] == pytest.approx(np.log1p(2)), "Mary and 77"
    assert (again["repeated"], again["repeated_pairs"], again["sentence_repeated"]) == (1, 1, 1)
    assert (known["repeated"], known["first"], again["last"], new["place"]) == (0, 1, 1, 0.5)


def test_what_a_segment_is_pieced_together_from() -> None:
    text = "In 1204 Tarn was built in red walls"
    # "in 1204"; "tarn was built in"; "red" stands nowhere; "walls"
    assert copied_runs(read_text(text).words, read_source(PROMPT)) == [2, 4, 1]
    (row,) = relations_of(text)
    assert (row["runs_per_word"], row["longest_run_share"], row["copied"]) == (3 / 8, 4 / 8, 4 / 8)
    assert (row["runs"], row["longest_run"]) == pytest.approx((np.log(4), np.log(5)))
    # Content: 1204, tarn, built, red, walls; most like it is the first sentence, which holds tarn, built, 1204.
    assert row["like_sentence"] == pytest.approx(2 * 3 / (5 + 3))
    assert (row["names_not_in_best"], row["number_not_in_best"]) == (0, 0), "1204 and Tarn"
    assert (row["not_in_best"], row["spliced"]) == pytest.approx((np.log(3), np.log(2))), "red and walls; walls"


def test_what_a_response_covers() -> None:
    found = response_relations(PROMPT, "Tarn was built in 1204. Mary sold 77 red ducks.")
    # Of the one sentence that is told: it is 1, the first of the first passage, holds all of the question, six words
    # with its title, which the question names, and a number, which is asked for. Then of the five words that are new.
    told = [1, 0, 1, 0, 1, 1, np.log(7), 1, 1, 0]
    assert found[:15] == pytest.approx([*told, 1, np.log(2), np.log(6), np.log(2), 1 / 2])
    both = response_relations(PROMPT, "Tarn was built in 1204. It has blue walls.")
    assert both[0] == 2
    again = response_relations(PROMPT, "Tarn was built in 1204. Tarn was built in 1204.")
    assert again[:10] == pytest.approx(told), "told once"


@pytest.mark.parametrize("text", ["", " ", "😀", "a", "...!!!", "\n\n", GOOD])
@pytest.mark.parametrize("prompt", ["", "hello", PROMPT])
def test_relations_of_anything_are_numbers(prompt: str, text: str) -> None:
    for density in Density:
        spans = segments(text, density)
        rows = segment_relations(prompt, text, spans)
        assert rows.shape == (len(spans), len(SEGMENT_RELATIONS))
        assert np.isfinite(rows).all()
    whole = response_relations(prompt, text)
    assert whole.shape == (RESPONSE_SIZE,)
    assert np.isfinite(whole).all()


@pytest.mark.parametrize("intercept", [True, False])
def test_newton_finds_the_least_penalised_cross_entropy(intercept: bool) -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(80, 4))
    if intercept:
        inputs[:, -1] = 1.0
    target, weight = random.random(80), random.random(80) + 0.5
    penalties = np.array([2.0, 2.0, 2.0, 0.0 if intercept else 2.0])

    def loss(weights: Array) -> float:
        logits = inputs @ weights
        return float(weight @ (np.logaddexp(0, logits) - target * logits) + (penalties * weights**2).sum() / 2)

    expected = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
    assert newton(inputs, target, weight, penalties) == pytest.approx(expected, abs=1e-4)


def test_the_penalties_are_those_that_tell_most_of_what_was_held_out() -> None:
    random = np.random.default_rng(2)
    inputs = random.normal(size=(60, 31))
    target, weight, group = (inputs[:, 0] > 0).astype(float), np.ones(60), np.arange(60)
    rows = np.array([[1.0] * 31, [1.0] + [1e6] * 30, [1e6] * 31])
    found, penalty = fit_by_folds(inputs, target, weight, group, rows)
    assert penalty.tolist() == rows[1].tolist(), "thirty of them are noise"
    assert found == pytest.approx(newton(inputs, target, weight, rows[1]))


def test_ties_are_learned_from_beside_the_weights() -> None:
    # One relation that differs by 2: 4 times the better one has more of it, once less, and 3 times neither is better.
    tie = np.array([False] * 5 + [True] * 3)
    difference = np.array([2.0, 2, 2, 2, -2, 2, 2, 2])[:, None]
    rest = (np.ones(8), tie, np.zeros(8))
    # Davidson: e^(2 w) = 4 / 1, nu = 3 / sqrt(4 * 1).
    weights, width = fit_comparisons(difference, *rest, PairLoss("davidson"), np.zeros(1), np.zeros(1))
    assert (weights[0], width) == pytest.approx((math.log(4) / 2, math.log(1.5)), abs=1e-5)
    # Rao and Kupper: sigma(2 w - eta) = 4 / 8, sigma(-2 w - eta) = 1 / 8; so 2 w = eta = ln 7 / 2.
    weights, width = fit_comparisons(difference, *rest, PairLoss("rao_kupper"), np.zeros(1), np.zeros(1))
    assert (weights[0], width) == pytest.approx((math.log(7) / 4, math.log(math.log(7) / 2 / math.log(2))), abs=1e-5)


@pytest.mark.parametrize("ties", ["davidson", "rao_kupper"])
def test_where_nobody_saw_a_tie_there_are_next_to_none(ties: Ties) -> None:
    pairs = preference_pairs(SNAPSHOT)
    known, width = pair_linear(pairs, RULE, PairLoss(ties, smoothing=0.1))
    plain, _ = pair_linear(pairs, RULE, PairLoss(smoothing=0.1))
    assert torch.equal(known.weight, plain.weight)
    tie = PairLoss(ties).log_tie(torch.zeros(1), torch.tensor(width)).exp()
    assert 0 < tie.item() < 1e-4


def test_margins_and_smoothing_are_heeded_too() -> None:
    # Each is 2 apart, all the same way. A fifth taken to be the wrong way round: sigma(2 w) = 4 / 5.
    difference, tie = np.full((3, 1), 2.0), np.zeros(3, dtype=bool)
    rest = (np.ones(3), tie, np.array([1.0, 1.0, 1.0]))
    weights, _ = fit_comparisons(difference, *rest, PairLoss(smoothing=0.2), np.zeros(1), np.zeros(1))
    assert weights[0] == pytest.approx(math.log(4) / 2, abs=1e-5)
    plain, _ = fit_comparisons(difference, *rest, PairLoss(), np.zeros(1), np.ones(1))
    wide, _ = fit_comparisons(difference, *rest, PairLoss(margin=1.0), np.zeros(1), np.ones(1))
    assert wide[0] > plain[0]


def test_the_model_is_that_of_the_given_relations() -> None:
    random = np.random.default_rng(1)
    relations = random.normal(size=(400, 3)) * [1.0, 100.0, 0.01] + [5.0, 0.0, 1.0]
    target = (relations[:, 0] > 5).astype(float)
    model = fit_linear(relations, target, np.ones(400), np.arange(400))
    logits = model(torch.from_numpy(relations).float()).numpy()
    assert ((logits > 0) == (target == 1)).mean() > 0.95


def trained() -> RewardBundle:
    items = labelled_responses(SNAPSHOT, CATEGORIES)
    densities = {c.key: c.density for c in CATEGORIES}
    linears = segment_linears(items, CATEGORIES, RULE, SPEC)
    model = SegmentModel(None, densities, 0.0, linear=linears).eval()
    task = segment_task("segment", items, CATEGORIES, model, Reading(None, 10), SPEC)
    assert task.evaluate("test")["accuracy/relevance"] == 1.0
    pairs = preference_pairs(SNAPSHOT, ties=True)
    spec = replace(SPEC, ties="rao_kupper")
    known, width = pair_linear(pairs, RULE, pair_loss(spec))
    sequence = SequenceModel(None, 0.0, known, "rao_kupper", 1.5, width).eval()
    task, _ = pair_task("preference", pairs, sequence, Reading(None, 10), spec)
    assert task.evaluate("test")["accuracy/preference"] == 1.0
    return RewardBundle(None, PAPER_TAXONOMY, 10, [model], {"preference": SequenceReward(sequence, 0.5, 2.0)})


def test_a_bundle_without_an_encoder_learns_is_saved_and_scores(tmp_path: Path) -> None:
    bundle = trained()
    save_bundle(bundle, tmp_path / "artifact", {})
    loaded = load_bundle(tmp_path / "artifact")
    prompt = make_records(1)[0].example.prompt
    texts = [f"{GOOD} {OFF_TOPIC} {FALSE}", GOOD, ""]
    found = loaded.score([prompt] * 3, texts)
    assert found == bundle.score([prompt] * 3, texts)
    assert found[0]["relevance"].scores[2] == -1.0
    assert found[0]["factuality"].scores == (1.0, found[0]["factuality"].scores[1], -1.0)
    assert found[2]["relevance"].scores == ()
    (alone,) = loaded.score([prompt], [texts[1]])
    assert alone["preference"].scores == pytest.approx(found[1]["preference"].scores)
    assert loaded.score([], []) == []
    before, after = bundle.sequence["preference"].model, loaded.sequence["preference"].model
    ahead = torch.tensor([-1.0, 0.5, 3.0])
    assert (after.ties, after.temperature) == ("rao_kupper", 1.5)
    assert after.log_width.item() != 0, "there are ties"
    assert torch.equal(after.log_odds(ahead), before.log_odds(ahead))


def test_an_encoder_on_top_begins_where_the_linear_model_is() -> None:
    bundle = trained()
    tokenizer = make_tokenizer([GOOD, FALSE, PROMPT], 300)
    encoder = Encoder(make_model("encoder", tokenizer, hidden=32, layers=1, positions=300))
    base, known = bundle.segments[0], bundle.sequence["preference"]
    model = SegmentModel(encoder, base.densities, 0.0, linear=dict(base.linear)).eval()
    sequence = SequenceModel(encoder, 0.0, known.model.linear).eval()
    both = RewardBundle(tokenizer, PAPER_TAXONOMY, 300, [model], {"preference": SequenceReward(sequence, 0.5, 2.0)})
    texts = [f"{GOOD} {FALSE}", OFF_TOPIC]
    for one, other in zip(bundle.score([PROMPT] * 2, texts), both.score([PROMPT] * 2, texts), strict=True):
        for key in one:
            assert one[key].scores == pytest.approx(other[key].scores, abs=1e-5)
            assert one[key].spans == other[key].spans
