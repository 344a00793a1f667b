"""The ledger in small, and that what it compares by can fail."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.ledger.checking import Stored, differences
from tests.faults.ledger.faults import SHARES, faults_planned
from tests.faults.ledger.journal import Intent, Journal, read_journals

ROOT = Path(__file__).resolve().parents[2]
BODY = {"client_id": "a", "judgements": [{"response": 0, "spans": [1, 2]}], "comparisons": [], "active_seconds": 2.5}
SAID = {name: value for name, value in BODY.items() if name != "client_id"}
OK = {"status": 200, "attempts": 1, "reply": {"annotation_id": "a", "counted": True, "replayed": False}}
SENT = Intent("a", "ann", "e0", BODY, OK)
KEPT = Stored("a", "ann", "e0", SAID, counted=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_submits_under_faults_of_every_kind_are_stored_once_as_they_were_sent(tmp_path: Path) -> None:
    report = tmp_path / "ledger.json"
    command = [sys.executable, "-m", "tests.faults.ledger", "--submits", "150", "--faults", "12", "--seed", "7"]
    done = subprocess.run([*command, "--report", str(report)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(report.read_text())
    assert (figures["acknowledged"], figures["stored"], sum(figures["faults"].values())) == (150, 150, 12)
    assert set(figures["faults"]) == set(SHARES)
    assert figures["sent"] > 150
    assert len(figures["planted"]) == 8


def problems(intents: list[Intent], stored: list[Stored]) -> dict[str, int]:
    found = differences({intent.client_id: intent for intent in intents}, stored)
    return {kind: len(each) for kind, each in found.items() if each}


def test_what_agrees() -> None:
    assert problems([SENT], [KEPT]) == {}


def otherwise(**changes: Any) -> Stored:
    said = copy.deepcopy(SAID)
    said["judgements"][0]["spans"] = [1]
    return Stored(**{"record_id": "a", "annotator": "ann", "example": "e0", "said": said, "counted": True} | changes)


@pytest.mark.parametrize(
    ("intents", "stored", "expected"),
    [
        ([SENT], [], {"missing": 1}),
        ([Intent("a", "ann", "e0", BODY)], [KEPT], {"unanswered": 1}),
        ([Intent("a", "ann", "e0", BODY)], [], {"unanswered": 1}),
        ([Intent("a", "ann", "e0", BODY, {**OK, "status": 503})], [], {"unanswered": 1}),
        ([Intent("a", "ann", "e0", BODY, {**OK, "status": 409})], [], {"refused": 1}),
        ([], [KEPT], {"unknown": 1}),
        ([SENT], [KEPT, KEPT], {"duplicated": 1}),
        ([SENT], [KEPT, otherwise(record_id="b")], {"unknown": 1, "duplicated": 1}),
        ([SENT], [KEPT, otherwise(record_id="b", said=SAID, annotator="bob")], {"unknown": 1, "duplicated": 1}),
        ([SENT], [otherwise()], {"altered": 1}),
        ([SENT], [otherwise(said={**SAID, "active_seconds": None})], {"altered": 1}),
        ([SENT], [otherwise(said=SAID, counted=False)], {"mistold": 1}),
        ([SENT], [otherwise(said=SAID, annotator="bob")], {"mistold": 1}),
    ],
)
def test_what_does_not(intents: list[Intent], stored: list[Stored], expected: dict[str, int]) -> None:
    assert problems(intents, stored) == expected


def test_a_journal_is_read_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "ann.jsonl")
    journal.intend("a", "ann", "e0", json.dumps(BODY).encode())
    journal.answered("a", 200, 1, OK["reply"])
    journal.intend("b", "ann", "e1", b"{}")
    read = read_journals(tmp_path)
    assert [intent.acknowledged for intent in read.values()] == [True, False]
    assert read["a"].body == BODY
    text = (tmp_path / "ann.jsonl").read_text()
    (tmp_path / "ann.jsonl").write_text(text.replace("2.5", "2.6"))
    with pytest.raises(ValueError, match="intent a"):
        read_journals(tmp_path)


@pytest.mark.parametrize("count", [len(SHARES), 12, 500])
def test_every_kind_of_fault_takes_place(count: int) -> None:
    planned = faults_planned(count, random.Random(1))
    assert len(planned) == count
    assert set(planned) == set(SHARES)
