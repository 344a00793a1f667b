"""What an annotator is shown."""

from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

from annotator.domain.desk import task_to_json
from annotator.domain.segments import Density, SegmentationRule, segments
from annotator.domain.spans import text_sha256
from annotator.domain.taxonomy import taxonomy_to_json
from annotator.selectors.projects import desk_parsed, taxonomy_parsed
from annotator.selectors.rows import row_read

Json = dict[str, Any]

# Counting the open places stops here, so that it never grows with the project.
OPEN_COUNTED = 100


def assignment_detail(*, assignment_id: int) -> Json:
    """What the annotate page shows of the assignment, in one query; as shown_json."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM annotator_shown(%s, %s)", [assignment_id, OPEN_COUNTED])
        return shown_json(row_read(cursor))


def shown_json(row: Json) -> Json:
    """Everything the annotate page needs, from the row of annotator_shown: example, responses with their segments,
    which of them to judge, what is asked, taxonomy, guideline, the draft if there is one, and how much is left."""
    rule, desk = taxonomy_parsed(row["taxonomy"]).segmentation, desk_parsed(row["desk"])
    responses = orjson.loads(row["responses"])
    return {
        "id": row["id"],
        "project": {"id": row["project"], "slug": row["slug"], "name": row["name"]},
        "state": row["state"],
        "leased_until": row["leased_until"],
        "example": {
            "id": row["external_id"],
            "question": row["question"],
            "passages": orjson.loads(row["passages"]),
            "reference": row["reference"],
            "responses": [_shown(index, text, sha256, rule) for index, text, sha256 in responses],
            "judged": [index for index, _, _ in responses[: row["judged"]]],
        },
        "require_corrections": row["require_corrections"] and "correction" in desk.asks,
        "desk": _task(row["desk"]),
        "taxonomy": _taxonomy(row["taxonomy"]),
        "guideline": {"version": row["guideline_version"], "body": row["guideline"]},
        "draft": row["draft"] and {"revision": row["revision"], "body": orjson.loads(row["draft"])},
        "display_order": row["display_order"] and orjson.loads(row["display_order"]),
        "progress": {
            "submitted": row["submitted"],
            "open": row["open"],
            "active_seconds": row["active_seconds"],
            "earned": None if desk_parsed(row["project_desk"]).pay is None else float(row["earned"]),
        },
    }


def shown_response(index: int, text: str, rule: SegmentationRule) -> Json:
    """A response with its segments, as the annotate page takes it."""
    return _shown(index, text, text_sha256(text), rule)


def _shown(index: int, text: str, sha256: str, rule: SegmentationRule) -> Json:
    return {"index": index, "text": text, "sha256": sha256, "length": len(text), "segments": _bounds(text, rule)}


# What was worked out once is kept under what it follows from; nobody changes it after.


@lru_cache(maxsize=4096)
def _bounds(text: str, rule: SegmentationRule) -> dict[str, list[list[int]]]:
    return {
        density.value: [[span.start, span.end] for span in segments(text, density, rule)]
        for density in (Density.SUB_SENTENCE, Density.SENTENCE)
    }


@lru_cache(maxsize=256)
def _taxonomy(body: str) -> Json:
    return taxonomy_to_json(taxonomy_parsed(body))


@lru_cache(maxsize=1024)
def _task(body: str) -> Json:
    return task_to_json(desk_parsed(body))
