"""What a finished trainer leaves behind becomes rows, all of them or none."""

from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from annotator.domain.errors import DomainError
from annotator.models.jobs import Job, JobKind, JobState
from annotator.selectors.runs import folder_sha256, run_json
from annotator.services.model_versions import KIND_OF_JOB, model_publish
from annotator.services.rounds import round_create


def job_publish(*, job_id: UUID, epoch: int, folder: Path) -> bool:
    """Let the job succeed with the result in its run folder; False, and nothing written, if the epoch is stale.

    Raises DomainError (result_missing, artifact_changed, samples_malformed).
    """
    result = run_json(folder, "result.json")
    if result is None:
        raise DomainError("result_missing", "The trainer ended without an error and without a result.json.")
    artifact = folder / "artifact"
    if not artifact.is_dir() or folder_sha256(artifact) != result.get("artifact_sha256"):
        raise DomainError("artifact_changed", f"{artifact} is not what its result.json says: their SHA-256 differ.")
    with transaction.atomic():
        held = Job.objects.select_for_update(of=("self",)).filter(pk=job_id, epoch=epoch, state=JobState.RUNNING)
        job = held.select_related("project").first()
        if job is None:
            return False
        if job.kind in KIND_OF_JOB:
            model_publish(job=job, path=artifact, sha256=result["artifact_sha256"], metrics=result.get("metrics", {}))
        elif job.kind == JobKind.SAMPLE:
            round_create(job=job, samples=artifact / "samples.jsonl")
        Job.objects.filter(pk=job_id).update(
            state=JobState.SUCCEEDED, result=result, lease_until=None, finished_at=Now()
        )
        return True
