"""A request for each operation that writes, by which it does what it is for."""

import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from annotator.models import Membership
from tests.access.world import Keys
from tests.annotator.factories import judgement, lesson, span, submission

Body = dict[str, Any]


def _file(*lines: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("file.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())


def _prompt(name: str) -> Body:
    return {"id": name, "prompt": "Q", "question": "Q?", "passages": [], "responses": [{"text": "One."}]}


def _pseudonym(keys: Keys) -> Body:
    return {"confirm": Membership.objects.get(pk=keys["member_id"]).pseudonym}


# What is not here is sent an empty object.
BODIES: dict[tuple[str, str], Callable[[Keys], Any]] = {
    ("post", "tokens"): lambda keys: {"scopes": ["read"]},
    ("post", "projects"): lambda keys: {"slug": "fresh", "name": "Fresh"},
    ("patch", "projects/{project_id}"): lambda keys: {"name": "Renamed"},
    ("put", "projects/{project_id}/lessons"): lambda keys: [lesson("tutorial")],
    ("post", "projects/{project_id}/lessons/next"): lambda keys: {"part": "tutorial"},
    ("post", "lessons/{lesson_id}/attempts"): lambda keys: {
        "client_id": "7d3c5e9a-5b2e-4f2b-8f0e-0d7f6f3a1b11",
        "judgements": [judgement(spans=[span("Oru")])],
    },
    ("put", "assignments/{assignment_id}/draft"): lambda keys: {"revision": 0, "body": {"note": "x"}},
    ("post", "assignments/{assignment_id}/submit"): lambda keys: submission(
        client_id="7d3c5e9a-5b2e-4f2b-8f0e-0d7f6f3a1b12"
    ),
    ("post", "assignments/{assignment_id}/flag"): lambda keys: {"reason": "other", "note": "x"},
    ("put", "examples/{example_id}/adjudication"): lambda keys: {
        "judgements": [judgement(spans=[span("Oru")])],
        "comparisons": [],
        "decisions": [],
    },
    ("post", "projects/{project_id}/jobs"): lambda keys: {"kind": "sft", "dataset": str(keys["dataset_id"])},
    ("post", "projects/{project_id}/people/{member_id}/standing"): lambda keys: {"standing": "paused", "reason": "x"},
    ("post", "projects/{project_id}/people/{member_id}/withdraw"): _pseudonym,
    ("post", "projects/{project_id}/people/{member_id}/erase"): _pseudonym,
    ("post", "projects/{project_id}/survey"): lambda keys: {"answers": {}},
    ("post", "projects/{project_id}/studies"): lambda keys: {
        "name": "june", "provider": "link", "places": 3, "texts": 2, "minutes": 20,
        "currency": "GBP", "reward": "4.00", "target_per_hour": "12.00",
    },
    ("patch", "studies/{study_id}"): lambda keys: {"name": "july"},
    ("post", "studies/{study_id}/links"): lambda keys: {"count": 1},
    ("post", "projects/{project_id}/members"): lambda keys: {"username": "olga", "role": "annotator"},
    ("put", "projects/{project_id}/members/{member_id}"): lambda keys: {"role": "researcher"},
    ("post", "projects/{project_id}/invitations"): lambda keys: {"role": "annotator", "days": 2},
    ("put", "accounts/{account_id}"): lambda keys: {"is_active": False},
    ("post", "studies/{study_id}/payments/approve"): lambda keys: {"payments": [keys["payment_id"]]},
    ("post", "studies/{study_id}/payments/cancel"): lambda keys: {"payments": [keys["payment_id"]]},
    ("post", "studies/{study_id}/payments/settle"): lambda keys: {"payments": [keys["approved_id"]], "paid": True},
    ("post", "studies/{study_id}/bonuses"): lambda keys: {
        "participants": [keys["participant_id"]], "amount": "1.50", "reason": "x",
        "request_id": "7d3c5e9a-5b2e-4f2b-8f0e-0d7f6f3a1b13",
    },
    ("post", "studies/{study_id}/message"): lambda keys: {"participants": [keys["participant_id"]], "text": "x"},
    ("post", "me/erase"): lambda keys: {"confirm": "ann"},
}
# The same, where a form with a file is sent.
FORMS: dict[tuple[str, str], Callable[[Keys], Body]] = {
    ("post", "projects/{project_id}/imports"): lambda keys: {"file": _file(_prompt("p")), "format": "jsonl"},
    ("post", "projects/{project_id}/imports/preview"): lambda keys: {"file": _file(_prompt("p")), "format": "jsonl"},
    ("post", "projects/{project_id}/datasets/upload"): lambda keys: {"file": _file(_prompt("p")), "name": "prompts"},
    ("post", "projects/{project_id}/gold"): lambda keys: {"file": _file(lesson("tutorial")["record"]), "kind": "gold"},
}
# That they write nothing here has a reason, and what they are sent is refused.
REFUSED = {
    ("post", "projects/{project_id}/datasets"),  # freezing begins a transaction, and here is one already
    ("post", "projects/{project_id}/models"),  # reads a folder of the server
    ("post", "projects/{project_id}/jobs"),  # there is no policy to train
    ("post", "projects/{project_id}/assignments/next"),  # the tutorial comes first
    ("put", "examples/{example_id}/adjudication"),  # nobody differs about it
    ("put", "assignments/{assignment_id}/annotation"),  # there is none yet
    ("post", "studies/{study_id}/message"),  # no platform stands behind the study
    ("post", "projects/{project_id}/agreements"),  # there is nothing to agree to
    ("post", "examples/{example_id}/adjudication/settle"),
    ("post", "examples/{example_id}/adjudication/reopen"),
    ("post", "examples/{example_id}/adjudication/gold"),
}


def request_of(operation: tuple[str, str], keys: Keys) -> tuple[Any, str]:
    """(body, format)."""
    if operation in FORMS:
        return FORMS[operation](keys), "multipart"
    return BODIES.get(operation, lambda keys: {})(keys), "json"
