"""Every address under /api/v1."""

from django.urls import include, path

urlpatterns = [
    path("", include("annotator.api.job_urls")),
]
