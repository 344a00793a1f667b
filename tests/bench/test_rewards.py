"""The bench of reward models in its smallest form: it runs, and both sides read what they are said to read."""

from tests.bench.rewards import DENSITIES, Plain, Sizes, fused, measure, read_texts
from training.scratch import make_tokenizer

TINY = Sizes(hidden=64, layers=1, vocabulary=400, examples=3, scored=2, turns=1, window=64)


def test_every_side_is_measured() -> None:
    report = measure(TINY, None)
    assert set(report["training"]) == {"relevance", "factuality", "both"}
    for row in [*report["training"].values(), report["scoring"]]:
        assert set(row) == {"longformer", "same encoder", "ours"}
        assert all(rate > 0 for rate in row.values())


def test_the_plain_side_has_one_class_per_segment() -> None:
    texts = read_texts(None, 2)
    tokenizer = make_tokenizer([text for pair in texts for text in pair], 400)
    for key in DENSITIES:
        model = Plain(fused(tokenizer, TINY), tokenizer, key, TINY.window)
        rows = model.read(texts)
        segments = sum(row.ids.count(tokenizer.sep_token_id) - 2 for row in rows)
        assert len(model(rows)) == segments
