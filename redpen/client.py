"""The methods of the client, each of which is one operation of the HTTP API, or a few that belong together."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from requests.auth import HTTPBasicAuth

from redpen import figures, types
from redpen.wire import RedpenError, Report, Wire

Json = types.Json
POLL_SECONDS = 1.0
PAGE = 100


def _import_form(format: str, labels: Mapping[str, str] | None, offsets: str) -> dict[str, str]:
    return {"format": format, "offsets": offsets, **({"labels": json.dumps(dict(labels))} if labels else {})}


def _silent(done: int, total: int | None) -> None:
    pass


class Client:
    """A person's or a program's way in, by their token. Every method raises RedpenError for what the server refuses.

    What reads, and `submit`, is asked again for some seconds while the server does not answer. Not to be shared between
    threads. Progress of uploads and downloads goes to `report(bytes done, bytes in all, None if unknown)`.
    """

    def __init__(self, url: str, token: str) -> None:
        self.token = token
        self._wire = Wire(url, token)

    @classmethod
    def signed_in(
        cls,
        url: str,
        username: str,
        password: str,
        *,
        days: int = 1,
        scopes: Sequence[types.Scope] = ("read", "annotate", "manage"),
        otp: str = "",
    ) -> "Client":
        """Exchange a password for a token that holds so many days, for so much. RedpenError if it is not theirs, and
        second_factor_required with a field `otp` if the code of their app goes along with it, and did not."""
        client = cls(url, "")
        client._wire.session.auth = HTTPBasicAuth(username, password)
        body = {"days": days, "scopes": list(scopes), "otp": otp}
        return cls(url, client._wire.json("POST", "tokens", body)["token"])

    def me(self) -> types.Me:
        """Whose token this is, and the projects they are in."""
        return self._wire.json("GET", "me")

    # Projects

    def projects(self) -> list[types.Project]:
        return self._wire.json("GET", "projects")

    def project(self, project: int) -> types.ProjectDetail:
        return self._wire.json("GET", f"projects/{project}")

    def create_project(self, slug: str, name: str, **settings: Any) -> types.ProjectDetail:
        """`settings`: any others of a project's, such as overlap, taxonomy, desk."""
        return self._wire.json("POST", "projects", {"slug": slug, "name": name, **settings})

    def update_project(self, project: int, **settings: Any) -> types.ProjectDetail:
        return self._wire.json("PATCH", f"projects/{project}", settings)

    def progress(self, project: int) -> types.Progress:
        return self._wire.json("GET", f"projects/{project}/progress")

    def dashboard(self, project: int) -> figures.Dashboard:
        """How far it is, at what pace, by whom and at what cost."""
        return self._wire.json("GET", f"projects/{project}/dashboard")

    # How good the judgements are

    def quality(self, project: int, *, number: int | None = None) -> figures.QualityReport:
        """The latest report on what the project's judgements are worth, or the one of this number."""
        return self._wire.json("GET", f"projects/{project}/quality", query={"number": number})

    def people(self, project: int) -> figures.People:
        """How each of its annotators does."""
        return self._wire.json("GET", f"projects/{project}/people")

    # Examples and datasets

    def formats(self) -> list[types.Format]:
        """What files of examples and annotations may look like, in and out."""
        return self._wire.json("GET", "formats")

    def import_examples(
        self,
        project: int,
        file: str | Path,
        *,
        format: str = "jsonl",
        labels: Mapping[str, str] | None = None,
        offsets: types.Offsets = "code-points",
        report: Report = _silent,
    ) -> types.Imported:
        """Send a file of examples and annotations, as it is read. All of it is taken, or nothing. `labels`: which
        error type a label of the file is. `offsets`: what they count, in a format that does not tell."""
        form = _import_form(format, labels, offsets)
        return self._wire.upload(f"projects/{project}/imports", Path(file), form, report)

    def preview_import(
        self,
        project: int,
        file: str | Path,
        *,
        format: str = "jsonl",
        labels: Mapping[str, str] | None = None,
        offsets: types.Offsets = "code-points",
        report: Report = _silent,
    ) -> types.Preview:
        """What import_examples would read; nothing is stored."""
        form = _import_form(format, labels, offsets)
        return self._wire.upload(f"projects/{project}/imports/preview", Path(file), form, report)

    def datasets(self, project: int) -> list[types.Dataset]:
        """Newest first."""
        return self._wire.json("GET", f"projects/{project}/datasets")

    def dataset(self, dataset: str) -> types.DatasetDetail:
        return self._wire.json("GET", f"datasets/{dataset}")

    def freeze(
        self,
        project: int,
        name: str,
        *,
        note: str = "",
        content: types.Content = "raw",
        weights: types.Weights = "stored",
        gold: bool = False,
    ) -> types.DatasetDetail:
        """Every annotation of the project as of now ("raw"), or one record per example made of all of its
        ("aggregated"), under a new name that never means anything else."""
        body = {"name": name, "note": note, "content": content, "weights": weights, "gold": gold}
        return self._wire.json("POST", f"projects/{project}/datasets", body)

    def upload_dataset(
        self, project: int, file: str | Path, name: str, *, note: str = "", report: Report = _silent
    ) -> types.DatasetDetail:
        """A dataset of prompts (and references) from a JSONL file of examples, which annotators do not get."""
        path, fields = f"projects/{project}/datasets/upload", {"name": name, "note": note}
        return self._wire.upload(path, Path(file), fields, report)

    def diff(self, dataset: str, *, since: str) -> types.Difference:
        """What is otherwise in the dataset than in an earlier one."""
        return self._wire.json("GET", f"datasets/{dataset}/diff", query={"since": since})

    def losses(self, dataset: str, *, format: str) -> list[types.Loss]:
        """What of the dataset a download in this format would not hold."""
        return self._wire.json("GET", f"datasets/{dataset}/losses", query={"format": format})

    def download(self, dataset: str, to: str | Path, *, format: str = "jsonl", report: Report = _silent) -> str:
        """Write the dataset to a file, which is there only once it is whole; its SHA-256."""
        return self._wire.download(f"datasets/{dataset}/download", Path(to), {"format": format}, report)

    # Annotating

    def next_assignment(self, project: int, *, after: int | None = None) -> types.Assignment | None:
        """What to judge next; None if nothing is left. What was handed out already comes again until it is submitted;
        with `after`, the one to go on with after that."""
        path = f"projects/{project}/assignments/next"
        return self._wire.json("POST", path, {"after": after}, again=True)

    def heartbeat(self, assignment: int) -> str:
        """Keep the assignment while working on it; until when."""
        return self._wire.json("POST", f"assignments/{assignment}/heartbeat", again=True)["leased_until"]

    def release(self, assignment: int, *, reason: str = "") -> None:
        """Give it back unjudged."""
        self._wire.json("POST", f"assignments/{assignment}/release", {"reason": reason}, again=True)

    def submit(
        self,
        assignment: int,
        judgements: Sequence[Mapping[str, Any]],
        *,
        comparisons: Sequence[Mapping[str, Any]] = (),
        active_seconds: float | None = None,
        client_id: str | None = None,
    ) -> types.Submitted:
        """Submit what was found. It is stored once, however often it is sent under one `client_id`: give one that was
        kept, to send again what a crash of this program may have interrupted."""
        body = {
            "client_id": client_id or str(uuid.uuid4()),
            "judgements": list(judgements),
            "comparisons": list(comparisons),
            "active_seconds": active_seconds,
        }
        return self._wire.json("POST", f"assignments/{assignment}/submit", body, again=True)

    # Jobs and models

    def jobs(self, project: int) -> list[types.Job]:
        """The newest 200, newest first."""
        return self._wire.json("GET", f"projects/{project}/jobs")

    def start_job(self, project: int, kind: str, **request: Any) -> types.JobDetail:
        """`request`: dataset, policy, reward, policies, judge, perplexity_under, params, idempotency_key; the project
        decides about the rest."""
        return self._wire.json("POST", f"projects/{project}/jobs", {"kind": kind, **request})

    def job(self, job: str, *, since_step: int = 0) -> types.JobDetail:
        """With its metrics after a step, 2,000 points at most."""
        return self._wire.json("GET", f"jobs/{job}", query={"since_step": since_step})

    def cancel_job(self, job: str) -> types.JobDetail:
        return self._wire.json("POST", f"jobs/{job}/cancel")

    def job_log(self, job: str, *, tail: int = 200) -> list[str]:
        """The last lines of its newest attempt."""
        return self._wire.json("GET", f"jobs/{job}/log", query={"tail": tail})["lines"]

    def wait_for_job(
        self,
        job: str,
        *,
        report: Callable[[types.JobDetail], None] = lambda job: None,
        poll_seconds: float = POLL_SECONDS,
    ) -> types.JobDetail:
        """Follow a job to its end, and return it with all its metrics; `report` sees it on the way.

        RedpenError with its error's code, and the end of its log, unless it succeeded.
        """
        metrics: list[types.Metric] = []
        while True:
            found = self.job(job, since_step=metrics[-1]["step"] if metrics else 0)
            metrics = found["metrics"] = metrics + found["metrics"]
            report(found)
            if found["state"] not in ("queued", "running"):
                break
            time.sleep(poll_seconds)
        if found["state"] != "succeeded":
            error = found["error"] or {"code": "job_cancelled", "message": "It was cancelled.", "fields": {}}
            said = f"{found['kind']} job {job} {found['state']}: {error['message']}"
            lines = "\n".join(self.job_log(job, tail=20))
            raise RedpenError(error["code"], f"{said}\n{lines}".strip(), error["fields"], None, found)
        return found

    def models(self, project: int) -> list[types.Model]:
        """Newest first."""
        return self._wire.json("GET", f"projects/{project}/models")

    def promote(self, model: str) -> types.Model:
        """Make it the active one of its kind."""
        return self._wire.json("POST", f"models/{model}/promote")

    def samples(self, project: int, *, job: str) -> Iterator[types.Sample]:
        """What a sample job sampled, example by example."""
        offset, count = 0, 1
        while offset < count:
            query = {"job": job, "offset": offset, "limit": PAGE}
            page = self._wire.json("GET", f"projects/{project}/samples", query=query)
            yield from page["results"]
            offset, count = offset + PAGE, page["count"]
