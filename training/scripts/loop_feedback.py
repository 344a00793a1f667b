"""The loop on a file of real feedback, over HTTP: import, freeze, train reward models, held-out accuracy, export.

Called by `python -m training.scripts.loop --data FILE`. Without --model the reward models start from a small encoder
made from the texts of the training examples alone, because nothing is downloaded.
"""

import json
from pathlib import Path
from typing import Any

from annotator.domain.feedback import record_from_json
from training.scripts.scratch import STEPS, make_base, training_texts
from training.world.jobs import run_job
from training.world.report import Report
from training.world.site import Site

SLUG = "feedback"
REWARD = {"epochs": 8, "batch_size": 16, "learning_rate": 1e-3, "max_tokens": 1024}


def run_feedback(site: Site, file: Path, model: str | None, seed: int, report: Report, steps: int = STEPS) -> bool:
    """Every step on a site, timed and told to `report`, its table printed; whether the exported file equals `file`.

    steps: of pre-training, if the base is made here.
    """
    admin = site.admin()
    format = "qa-feedback" if file.suffix == ".json" else "jsonl"
    with report.phase("import"):
        project = admin.create_project(SLUG, file.name)["id"]
        counts = admin.import_examples(project, file, format=format)
    with report.phase("freeze and export"):
        dataset = admin.freeze(project, file.stem)
        records, exported = report.folder / "loop-feedback.jsonl", report.folder / f"loop-{file.name}"
        admin.download(dataset["id"], records)
        admin.download(dataset["id"], exported, format=format)
        same = read(exported) == read(file)
    if not model:
        with report.phase("base of the reward models"):
            model = str(site.data_dir / "base")
            make_model(Path(model), records, steps, seed)
    with report.phase("reward models"):
        admin.update_project(project, base_reward=model)
        request = {"kind": "reward", "dataset": dataset["id"], "params": {**REWARD, "seed": seed}}
        metrics = run_job(admin, project, report, **request)["result"]["metrics"]
    report.found |= {"file": file.name, "imported": counts, "reward": metrics, "same": same}
    print_feedback(report, dataset["counts"]["splits"])
    report.write()
    return same


def make_model(folder: Path, file: Path, steps: int, seed: int) -> None:
    """A small encoder that has seen the training examples of a file of records."""
    records = [record_from_json(line) for line in read(file)]
    answered = training_texts([record.example for record in records], records)
    make_base(folder, "encoder", answered, steps=steps, seed=seed)


def read(file: Path) -> list[Any]:
    """The items of a JSON file, or the lines of a JSONL file."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def print_feedback(report: Report, splits: dict[str, int]) -> None:
    counts, metrics = report.found["imported"], report.found["reward"]
    print(f"\nimported: {', '.join(f'{count} {name}' for name, count in counts.items())}; splits: {splits}")
    print(f"\n{'held out':<16}{'count':>8}{'accuracy':>10}{'majority':>10}{'F1':>8}")
    for key in [name.removeprefix("accuracy/") for name in metrics if name.startswith("accuracy/")]:
        count, accuracy, majority, f1 = (
            metrics.get(f"{name}/{key}") for name in ("count", "accuracy", "majority", "f1")
        )
        print(f"{key:<16}{count:>8.0f}{accuracy:>10.3f}{majority:>10.3f}{'–' if f1 is None else f'{f1:.3f}':>8}")
    print("(completeness and preference: pairs of responses, of which a coin would rank half correctly)")
    print(f"\nexported file equals the imported one, record by record: {'yes' if report.found['same'] else 'NO'}")
    report.print_seconds()
