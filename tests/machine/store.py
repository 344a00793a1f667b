"""People at work on a store, as Hypothesis makes it up, beside a plain model of it: after every step both are equal.

Everything between two steps is one transaction that is rolled back in the end, so that a sequence costs no clean-up.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotator.domain.errors import DomainError
from annotator.models import Assignment, Membership, Project, Slot, Span
from annotator.selectors.history import history_differences
from annotator.selectors.sheets import access_sheet
from annotator.services.annotations import annotation_submit
from annotator.services.assignments import assignment_heartbeat, assignment_release, leases_expire
from annotator.services.drafts import draft_save
from annotator.services.edits import annotation_edit
from annotator.services.projects import project_update
from tests.annotator.factories import (
    TIE,
    assignment_next,
    judgement,
    make_examples,
    make_project,
    make_user,
    span,
    submission,
)

PEOPLE, EXAMPLES, HELD_AT_MOST = 3, 3, 2
QUOTES = ("Oru", "moons", "ring of ice", "ground")

STEPS: Counter[str] = Counter()


@dataclass
class Claim:
    """What the model knows of an assignment. slot: (example, number); ended: its lease has, but nobody looked."""

    state: str
    slot: tuple[int, int] | None
    ended: bool = False
    draft: int = 0
    body: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    quotes: tuple[str, ...] = ()


class Store(RuleBasedStateMachine):
    person = st.integers(0, PEOPLE - 1)
    chosen = st.integers(0, 10**6)
    said = st.lists(st.sampled_from(QUOTES), max_size=3, unique=True).map(tuple)

    @initialize(overlap=st.integers(1, 2))
    def begin(self, overlap: int) -> None:
        self.atom = transaction.atomic()
        self.atom.__enter__()
        name = uuid4().hex
        self.project: Project = make_project(make_user(f"o{name}", is_staff=True), name, overlap=overlap)
        self.people = [make_user(f"{number}{name}", self.project) for number in range(PEOPLE)]
        self.examples = [example.pk for example in make_examples(self.project, EXAMPLES)]
        self.overlap = overlap
        self.slots = {(example, n): "open" for example in self.examples for n in range(1, overlap + 1)}
        self.claims: dict[tuple[int, int], Claim] = {}
        self.submitted = [0] * PEOPLE

    def teardown(self) -> None:
        if not hasattr(self, "atom"):
            return
        try:
            assert set(history_differences().values()) == {0}, "the history does not rebuild the rows"
        finally:
            transaction.set_rollback(True)
            self.atom.__exit__(None, None, None)

    @rule(who=person, besides=st.booleans())
    def next(self, who: int, besides: bool) -> None:
        STEPS["next"] += 1
        held = self._mine(who, "active")
        after = held[0] if besides and held else None
        key = self._row((who, after)).pk if after else None
        given = assignment_next(project=self.project, user=self.people[who], after=key)
        if going_on := [example for example in held if example != after]:
            assert given
            assert given.example_id in going_on
            self.claims[who, given.example_id].ended = False
            return
        self._expire()
        lost = [e for e in self._mine(who, "expired") if e != after and self._free(e)]
        unseen = [e for e in self.examples if (who, e) not in self.claims and self._free(e)]
        if not lost and not unseen:
            assert given is None
            return
        assert given
        assert given.example_id in (lost or unseen)
        place = (given.example_id, Slot.objects.get(pk=given.slot_id).number)
        assert self.slots[place] == "open"
        assert place[1] <= self.overlap
        self.slots[place] = "leased"
        claim = self.claims.setdefault((who, given.example_id), Claim("active", place))
        claim.state, claim.slot, claim.ended = "active", place, False

    @precondition(lambda self: self.claims)
    @rule(chosen=chosen)
    def heartbeat(self, chosen: int) -> None:
        STEPS["heartbeat"] += 1
        key, claim = self._pick(chosen)
        problem = self._touch(key, claim)
        if problem is None and claim.state == "expired":
            problem = "assignment_expired"
        assert self._code(lambda: assignment_heartbeat(assignment=self._row(key))) == problem

    @precondition(lambda self: self.claims)
    @rule(chosen=chosen, behind=st.booleans())
    def draft(self, chosen: int, behind: bool) -> None:
        STEPS["draft"] += 1
        key, claim = self._pick(chosen)
        conflicts = behind and claim.draft > 0
        before = (claim.state, claim.slot, claim.ended, dict(self.slots))
        problem = self._touch(key, claim)
        if problem is None and conflicts:  # and nothing is done
            problem = "draft_conflict"
            claim.state, claim.slot, claim.ended, self.slots = before
        revision = claim.draft - 1 if conflicts else claim.draft
        body = {"text": uuid4().hex}
        assert self._code(lambda: draft_save(assignment=self._row(key), revision=revision, body=body)) == problem
        claim.draft += problem is None

    @precondition(lambda self: self.claims)
    @rule(chosen=chosen)
    def lease_ends(self, chosen: int) -> None:
        STEPS["lease ends"] += 1
        key, claim = self._pick(chosen)
        if claim.state == "active":
            # Before the transaction began, whose time it is for the database.
            Assignment.objects.filter(pk=self._row(key).pk).update(leased_until=datetime(2020, 1, 1, tzinfo=UTC))
            claim.ended = True

    @precondition(lambda self: any(claim.ended for claim in self.claims.values()))
    @rule()
    def leases_are_looked_at(self) -> None:
        STEPS["expiry"] += 1
        leases_expire(project=self.project)
        self._expire()

    @precondition(lambda self: self.claims)
    @rule(chosen=chosen)
    def release(self, chosen: int) -> None:
        STEPS["release"] += 1
        key, claim = self._pick(chosen)
        problem = "already_submitted" if claim.state == "submitted" else None
        assert self._code(lambda: assignment_release(assignment=self._row(key), reason="")) == problem
        if problem is None:
            if claim.state == "active":
                self.slots[claim.slot] = "open"  # type: ignore[index]
            claim.state = "released"

    @precondition(lambda self: self.claims)
    @rule(chosen=chosen, said=said)
    def submit(self, chosen: int, said: tuple[str, ...]) -> None:
        STEPS["submit"] += 1
        key, claim = self._pick(chosen)
        body = submission(judgements=[_judgement(said)])
        problem = {"submitted": "already_submitted", "released": "assignment_released"}.get(claim.state)
        if problem:
            assert self._code(lambda: annotation_submit(assignment=self._row(key), **body)) == problem
            return
        if claim.state == "expired" and not self._regain(key[1], claim):
            claim.slot = None
        STEPS["late" if claim.slot is None else "counted"] += 1
        done = annotation_submit(assignment=self._row(key), **body)
        assert (done.counted, done.replayed) == (claim.slot is not None, False)
        if claim.slot:
            self.slots[claim.slot] = "done"
        claim.state, claim.body, claim.version, claim.quotes, claim.draft = "submitted", body, 1, said, 0
        self.submitted[key[0]] += 1

    @precondition(lambda self: self._submitted())
    @rule(chosen=chosen, changed=st.booleans())
    def submit_again(self, chosen: int, changed: bool) -> None:
        STEPS["conflicting submit" if changed else "replayed submit"] += 1
        key = self._submitted()[chosen % len(self._submitted())]
        claim = self.claims[key]
        if changed:
            body = {**claim.body, "active_seconds": 99.0}
            assert self._code(lambda: annotation_submit(assignment=self._row(key), **body)) == "idempotency_mismatch"
        else:
            done = annotation_submit(assignment=self._row(key), **claim.body)
            assert (done.counted, done.replayed) == (claim.slot is not None, True)

    @precondition(lambda self: self._submitted())
    @rule(chosen=chosen, said=said, base=st.integers(0, 3))
    def edit(self, chosen: int, said: tuple[str, ...], base: int) -> None:
        STEPS["edit"] += 1
        key = self._submitted()[chosen % len(self._submitted())]
        claim = self.claims[key]
        version = max(1, claim.version - base // 2)  # half of them of the version that is there
        sheet = access_sheet(user_id=self.people[key[0]].pk, assignment_id=self._row(key).pk)
        change = {"sheet": sheet, "version": version, "judgements": [_judgement(said)], "comparisons": [TIE]}
        replayed = version == claim.version - 1 and said == claim.quotes
        problem = None if version == claim.version or replayed else "version_conflict"
        assert self._code(lambda: annotation_edit(**change)) == problem  # type: ignore[arg-type]
        if version == claim.version:
            claim.version, claim.quotes = version + 1, said

    @precondition(lambda self: self.claims)
    @rule(overlap=st.integers(1, 3))
    def change_overlap(self, overlap: int) -> None:
        STEPS["overlap"] += 1
        self.project = project_update(project=self.project, overlap=overlap)
        self.overlap = overlap
        for example in self.examples:
            for number in range(1, overlap + 1):
                self.slots.setdefault((example, number), "open")
        named = {claim.slot for claim in self.claims.values()}
        for place, state in list(self.slots.items()):
            if place[1] > overlap and state == "open" and place not in named:
                del self.slots[place]

    @invariant()
    def model_and_database_are_equal(self) -> None:
        if not hasattr(self, "atom"):
            return
        rows = Slot.objects.filter(project=self.project).values_list("example_id", "number", "state")
        assert {(example, number): state for example, number, state in rows} == self.slots
        number = {user.pk: place for place, user in enumerate(self.people)}
        names = ("user_id", "example_id", "state", "slot__example_id", "slot__number")
        claims = Assignment.objects.filter(project=self.project).values_list(
            *names, "annotation__version", "draft__revision"
        )
        stored = {
            (number[user], example): (state, place and (place, n), version or 0, draft or 0)
            for user, example, state, place, n, version, draft in claims
        }
        assert stored == {key: (c.state, c.slot, c.version, c.draft) for key, c in self.claims.items()}
        marks: dict[tuple[int, int], list[str]] = {key: [] for key in self.claims}
        spans = Span.objects.filter(judgement__annotation__project=self.project)
        for user, example, quote in spans.values_list(
            "judgement__annotation__assignment__user", "judgement__annotation__assignment__example", "quote"
        ):
            marks[number[user], example].append(quote)
        assert {key: tuple(quotes) for key, quotes in marks.items()} == {k: c.quotes for k, c in self.claims.items()}
        counts = dict(Membership.objects.filter(project=self.project).values_list("user_id", "submitted"))
        assert [counts[user.pk] for user in self.people] == self.submitted

    def _touch(self, key: tuple[int, int], claim: Claim) -> str | None:
        """A sign of work: the lease is renewed, or regained by who holds fewer than two; the code of a refusal."""
        if claim.state in ("submitted", "released"):
            return {"submitted": "already_submitted", "released": "assignment_released"}[claim.state]
        if claim.state == "active":
            claim.ended = False
        elif len(self._mine(key[0], "active")) < HELD_AT_MOST:
            self._regain(key[1], claim)
        return None

    def _regain(self, example: int, claim: Claim) -> bool:
        if not (free := self._free(example)):
            return False
        claim.state, claim.slot, claim.ended = "active", free[0], False
        self.slots[free[0]] = "leased"
        return True

    def _expire(self) -> None:
        for claim in self.claims.values():
            if claim.state == "active" and claim.ended:
                claim.state = "expired"
                self.slots[claim.slot] = "open"  # type: ignore[index]

    def _free(self, example: int) -> list[tuple[int, int]]:
        places = [(example, number) for number in range(1, self.overlap + 1)]
        return [place for place in places if self.slots.get(place) == "open"]

    def _mine(self, who: int, state: str) -> list[int]:
        return [example for (person, example), claim in self.claims.items() if (person, claim.state) == (who, state)]

    def _submitted(self) -> list[tuple[int, int]]:
        return [key for key, claim in self.claims.items() if claim.state == "submitted"]

    def _pick(self, chosen: int) -> tuple[tuple[int, int], Claim]:
        return list(self.claims.items())[chosen % len(self.claims)]

    def _row(self, key: tuple[int, int | None]) -> Assignment:
        who, example = key
        return Assignment.objects.select_related("project", "user").get(user=self.people[who], example=example)

    @staticmethod
    def _code(call: Any) -> str | None:
        try:
            with transaction.atomic():
                call()
        except DomainError as error:
            return error.code
        return None


def _judgement(said: tuple[str, ...]) -> dict[str, Any]:
    return judgement(spans=[span(quote) for quote in said])
