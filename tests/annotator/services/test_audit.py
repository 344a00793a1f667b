"""The audit log: chained by the database, only added to, and whatever is tampered with is found."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from annotator.domain.audit import BEGINNING, entry_hash
from annotator.models import AuditEntry, Project, User
from annotator.selectors.audit import Head, audit_broken, audit_head
from annotator.services.audit import audited
from annotator.services.audit_anchors import anchor_keep, anchors_kept
from annotator.services.projects import project_update

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(project: Project, owner: User, settings: Any, tmp_path: Any) -> list[int]:
    """The numbers of five fresh entries, the last of the log."""
    settings.AUDIT_ANCHORS = tmp_path / "anchors"
    for number in range(5):
        audited(
            actor=owner if number else None,
            action="model.promote",
            project=project if number != 1 else None,
            target=f"model {number}",
            detail={"name": "ä\n1:x", "share": 0.1, "nested": {"a": [1, None]}},
        )
    return sorted(row.number for row in AuditEntry.objects.order_by("-number")[:5])


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def tamper(*statements: str, **numbers: int) -> None:
    """Raw SQL past every trigger, as by somebody who owns the database."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET session_replication_role = replica")
    for statement in statements:
        run(statement.format(**numbers))
    run("SET session_replication_role = origin")


def test_an_untouched_log_is_whole(log: list[int]) -> None:
    assert audit_broken() is None
    assert audit_head() == Head(log[-1], AuditEntry.objects.get(number=log[-1]).hash)


def test_the_first_entry_hangs_on_nothing(log: list[int]) -> None:
    assert AuditEntry.objects.get(number=1).previous == BEGINNING


def test_no_two_entries_are_written_alike() -> None:
    entry = dict.fromkeys(("number", "at", "actor", "project", "action", "target", "detail"), "")
    some = {**entry, "action": "a", "target": "b\n1:c"}
    other = {**entry, "action": "a\n1:b", "target": "c"}
    hashes = {entry_hash(BEGINNING, each) for each in (entry, some, other, {**entry, "actor": None})}
    assert len(hashes) == 4


@pytest.mark.parametrize(
    "change",
    [
        "target = 'model 9'",
        "action = 'model.register'",
        "actor_id = NULL",
        "project_id = 0",
        "at = at + interval '1 microsecond'",
        """detail = detail || '{{"share": 0.2}}'""",
    ],
)
def test_an_entry_that_was_changed_is_found(log: list[int], change: str) -> None:
    tamper("UPDATE annotator_audit SET " + change + " WHERE number = {number}", number=log[2])
    broken = audit_broken()
    assert broken is not None
    assert (broken.number, broken.why) == (log[2], "does not say what its hash was made of")


def test_one_that_was_changed_and_hashed_anew_is_found_by_the_next(log: list[int]) -> None:
    tamper(
        "UPDATE annotator_audit SET target = 'forged' WHERE number = {number}",
        "UPDATE annotator_audit SET hash = repeat('f', 64) WHERE number = {number}",
        number=log[2],
    )
    row = AuditEntry.objects.filter(number=log[2]).values().get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail::text FROM annotator_audit WHERE number = %s", [log[2]])
        (detail,) = cursor.fetchone()
    forged = entry_hash(
        row["previous"], {**row, "actor": row["actor_id"], "project": row["project_id"], "detail": detail}
    )
    tamper(f"UPDATE annotator_audit SET hash = '{forged}' WHERE number = {log[2]}")
    broken = audit_broken()
    assert broken is not None
    assert (broken.number, broken.why) == (log[3], "does not name the hash of the entry before it")


def test_one_that_was_removed_is_found(log: list[int]) -> None:
    tamper("DELETE FROM annotator_audit WHERE number = {number}", number=log[2])
    broken = audit_broken()
    assert broken is not None
    assert (broken.number, broken.why) == (log[2], f"is missing; entry {log[3]} is next")


def test_one_whose_gap_was_closed_is_found(log: list[int]) -> None:
    tamper(
        "DELETE FROM annotator_audit WHERE number = {number}",
        "UPDATE annotator_audit SET number = number - 1 WHERE number = {number} + 1",
        "UPDATE annotator_audit SET number = number - 1 WHERE number = {number} + 2",
        number=log[2],
    )
    broken = audit_broken()
    assert broken is not None
    assert broken.number == log[2]


def test_two_that_were_exchanged_are_found(log: list[int]) -> None:
    tamper(
        "UPDATE annotator_audit SET number = -1 WHERE number = {one}",
        "UPDATE annotator_audit SET number = {one} WHERE number = {other}",
        "UPDATE annotator_audit SET number = {other} WHERE number = -1",
        one=log[1],
        other=log[3],
    )
    broken = audit_broken()
    assert broken is not None
    assert broken.number == log[1]


def test_one_that_was_slipped_in_is_found(log: list[int]) -> None:
    tamper(
        "INSERT INTO annotator_audit SELECT {last} + 1, at, actor_id, project_id, action, 'forged', detail, hash, "
        "repeat('e', 64) FROM annotator_audit WHERE number = {last}",
        last=log[-1],
    )
    broken = audit_broken()
    assert broken is not None
    assert broken.number == log[-1] + 1


def test_raw_sql_is_chained_as_everything_else(log: list[int]) -> None:
    run("INSERT INTO annotator_audit (number, at, action, previous, hash) VALUES (7, now(), 'model.promote', 'x', 'y')")
    assert audit_head().number == log[-1] + 1
    assert audit_broken() is None


def test_the_newest_ones_that_were_removed_are_found_by_an_anchor(log: list[int]) -> None:
    anchor_keep()
    anchor_keep()
    assert anchors_kept() == [audit_head()]
    tamper("DELETE FROM annotator_audit WHERE number > {number}", number=log[2])
    assert audit_broken() is None
    broken = audit_broken(anchors=anchors_kept())
    assert broken is not None
    assert broken.number == log[3]
    audited(actor=None, action="model.promote")
    audited(actor=None, action="model.promote")
    broken = audit_broken(anchors=anchors_kept())
    assert broken is not None
    assert (broken.number, broken.why) == (log[4], "is another than the one that was once the last")


@pytest.mark.parametrize(
    "sql", ["UPDATE annotator_audit SET target = ''", "DELETE FROM annotator_audit", "TRUNCATE annotator_audit"]
)
def test_the_log_is_only_added_to(log: list[int], sql: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        run(sql)


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(project: Project, owner: User) -> None:
    before = audit_head()
    with transaction.atomic():
        project_update(project=project, overlap=2, actor=owner)
        assert audit_head().number == before.number + 1
        transaction.set_rollback(True)
    assert audit_head() == before
    project_update(project=project, overlap=3, guideline="x" * 300, actor=owner)
    entry = AuditEntry.objects.order_by("-number")[0]
    assert entry.number == before.number + 1
    assert entry.detail["overlap"] == [1, 3]
    assert entry.detail["guideline"][1].startswith("sha256 ")


def test_an_action_that_is_not_listed_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"model\.praise"):
        audited(actor=None, action="model.praise")


def test_the_command_prints_an_anchor_and_ends_with_one_where_something_is_broken(log: list[int]) -> None:
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    anchor = out.getvalue().splitlines()[-1]
    assert anchor == f"{log[-1]} {audit_head().hash}"
    call_command("audit_verify", anchor=[anchor], stdout=out)
    tamper("DELETE FROM annotator_audit WHERE number = {number}", number=log[-1])
    call_command("audit_verify", stdout=out)
    with pytest.raises(CommandError, match=f"entry {log[-1]} is missing; the log once reached it") as error:
        call_command("audit_verify", anchor=[anchor], stdout=out)
    assert error.value.returncode == 1
