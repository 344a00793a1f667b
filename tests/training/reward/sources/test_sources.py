"""Sources of rewards: by hand, against local servers over real HTTP, and from the folder that describes them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from tests.training.records import GOOD
from tests.training.speaking import Spoken, speaking
from training.reward.sources import LOADERS, load_source
from training.reward.sources.perspective import Perspective
from training.reward.sources.rules import Length, Repetition
from training.reward.sources.sequences import SequenceSource, changes
from training.scratch import make_tokenizer
from training.scripts.ppo import reward_function

IDIOT = "I am such an idiot. She is so smart!"
PREFIXES = {"I am such an idiot.": 0.72, IDIOT: 0.60}


def test_a_sentence_earns_what_it_changes_as_in_the_papers_example() -> None:
    source = SequenceSource(lambda _, texts: [PREFIXES[text] for text in texts], "toxicity", Density.SENTENCE, True)
    (row,) = source.score(["p"], [IDIOT])
    assert row["toxicity"].scores == pytest.approx((-0.72, 0.12))
    assert sum(row["toxicity"].scores) == pytest.approx(-0.60)
    assert list(row["toxicity"].spans) == segments(IDIOT, Density.SENTENCE)


def test_holistic_it_is_one_minus_the_score() -> None:
    source = SequenceSource(lambda _, texts: [PREFIXES[text] for text in texts], "toxicity", Density.SEQUENCE, True)
    assert source.score(["p"], [IDIOT])[0]["toxicity"].scores == pytest.approx((0.40,))


def test_changes_telescope_whatever_the_sign() -> None:
    assert changes([0.2, 0.5, 0.1], bad=False) == pytest.approx((0.2, 0.3, -0.4))
    assert sum(changes([0.2, 0.5, 0.1], bad=True)) == pytest.approx(-0.1)
    assert changes([], bad=True) == ()


def test_all_prefixes_of_all_responses_are_asked_at_once() -> None:
    calls: list[list[str]] = []

    def scorer(prompts: Any, texts: Any) -> list[float]:
        calls.append(list(texts))
        return [float(len(text)) for text in texts]

    source = SequenceSource(scorer, "length", Density.SENTENCE, False)
    rows = source.score(["p"] * 3, ["It is red. He ran on.", "", "No."])
    assert calls == [["It is red.", "It is red. He ran on.", "No."]]
    assert [row["length"].scores for row in rows] == [(10.0, 11.0), (), (3.0,)]


@pytest.fixture
def server() -> Iterator[Spoken]:
    with speaking() as spoken:
        yield spoken


def perspective_says(body: Any) -> Any:
    """As the API answers comments:analyze."""
    score = PREFIXES.get(body["comment"]["text"], 0.5)
    found = {"value": score, "type": "PROBABILITY"}
    spans = [{"begin": 0, "end": len(body["comment"]["text"]), "score": found}]
    return {
        "attributeScores": {name: {"spanScores": spans, "summaryScore": found} for name in body["requestedAttributes"]},
        "languages": body["languages"],
    }


@pytest.fixture
def perspective(server: Spoken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Perspective, list[float]]:
    server.answer = perspective_says
    monkeypatch.setenv("PERSPECTIVE_API_KEY", "secret-key")
    monkeypatch.setenv("PERSPECTIVE_URL", server.url)
    now = [100.0]
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    return Perspective("TOXICITY", "en", 4.0, tmp_path / "cache", sleep, lambda: now[0]), waited


def test_perspective_is_asked_as_its_api_wants(perspective: tuple[Perspective, list[float]], server: Spoken) -> None:
    source = SequenceSource(perspective[0], "toxicity", Density.SENTENCE, True)
    (row,) = source.score(["the prompt"], [IDIOT])
    assert row["toxicity"].scores == pytest.approx((-0.72, 0.12))
    path, body, _ = server.asked[0]
    assert path == "/v1alpha1/comments:analyze?key=secret-key"
    assert body == {
        "comment": {"text": "I am such an idiot."}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}},
        "doNotStore": True,
    }  # fmt: skip


def test_nothing_is_asked_twice(perspective: tuple[Perspective, list[float]], server: Spoken) -> None:
    client, _ = perspective
    assert client([], ["a", "b", "a", " "]) == [0.5, 0.5, 0.5, 0.0]
    again = Perspective("TOXICITY", "en", 4.0, client.cache)
    assert again([], ["b", "a"]) == [0.5, 0.5]
    assert len(server.asked) == 2
    other = Perspective("INSULT", "en", 100.0, client.cache)
    other([], ["a"])
    assert len(server.asked) == 3
    assert not any("secret" in path.read_text() for path in client.cache.iterdir())


def test_requests_keep_their_distance(perspective: tuple[Perspective, list[float]]) -> None:
    client, waited = perspective
    client([], ["a", "b", "c"])
    assert waited == pytest.approx([0.25, 0.25])


def test_what_passes_is_tried_again_when_the_server_says(
    perspective: tuple[Perspective, list[float]], server: Spoken
) -> None:
    client, waited = perspective
    server.troubles = [(429, {"Retry-After": "7"}), (503, {}), (500, {})]
    assert client([], ["a"]) == [0.5]
    assert waited == [7.0, 1.0, 2.0]


def test_what_does_not_pass_is_told_at_once_and_without_the_key(
    perspective: tuple[Perspective, list[float]], server: Spoken
) -> None:
    server.troubles = [(403, {})]
    with pytest.raises(DomainError) as caught:
        perspective[0]([], ["a"])
    assert caught.value.code == "source_refused"
    assert "secret" not in caught.value.message
    assert len(server.asked) == 1


def test_without_end_it_is_given_up(perspective: tuple[Perspective, list[float]], server: Spoken) -> None:
    server.troubles = [(503, {})] * 20
    with pytest.raises(DomainError) as caught:
        perspective[0]([], ["a"])
    assert (caught.value.code, len(server.asked)) == ("source_unreachable", 8)


def test_without_a_key(perspective: tuple[Perspective, list[float]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PERSPECTIVE_API_KEY")
    with pytest.raises(DomainError) as caught:
        perspective[0]([], ["a"])
    assert caught.value.code == "no_key"


def described(folder: Path, **body: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reward.json").write_text(json.dumps({"sequence": {}} | body))
    return folder


def one(key: str, density: str) -> list[dict[str, str]]:
    return [{"key": key, "density": density}]


def test_a_remote_scorer(server: Spoken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REWARD_TOKEN", "t0ken")

    def answer(body: Any) -> Any:
        return {
            "scores": [
                {key: [end - start for start, end in item["segments"][key]] for key in body["categories"]}
                for item in body["items"]
            ]
        }

    server.answer = answer
    categories = [*one("facts", "sentence"), *one("style", "sequence")]
    source = load_source(described(tmp_path, source="http", url=server.url, categories=categories, batch=2))
    rows = source.score(["p"] * 3, ["It is 😀 red. He ran.", "", "No."])
    assert [row["facts"].scores for row in rows] == [(13.0, 7.0), (), (3.0,)]
    assert [row["style"].scores for row in rows] == [(20.0,), (0.0,), (3.0,)]
    assert [len(body["items"]) for _, body, _ in server.asked] == [2, 1]
    assert server.asked[0][2]["Authorization"] == "Bearer t0ken"
    assert list(source.score(["p"], ["x"], ["style"])[0]) == ["style"]


NONSENSE = [[], [{"facts": [1.0]}], [{"facts": [1, "x"]}], [{"facts": [1, float("nan")]}], [{}]]


@pytest.mark.parametrize("scores", NONSENSE)
def test_a_remote_scorer_that_answers_nonsense(server: Spoken, tmp_path: Path, scores: Any) -> None:
    server.answer = lambda _: {"scores": scores}
    source = load_source(described(tmp_path, source="http", url=server.url, categories=one("facts", "sentence")))
    with pytest.raises(DomainError) as caught:
        source.score(["p"], ["It is red. He ran on."])
    assert caught.value.code == "source_refused"


def test_any_classifier(tmp_path: Path) -> None:
    tokenizer = make_tokenizer([GOOD, IDIOT], 300)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        id2label={0: "fine", 1: "toxic"}, label2id={"fine": 0, "toxic": 1},
    )  # fmt: skip
    model = BertForSequenceClassification(config).eval()
    model.save_pretrained(tmp_path / "model")
    tokenizer.save_pretrained(tmp_path / "model")
    body = {"source": "classifier", "model": "model", "categories": one("toxicity", "sentence"), "bad": True}
    source = load_source(described(tmp_path, label="toxic", **body))
    rows = source.score(["p"] * 2, [IDIOT, GOOD])
    with torch.inference_mode():
        ids = [torch.tensor([tokenizer(text)["input_ids"]]) for text in PREFIXES]
        first, both = (model(input_ids=each).logits.softmax(dim=1)[0, 1].item() for each in ids)
    assert rows[0]["toxicity"].scores == pytest.approx((-first, first - both), abs=1e-5)
    with pytest.raises(DomainError) as caught:
        load_source(described(tmp_path, label="rude", **body))
    assert "the model has fine, toxic" in caught.value.message


def test_rules(tmp_path: Path) -> None:
    assert [Length(3, 5)("w " * words, ())[0] for words in (0, 2, 3, 5, 6, 20)] == pytest.approx(
        [-1, -1 / 3, 0, 0, -1 / 5, -1]
    )
    text = "One two three four. One two three five. Six."
    assert Repetition(3)(text, segments(text, Density.SENTENCE)) == pytest.approx((0.0, -0.5, 0.0))
    categories = [*one("length", "sequence"), *one("repetition", "sentence")]
    folder = described(
        tmp_path, source="rules", categories=categories, length={"least": 1, "most": 4}, repetition={"size": 3}
    )
    (row,) = load_source(folder).score(["p"], [text])
    assert row["length"].scores == pytest.approx((-1.0,))
    assert row["repetition"].scores == pytest.approx((0.0, -0.5, 0.0))
    with pytest.raises(DomainError) as caught:
        load_source(folder).score(["p"], [text], ["style"])
    assert caught.value.code == "unknown_category"


@pytest.mark.parametrize(
    "body",
    [
        {"source": "oracle", "categories": []},
        {"source": "http", "url": "ftp://x", "categories": one("a", "sentence")},
        {"source": "http", "categories": []},
        {"source": "perspective", "categories": [*one("a", "sentence"), *one("b", "sentence")]},
        {"source": "perspective", "categories": one("a", "sentence"), "per_second": 0},
        {"source": "perspective", "categories": one("a", "word")},
        {"source": "rules", "categories": one("length", "sentence"), "length": {"least": 1, "most": 2}},
        {"source": "classifier", "model": "/nowhere", "categories": one("a", "sequence")},
    ],
)
def test_what_describes_no_source_is_refused(body: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        load_source(described(tmp_path, **body))
    assert caught.value.code == "invalid_model"


def test_every_source_says_how_it_is_described() -> None:
    assert list(LOADERS) == ["models", "perspective", "classifier", "rules", "http"]


def test_ppo_is_rewarded_by_any_source(tmp_path: Path) -> None:
    categories = one("repetition", "sentence")
    folder = described(tmp_path, source="rules", categories=categories, repetition={"size": 2})
    tokenizer = make_tokenizer([GOOD, IDIOT], 300)
    reward = reward_function(load_source(folder), tokenizer, {"repetition": 0.5}, "sum")
    text = "It is red. It is red."
    ids = tokenizer(text)["input_ids"]
    rewards, metrics = reward(["p"], [ids], torch.ones(1, len(ids), dtype=torch.bool))
    assert rewards["repetition"][0].tolist() == [0.0] * (len(ids) - 1) + [-0.5]
    assert metrics["segments_per_response"] == 2
