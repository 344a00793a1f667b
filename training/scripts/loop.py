"""The whole loop without a person, over HTTP: a policy, its errors marked, rewards, PPO, and what it brought.

    python -m training.scripts.loop [--short] [--seed 0]
    python -m training.scripts.loop --data FILE         the same product on real feedback, up to held-out accuracy
    python -m training.scripts.loop --warm-up --url …   a running demo gets the world's project, up to its annotations

Starts Redpen in a new data folder, unless --url and --data-dir name one that runs. Prints tables; writes loop.json,
loop.png and the exported dataset to .redpen/reports. Exits with 1 if PPO leaves more than half of an error rate (with
--short: does not lower it).
"""

import argparse
import json
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from redpen import Client, RedpenError
from training.scripts.loop_feedback import run_feedback
from training.scripts.world import make_world
from training.world.jobs import run_job
from training.world.oracle import error_rates
from training.world.people import annotate_all
from training.world.plan import FULL, SHORT, Plan
from training.world.report import Report
from training.world.site import Site, SiteError, running_site, started_site
from training.world.taxonomy import WORLD_TAXONOMY

SLUG = "world"
FOR_PEOPLE = 20
GUIDELINE = """Each question asks for some facts about a person; the passage tells them. A good answer says just
those facts, once each, as the passage has them. Mark a clause that says anything else and a value that is wrong,
and point at the passage sentence of a fact that is not stated."""


def run_world(site: Site, plan: Plan, seed: int, report: Report, *, warm_up: bool) -> None:
    """Every step of the loop on a site, timed and told to `report`; with `warm_up` up to the annotations.

    Up to there what a loop that was stopped had done is found again and not repeated.
    """
    admin = site.admin()
    project = find_project(admin)
    if warm_up and project and admin.progress(project)["annotations"] >= sum(plan.rounds.values()):
        return
    world = site.data_dir / "world"
    with report.phase("make the world"):
        if not (world / "base").exists():
            make_world(world, seed, plan)
        project = project or create_project(admin, world, plan)
        prompts = upload(admin, project, world / "prompts.jsonl")
    with report.phase("supervised fine-tuning"):
        demonstrations = upload(admin, project, world / "demonstrations.jsonl")
        key = {"idempotency_key": "world sft"}
        sft = train(admin, project, report, kind="sft", dataset=demonstrations, params={"seed": seed}, **key)
    with report.phase("sample a round"):
        for split, limit in plan.rounds.items():
            sample_round(admin, project, prompts, report, split=split, limit=limit, seed=seed)
    with report.phase("annotate"):
        annotate_all(site.url, project, site.add_annotators(SLUG, plan.annotators), seed)
    report.note("annotations", admin.progress(project)["annotations"])
    if warm_up:
        with report.phase("leave some for people"):
            site.add_demo_people(SLUG)
            sample_round(admin, project, prompts, report, split="train", limit=FOR_PEOPLE, seed=seed + 1)
        return
    with report.phase("reward models"):
        dataset = admin.freeze(project, "feedback")
        reward = train(admin, project, report, kind="reward", dataset=dataset["id"], params={"seed": seed})
    report.note("reward", reward["result"]["metrics"])
    with report.phase("PPO"):
        ppo = train(admin, project, report, kind="ppo", dataset=prompts, params={"seed": seed})
    report.note("ppo", ppo["metrics"])
    with report.phase("sample and judge"):
        evaluation = upload(admin, project, world / "evaluation.jsonl")
        for name, policy in {"before": sft, "after": ppo}.items():
            report.note(name, judged_rates(admin, project, evaluation, policy["model_version"], seed, report))
    with report.phase("export"):
        export(admin, dataset["id"], report)


def find_project(admin: Client) -> int | None:
    return next((project["id"] for project in admin.projects() if project["slug"] == SLUG), None)


def create_project(admin: Client, world: Path, plan: Plan) -> int:
    settings = {
        "judged_responses": 4,
        "guideline": GUIDELINE,
        "taxonomy": json.loads((world / "taxonomy.json").read_text(encoding="utf-8")),
        "base_policy": str((world / "base").resolve()),
        "base_reward": str((world / "encoder").resolve()),
        "job_defaults": plan.job_defaults(),
    }
    return admin.create_project(SLUG, "A small world", **settings)["id"]


def upload(admin: Client, project: int, file: Path) -> str:
    """The id of the dataset that holds the examples of `file`, under its name; uploaded if it is not there."""
    for dataset in admin.datasets(project):
        if dataset["name"] == file.stem:
            return dataset["id"]
    return admin.upload_dataset(project, file, file.stem)["id"]


def sample_round(admin: Client, project: int, prompts: str, report: Report, **params: str | int) -> None:
    """Four responses to each prompt, for annotators to judge."""
    request = {
        "kind": "sample",
        "dataset": prompts,
        "params": {"samples_per_prompt": 4, "as_round": True, **params},
        "idempotency_key": f"world round {params['split']} {params['seed']}",
    }
    run_job(admin, project, report, **request)


def train(admin: Client, project: int, report: Report, **job: object) -> dict:
    """Run a job and make what it trained the active model of its kind."""
    done = run_job(admin, project, report, **job)
    admin.promote(done["model_version"])
    return done


def judged_rates(admin: Client, project: int, dataset: str, policy: str, seed: int, report: Report) -> dict[str, float]:
    """The oracle's error rates of `policy` at temperature 1 on the evaluation prompts, one response each."""
    params = {"split": "test", "samples_per_prompt": 1, "seed": seed}
    job = run_job(admin, project, report, kind="sample", dataset=dataset, policy=policy, params=params)
    samples = admin.samples(project, job=job["id"])
    pairs = [(dict(sample), answer["text"]) for sample in samples for answer in sample["responses"]]
    return error_rates(pairs, WORLD_TAXONOMY)


def export(admin: Client, dataset: str, report: Report) -> None:
    file = report.folder / "loop-feedback.jsonl"
    admin.download(dataset, file)
    report.note("exported records", sum(1 for _ in file.open("rb")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="less of everything, in at most three minutes")
    parser.add_argument("--warm-up", action="store_true", help="stop after the annotations")
    parser.add_argument("--data", type=Path, help="a file of feedback: qa-feedback (.json) or records (.jsonl)")
    parser.add_argument("--model", help="what its reward models start from: a folder or hub name; default: nothing")
    parser.add_argument("--url", help="a Redpen that runs on this machine")
    parser.add_argument("--data-dir", type=Path, help="the data folder of the Redpen at --url")
    parser.add_argument("--reports", type=Path, help="default: reports in the data folder, else .redpen/reports")
    args = parser.parse_args()
    if bool(args.url) != bool(args.data_dir):
        parser.error("--url and --data-dir go together")
    # So that a loop that is stopped stops the demo it started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    report = Report(args.reports or (args.data_dir or Path(".redpen")) / "reports", seed=args.seed)
    plan = SHORT if args.short else FULL
    try:
        with ExitStack() as stack:
            with report.phase("start"):
                if args.url:
                    site = running_site(args.url, args.data_dir)
                else:
                    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="redpen-loop-")))
                    site = stack.enter_context(started_site(folder))
            if args.data:
                if not run_feedback(site, args.data, args.model, args.seed, report):
                    sys.exit("the exported file differs from the imported one")
                return
            run_world(site, plan, args.seed, report, warm_up=args.warm_up)
    except (RedpenError, SiteError) as error:
        sys.exit(f"the loop stopped: {error}")
    if not args.warm_up and not report.finish(plan.target):
        sys.exit(f"an error rate is more than {plan.target} of what it was")


if __name__ == "__main__":
    main()
