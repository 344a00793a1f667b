"""Addresses of jobs, models and samples."""

from annotator.api.jobs import JobCancel, JobCreate, JobGet, JobList, JobLog
from annotator.api.models import ModelList, ModelPromote, ModelRegister
from annotator.api.operations import route
from annotator.api.samples import SampleList

urlpatterns = [
    route("projects/<int:project_id>/jobs", JobList, JobCreate),
    route("jobs/<uuid:job_id>", JobGet),
    route("jobs/<uuid:job_id>/log", JobLog),
    route("jobs/<uuid:job_id>/cancel", JobCancel),
    route("projects/<int:project_id>/models", ModelList, ModelRegister),
    route("models/<uuid:model_id>/promote", ModelPromote),
    route("projects/<int:project_id>/samples", SampleList),
]
