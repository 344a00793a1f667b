"""A program's way into Redpen: its HTTP API with a token."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

POLL_SECONDS = 0.5
TIMEOUT_SECONDS = 120
PAGE = 100


class ApiError(Exception):
    """The server refused a request, or a job ended badly; the text says which and why."""


class Client:
    """One person's session: `get`, `post` and what is made of them. Not to be shared between threads."""

    def __init__(self, url: str, username: str, password: str) -> None:
        """Sign in with a password; all further requests carry the token it is exchanged for. Raises ApiError."""
        self.api = f"{url.rstrip('/')}/api/v1/"
        self.session = requests.Session()
        # requests would let a .netrc override the token.
        self.session.trust_env = False
        answer = self.session.post(
            f"{self.api}tokens", json={"days": 1}, auth=(username, password), timeout=TIMEOUT_SECONDS
        )
        self.session.headers["Authorization"] = f"Token {_checked(answer).json()['token']}"

    def get(self, path: str, **query: Any) -> Any:
        return _checked(self.session.get(self.api + path, params=query, timeout=TIMEOUT_SECONDS)).json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The reply's JSON, or None where the server has nothing to say (204)."""
        answer = _checked(self.session.post(self.api + path, json=body or {}, timeout=TIMEOUT_SECONDS))
        return answer.json() if answer.content else None

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return _checked(self.session.patch(self.api + path, json=body, timeout=TIMEOUT_SECONDS)).json()

    def upload(self, path: str, file: Path, **fields: str) -> Any:
        with file.open("rb") as stream:
            answer = self.session.post(
                self.api + path, data=fields, files={"file": (file.name, stream)}, timeout=TIMEOUT_SECONDS
            )
        return _checked(answer).json()

    def download(self, path: str, to: Path, **query: Any) -> None:
        with self.session.get(self.api + path, params=query, stream=True, timeout=TIMEOUT_SECONDS) as answer:
            _checked(answer)
            with to.open("wb") as file:
                for chunk in answer.iter_content(1 << 16):
                    file.write(chunk)

    def run_job(self, project: int, body: dict[str, Any], report: Callable[[dict], None] = lambda job: None) -> dict:
        """Start a job, follow it to its end and return it; `report` sees it on the way. Raises ApiError."""
        job = self.post(f"projects/{project}/jobs", body)
        while job["state"] in ("queued", "running"):
            time.sleep(POLL_SECONDS)
            step = job["metrics"][-1]["step"] if job["metrics"] else 0
            metrics = job["metrics"]
            job = self.get(f"jobs/{job['id']}", since_step=step)
            job["metrics"] = metrics + job["metrics"]
            report(job)
        if job["state"] != "succeeded":
            lines = self.get(f"jobs/{job['id']}/log", tail=20)["lines"]
            raise ApiError(f"{job['kind']} job {job['id']} {job['state']}: {job['error']}\n" + "\n".join(lines))
        return job

    def samples(self, project: int, job: dict) -> Iterator[dict]:
        """What a sample job sampled, example by example."""
        offset, count = 0, 1
        while offset < count:
            page = self.get(f"projects/{project}/samples", job=job["id"], offset=offset, limit=PAGE)
            yield from page["results"]
            offset, count = offset + PAGE, page["count"]


def _checked(answer: requests.Response) -> requests.Response:
    if answer.ok:
        return answer
    raise ApiError(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:1000]}")
