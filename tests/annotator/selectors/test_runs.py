import json

import pytest

from annotator.selectors.runs import folder_sha256, log_tail, progress_since, run_json
from training.runs import folder_sha256 as trainers_sha256


def test_progress_is_read_by_whole_lines(tmp_path):
    assert progress_since(tmp_path, 0) == ([], 0)
    path = tmp_path / "progress.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n{"st')
    rows, offset = progress_since(tmp_path, 0)
    assert [row["step"] for row in rows] == [1, 2]
    assert progress_since(tmp_path, offset) == ([], offset)
    path.write_text('{"step": 1}\n{"step": 2}\n{"step": 3}\n')
    assert progress_since(tmp_path, offset) == ([{"step": 3}], path.stat().st_size)


def test_what_is_no_step_is_passed_over_and_nan_is_null(tmp_path):
    lines = ["garbage", "[]", '{"step": "x"}', "", '{"step": 4, "metrics": {"kl": NaN}}', "\udcff"]
    (tmp_path / "progress.jsonl").write_text("\n".join(lines) + "\n", errors="surrogateescape")
    rows, _ = progress_since(tmp_path, 0)
    assert rows == [{"step": 4, "metrics": {"kl": None}}]


@pytest.mark.parametrize("content", [None, "", "{", "[]"])
def test_a_result_that_is_not_there_or_not_whole_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / "result.json").write_text(content)
    assert run_json(tmp_path, "result.json") is None


def test_the_log_is_read_from_its_end(tmp_path):
    assert log_tail(tmp_path, 5) == []
    (tmp_path / "log.txt").write_text("".join(f"line {n}\n" for n in range(100_000)))
    assert log_tail(tmp_path, 2) == ["line 99998", "line 99999"]
    assert len(log_tail(tmp_path, 10**6)) < 30_000, "no more than 256 KiB are read"


def test_both_sides_hash_a_folder_alike(tmp_path):
    (tmp_path / "value").mkdir()
    for name in ("b.safetensors", "a-b.json", "a.json", "value/config.json", "Z", "ä"):
        (tmp_path / name).write_text(json.dumps(name))
    before = folder_sha256(tmp_path)
    assert before == trainers_sha256(tmp_path)
    (tmp_path / "value" / "config.json").write_text("other")
    assert folder_sha256(tmp_path) != before
