"""The project and people of tests/annotator."""

from tests.annotator.conftest import admin, annotator, datasets_dir, owner, project, researcher

__all__ = ["admin", "annotator", "datasets_dir", "owner", "project", "researcher"]
