"""`datasets.load_dataset` reads a frozen dataset: from its address with a token, and from the downloaded folder."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from annotator.domain.formats.parquet import columns
from annotator.models import Dataset, Project, User
from annotator.selectors.datasets import FrozenRecords
from annotator.services.datasets import dataset_freeze
from annotator.services.imports import examples_import
from annotator.services.tokens import token_issue
from tests.domain.golden import GOLDEN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dataset(project: Project, researcher: User) -> Dataset:
    with (GOLDEN / "qa_feedback.json").open("rb") as file:
        examples_import(project=project, file=file, format="qa-feedback")
    return dataset_freeze(project=project, user=researcher, name="moons")


@pytest.fixture
def load_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """It, with caches of its own and no way to the hub."""
    for name in ("HF_HOME", "HF_DATASETS_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    import datasets

    datasets.disable_progress_bars()
    return lambda *arguments, **options: datasets.load_dataset(
        *arguments, cache_dir=str(tmp_path / "cache"), **options
    )


def splits_of(dataset: Dataset) -> list[str]:
    return [split for split, count in dataset.manifest["counts"]["splits"].items() if count]


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_it_reads_our_address_with_a_token(
    live_server: Any, dataset: Dataset, researcher: User, load_dataset: Any, kind: str
) -> None:
    ending = {"parquet": "parquet", "json": "jsonl"}[kind]
    address = f"{live_server.url}/api/v1/datasets/{dataset.pk}/files"
    files = {split: f"{address}/{split}.{ending}" for split in splits_of(dataset)}
    _, token = token_issue(user=researcher)
    headers = {"Authorization": f"Token {token}"}
    loaded = load_dataset(kind, data_files=files, storage_options={"client_kwargs": {"headers": headers}})
    rows = [row for split in files for row in loaded[split]]
    frozen = [columns(record) for record in FrozenRecords(dataset)]
    assert sorted(rows, key=lambda row: row["record_id"]) == sorted(frozen, key=lambda row: row["record_id"])


def test_it_reads_the_downloaded_folder(
    client: Client, dataset: Dataset, researcher: User, load_dataset: Any, tmp_path: Path
) -> None:
    client.force_login(researcher)
    answer = client.get(f"/api/v1/datasets/{dataset.pk}/download?format=hugging-face")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]
        archive.extractall(tmp_path / "folder")
    loaded = load_dataset(str(tmp_path / "folder"))
    names = {"train": "train", "dev": "validation", "test": "test"}
    assert set(loaded) == {names[split] for split in splits_of(dataset)}
    assert sum(len(rows) for rows in loaded.values()) == 4
    assert "Redpen" not in (tmp_path / "folder" / "README.md").read_text().split("---")[0]
