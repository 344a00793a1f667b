"""Waiting for jobs and processes."""

import time
from contextlib import suppress

from annotator.selectors.runs import log_tail, run_folder


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def past_step(job, step):
    def check():
        job.refresh_from_db()
        return job.step > step

    return check


def ended(job):
    def check():
        job.refresh_from_db()
        return job.finished_at is not None

    return check


def trainer_pid(job):
    return int(log_tail(run_folder(job.pk, job.epoch), 1000)[0].split()[-1])


def alive(pid):
    with suppress(OSError):
        return not open(f"/proc/{pid}/stat").read().rpartition(")")[2].startswith(" Z")
    return False


def artifact(job):
    folder = run_folder(job.pk, job.epoch) / "artifact"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
