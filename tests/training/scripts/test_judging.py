"""From feedback to over-optimisation: reward models of two halves, PPO paid by one of them and judged by the other, and
policies compared by both."""

import json
from pathlib import Path
from typing import Any

from tests.training.records import make_records
from tests.training.scripts.toy import finish_here, result_of
from tests.training.snapshots import write_snapshot
from training.scratch import make_folder

SIZES: dict[str, Any] = {"vocabulary": 300, "hidden": 16, "layers": 1, "positions": 256, "seed": 0}
SAMPLING = {"samples_per_prompt": 2, "max_prompt_tokens": 64, "max_new_tokens": 12, "temperature": 1.0, "top_k": 0}


def finished(run: Path, kind: str, **fields: Any) -> Path:
    run.mkdir()
    (run / "spec.json").write_text(json.dumps({"kind": kind, "job": "test", "threads": 1} | fields))
    assert finish_here(kind, run) == 0
    return run


def test_one_half_rewards_and_the_other_judges(tmp_path: Path) -> None:
    records = make_records(24)
    texts = [response.text for record in records for response in record.responses] + [records[0].example.prompt]
    make_folder(tmp_path / "encoder", "encoder", texts, **SIZES)
    make_folder(tmp_path / "causal", "causal", texts, **SIZES)
    dataset = write_snapshot(tmp_path / "dataset", records)
    paid, judge = (
        finished(tmp_path / half, "reward", model=str(tmp_path / "encoder"), dataset=dataset, half=half, epochs=1)
        for half in ("first", "second")
    )
    models = {"reward": str(paid / "artifact"), "judge": str(judge / "artifact")}
    before = str(tmp_path / "causal")
    ppo = finished(
        tmp_path / "ppo", "ppo", policy=before, dataset=dataset, steps=3, prompts_per_step=4, **models, **SAMPLING
    )
    for line in (ppo / "progress.jsonl").read_text().splitlines():
        step = json.loads(line)["metrics"]
        curves = [{key for key in step if key.startswith(f"{name}/")} for name in ("reward", "judge")]
        assert {key.replace("reward", "judge") for key in curves[0]} == curves[1]
        assert len(curves[1]) == 4, "three categories and their total"
        assert step["judge/total"] != step["reward/total"]
    asked = {"policies": [before, str(ppo / "artifact")], "perplexity_under": before, **models, **SAMPLING}
    compared = finished(tmp_path / "evaluate", "evaluate", dataset=dataset, **asked)
    metrics = result_of(compared)["metrics"]
    scored = {"clean/relevance", "clean/factuality", "score/completeness", "score/preference"}
    for name in scored:
        for whose in (name, f"judge/{name}"):
            assert {f"0/{whose}", f"1/{whose}", f"differences/1/low/{whose}"} <= metrics.keys()
    assert metrics["differences/1/mean/perplexity"] == metrics["1/perplexity"] - metrics["0/perplexity"]
