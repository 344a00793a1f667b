"""Every address under /api/v1."""

from django.urls import include, path

from annotator.api import (
    adjudications,
    annotations,
    assignments,
    audit,
    behaviour,
    dashboard,
    datasets,
    imports,
    items,
    people,
    projects,
)
from annotator.api.operations import route

PROJECT = "projects/<int:project_id>"
ASSIGNMENT = "assignments/<int:assignment_id>"
ADJUDICATION = "examples/<int:example_id>/adjudication"
DATASET = "datasets/<uuid:dataset_id>"

urlpatterns = [
    # First what is asked most: addresses are looked through in this order.
    route(f"{PROJECT}/assignments/next", assignments.AssignmentNext),
    route(f"{ASSIGNMENT}/submit", assignments.AssignmentSubmit),
    route("me", people.Me),
    route("tokens", people.TokenList, people.TokenIssue),
    route("tokens/<str:token_key>", people.TokenRevoke),
    route("projects", projects.ProjectList, projects.ProjectCreate),
    route(PROJECT, projects.ProjectRead, projects.ProjectUpdate),
    route("audit", audit.AuditSiteList),
    route(f"{PROJECT}/audit", audit.AuditList),
    route(f"{PROJECT}/progress", projects.ProjectProgress),
    route(f"{PROJECT}/dashboard", dashboard.DashboardRead),
    route(f"{PROJECT}/dashboard/agreement", dashboard.AgreementRead),
    route(f"{PROJECT}/annotations", items.AnnotationList),
    route(f"{PROJECT}/examples", items.ExampleList),
    route(f"{PROJECT}/examples/<int:example_id>", items.ExampleRead),
    route(ASSIGNMENT, assignments.AssignmentRead),
    route(f"{ASSIGNMENT}/draft", assignments.DraftSave),
    route(f"{ASSIGNMENT}/heartbeat", assignments.AssignmentHeartbeat),
    route(f"{ASSIGNMENT}/release", assignments.AssignmentRelease),
    route(f"{ASSIGNMENT}/annotation", annotations.AnnotationRead, annotations.AnnotationEdit),
    route(f"{ASSIGNMENT}/flag", assignments.AssignmentFlag),
    route(f"{PROJECT}/annotations/<uuid:record_id>/log", behaviour.AnnotationLogRead),
    route(f"{PROJECT}/annotations/<uuid:record_id>/history", behaviour.AnnotationHistory),
    route(f"{PROJECT}/flags", behaviour.FlagList),
    route(f"{PROJECT}/disputes", adjudications.DisputeList),
    route(ADJUDICATION, adjudications.AdjudicationRead, adjudications.AdjudicationSave),
    route(f"{ADJUDICATION}/settle", adjudications.AdjudicationSettle),
    route(f"{ADJUDICATION}/reopen", adjudications.AdjudicationReopen),
    route(f"{ADJUDICATION}/gold", adjudications.AdjudicationGold),
    route("formats", datasets.FormatList),
    route(f"{PROJECT}/imports", imports.ExamplesImport),
    route(f"{PROJECT}/imports/preview", imports.ImportPreview),
    route(f"{PROJECT}/datasets", datasets.DatasetList, datasets.DatasetFreeze),
    route(f"{PROJECT}/datasets/upload", datasets.DatasetUpload),
    route(DATASET, datasets.DatasetRead),
    route(f"{DATASET}/download", datasets.DatasetDownload),
    route(f"{DATASET}/files/<str:file_name>", datasets.DatasetFile),
    route(f"{DATASET}/losses", datasets.DatasetLosses),
    route(f"{DATASET}/diff", datasets.DatasetDiff),
    path("", include("annotator.api.guidance_urls")),
    path("", include("annotator.api.job_urls")),
    path("", include("annotator.api.people_urls")),
    path("", include("annotator.api.quality_urls")),
    path("", include("annotator.api.study_urls")),
]
