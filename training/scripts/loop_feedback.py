"""The loop on a file of real feedback, over HTTP: import, freeze, train reward models, held-out accuracy, export.

Called by `python -m training.scripts.loop --data FILE`. Without --model the reward models start from an encoder with
random weights and a tokenizer made from the texts of the file, because nothing is downloaded.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.scratch import make_folder
from training.world.report import Report
from training.world.site import Site

SLUG = "feedback"
SCRATCH = {"vocabulary": 8192, "hidden": 64, "layers": 2, "positions": 1100}
REWARD = {"epochs": 8, "batch_size": 16, "learning_rate": 5e-4, "max_tokens": 1024}


def run_feedback(site: Site, file: Path, model: str | None, seed: int, report: Report) -> bool:
    """Every step on a site, timed and told to `report`, its table printed; whether the exported file equals `file`."""
    admin = site.admin()
    qa_feedback = file.suffix == ".json"
    with report.phase("import"):
        project = admin.post(
            "projects", {"slug": SLUG, "name": file.name, "base_reward": model or scratch(site, file, seed)}
        )
        format = "qa-feedback" if qa_feedback else "jsonl"
        counts = admin.upload(f"projects/{project['id']}/imports", file, format=format)
    with report.phase("freeze"):
        dataset = admin.post(f"projects/{project['id']}/datasets", {"name": file.stem})
    with report.phase("reward models"):
        request = {"kind": "reward", "dataset": dataset["id"], "params": {**REWARD, "seed": seed}}
        job = admin.run_job(project["id"], request, report.follow)
    with report.phase("export"):
        exported = report.folder / f"loop-{file.name}"
        admin.download(f"datasets/{dataset['id']}/download", exported, format=format)
        same = read(exported) == read(file)
    metrics = job["result"]["metrics"]
    report.found |= {
        "file": file.name,
        "imported": counts,
        "counts": dataset["counts"],
        "reward": metrics,
        "same": same,
    }
    print_feedback(report, counts, dataset["counts"]["splits"], metrics, same)
    report.write()
    return same


def scratch(site: Site, file: Path, seed: int) -> str:
    """A folder with a small encoder of random weights whose tokenizer knows the words of `file`."""
    folder = site.data_dir / "scratch"
    make_folder(folder, "encoder", texts_in(read(file)), **SCRATCH, seed=seed)
    return str(folder)


def read(file: Path) -> list[Any]:
    """The items of a JSON file, or the lines of a JSONL file."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def texts_in(value: Any) -> Iterator[str]:
    """Every text of more than one word in a JSON value."""
    if isinstance(value, str) and " " in value:
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


def print_feedback(report: Report, counts: dict, splits: dict, metrics: dict, same: bool) -> None:
    print(f"\nimported: {', '.join(f'{count} {name}' for name, count in counts.items())}; splits: {splits}")
    print(f"\n{'held out':<16}{'count':>8}{'accuracy':>10}{'majority':>10}{'F1':>8}")
    for key in [name.removeprefix("accuracy/") for name in metrics if name.startswith("accuracy/")]:
        f1 = metrics.get(f"f1/{key}")
        figures = (
            f"{metrics[f'count/{key}']:>8.0f}{metrics[f'accuracy/{key}']:>10.3f}{metrics[f'majority/{key}']:>10.3f}"
        )
        print(f"{key:<16}{figures}{'–' if f1 is None else f'{f1:.3f}':>8}")
    print("(completeness and preference: pairs of responses, of which a coin would rank half correctly)")
    print(f"\nexported file equals the imported one, record by record: {'yes' if same else 'NO'}")
    report.print_seconds()
