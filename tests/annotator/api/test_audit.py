"""Whatever admins, researchers and owners do through the API leaves an entry of theirs. An operation that is missing
here fails the test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotator.api.permissions import ADMINS, RESEARCHERS, SITE_OWNERS
from annotator.models import (
    AuditEntry,
    Dataset,
    Example,
    GoldOrigin,
    Job,
    ModelKind,
    Payment,
    PlatformIdentity,
    Project,
    User,
)
from annotator.selectors.audit import audit_broken, audit_head
from annotator.services.adjudications import adjudication_settle
from annotator.services.gold import gold_make
from annotator.services.model_versions import model_register
from annotator.services.tokens import token_issue
from annotator.tasks import jobs as tasks
from annotator.tasks import payments as payment_tasks
from tests.access.asking import routes
from tests.annotator.adjudicating import judged_twice, work
from tests.annotator.factories import TIE, ended_part, jsonl, lesson, make_examples, make_study, make_user
from tests.annotator.http import Client
from tests.annotator.prolific import open_study, prolific_here
from tests.jobs import make_bundle, make_dataset, make_model

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = "projects/<int:project_id>"
EXAMPLE = "examples/<int:example_id>/adjudication"
STUDY = "studies/<int:study_id>"
# What may be written without an entry, and why.
SILENT = {
    ("post", f"{PROJECT}/imports/preview"): "stores nothing",
    ("post", f"{PROJECT}/quality/reports"): "reckons from what is stored, and the report is kept",
    ("put", EXAMPLE): "a draft, of which the history keeps every version with its author",
}


@dataclass
class World:
    project: Project
    owner: User
    admin: User
    researcher: User
    folder: Any

    @property
    def path(self) -> str:
        return f"projects/{self.project.pk}"

    def settled(self) -> Example:
        example = judged_twice(self.project)
        adjudication_settle(example=example, user=self.researcher, version=0, work=work())
        return example

    def dataset(self) -> Dataset:
        answer = Client(self.researcher).post(f"{self.path}/datasets", {"name": "d"})
        return Dataset.objects.get(pk=answer.json()["id"])


EXAMPLE_LINE = {"id": "new", "prompt": "Q", "question": "How many?", "passages": []}


def file(*lines: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("lines.jsonl", jsonl(*lines).getvalue())


def project_create(world: World) -> Any:
    return Client(world.owner).post("projects", {"slug": "new", "name": "New"})


def project_update(world: World) -> Any:
    return Client(world.admin).patch(world.path, {"overlap": 2})


def lessons_replace(world: World) -> Any:
    return Client(world.admin).put(f"{world.path}/lessons", [lesson("tutorial")])


def settle(world: World) -> Any:
    example, body = judged_twice(world.project), work()
    said = {"judgements": body.judgements, "comparisons": body.comparisons, "decisions": []}
    return Client(world.researcher).post(f"examples/{example.pk}/adjudication/settle", said, HTTP_IF_MATCH='"0"')


def reopen(world: World) -> Any:
    path = f"examples/{world.settled().pk}/adjudication/reopen"
    return Client(world.researcher).post(path, {"reason": "too soon"}, HTTP_IF_MATCH='"1"')


def make_gold(world: World) -> Any:
    return Client(world.admin).post(f"examples/{world.settled().pk}/adjudication/gold")


def examples_import(world: World) -> Any:
    given = file({**EXAMPLE_LINE, "responses": [{"text": "One."}]})
    return Client(world.researcher).upload(f"{world.path}/imports", file=given, format="jsonl")


def freeze(world: World) -> Any:
    judged_twice(world.project)
    return Client(world.researcher).post(f"{world.path}/datasets", {"name": "d"})


def upload(world: World) -> Any:
    return Client(world.researcher).upload(f"{world.path}/datasets/upload", file=file(EXAMPLE_LINE), name="d")


def job_create(world: World) -> Any:
    base = str(make_model(world.folder / "base"))
    Project.objects.filter(pk=world.project.pk).update(base_policy=base)
    make_dataset(world.project)
    return Client(world.researcher).post(f"{world.path}/jobs", {"kind": "sft"})


def job_cancel(world: World) -> Any:
    job = Job.objects.create(project=world.project, kind="sft")
    return Client(world.researcher).post(f"jobs/{job.pk}/cancel")


def register(world: World) -> Any:
    body = {"name": "r", "kind": "reward", "source": str(make_bundle(world.folder / "r"))}
    return Client(world.admin).post(f"{world.path}/models", body)


def promote(world: World) -> Any:
    source = str(make_model(world.folder / "m"))
    model = model_register(project=world.project, name="m", kind=ModelKind.POLICY, source=source)
    return Client(world.admin).post(f"models/{model.pk}/promote")


def standing(world: World) -> Any:
    member = world.researcher.memberships.get()
    body = {"standing": "paused", "reason": "Ada Lovelace asked for it"}
    return Client(world.admin).post(f"{world.path}/people/{member.pk}/standing", body)


def gold_import(world: World) -> Any:
    body = lesson("tutorial")["record"] | {"comparisons": []}
    return Client(world.admin).upload(f"{world.path}/gold", file=file(body))


def gold_retire(world: World) -> Any:
    (example,) = make_examples(world.project)
    gold = gold_make(
        example=example, judgements=[], comparisons=[TIE], origin=GoldOrigin.ADJUDICATION, made_by=None
    )
    return Client(world.admin).post(f"{world.path}/gold/{gold.pk}/retire")


def study_create(world: World) -> Any:
    size = {"places": 2, "texts": 3, "minutes": 20, "currency": "GBP", "reward": "4.00", "target_per_hour": "12.00"}
    return Client(world.admin).post(f"{world.path}/studies", {"name": "first", "provider": "link", **size})


def study_update(world: World) -> Any:
    study = make_study(world.project, world.owner)
    return Client(world.admin).patch(f"studies/{study.pk}", {"places": 5})


def links_make(world: World) -> Any:
    study = make_study(world.project, world.owner)
    return Client(world.admin).post(f"studies/{study.pk}/links", {"people": ["Ada Lovelace"]})


def link_revoke(world: World) -> Any:
    link = links_make(world).json()[0]
    return Client(world.admin).delete(f"links/{link['id']}")


def in_a_study(what: str, **body: Any) -> Callable[[World], Any]:
    """In a study that somebody completed, who has a payment proposed and one approved."""

    def do(world: World) -> Any:
        study = make_study(world.project, world.owner)
        part = ended_part(study, make_user("Lovelace", world.project))
        bonus = {"participation": part, "kind": "bonus", "amount": 1, "currency": "GBP"}
        payments = {
            "proposed": Payment.objects.create(**bonus).pk,
            "approved": Payment.objects.create(**bonus, state="approved", approved_by=world.admin).pk,
        }
        known = {"participants": [part.pk], "payments": [payments[body.get("payments", "proposed")]]}
        asked = body | {name: known[name] for name in known if name in body}
        return Client(world.admin).post(f"studies/{study.pk}/{what}", asked)

    return do


def message(world: World) -> Any:
    with prolific_here() as prolific:
        study = open_study(prolific, world.project, world.owner)
        part = ended_part(study, make_user("Lovelace", world.project))
        session = prolific.take(study.external_id, "Lovelace")
        PlatformIdentity.objects.create(
            study=study, user=part.user, provider="prolific", person_id="Lovelace", session_id=session, proof="api"
        )
        body = {"participants": [part.pk], "text": "Thank you, Ada Lovelace."}
        return Client(world.admin).post(f"studies/{study.pk}/message", body)


def about_a_person(what: str) -> Callable[[World], Any]:
    def do(world: World) -> Any:
        member = make_user("Lovelace", world.project).memberships.get()
        path = f"{world.path}/people/{member.pk}/{what}"
        return Client(world.admin).post(path, {"confirm": member.pseudonym})

    return do


def member_add(world: World) -> Any:
    make_user("rob")
    return Client(world.admin).post(f"{world.path}/members", {"username": "rob", "role": "researcher"})


def member_role(world: World) -> Any:
    path = f"{world.path}/members/{world.researcher.memberships.get().pk}"
    return Client(world.admin).put(path, {"role": "annotator"})


def member_remove(world: World) -> Any:
    return Client(world.admin).delete(f"{world.path}/members/{world.researcher.memberships.get().pk}")


def invitation_make(world: World) -> Any:
    return Client(world.admin).post(f"{world.path}/invitations", {"role": "annotator"})


def invitation_revoke(world: World) -> Any:
    return Client(world.admin).delete(f"{world.path}/invitations/{invitation_make(world).json()['id']}")


def account_close(world: World) -> Any:
    return Client(world.owner).put(f"accounts/{world.researcher.pk}", {"is_active": False})


def account_sign_out(world: World) -> Any:
    return Client(world.owner).post(f"accounts/{world.researcher.pk}/sign-out")


def second_factor_reset(world: World) -> Any:
    return Client(world.owner).delete(f"accounts/{world.researcher.pk}/second-factor")


# Per operation the action it leaves, who did it, and how to do it.
DEEDS: dict[tuple[str, str], tuple[str, str, Callable[[World], Any]]] = {
    ("post", "projects"): ("project.create", "owner", project_create),
    ("patch", PROJECT): ("project.update", "admin", project_update),
    ("put", f"{PROJECT}/lessons"): ("lessons.replace", "admin", lessons_replace),
    ("post", f"{EXAMPLE}/settle"): ("adjudication.settle", "researcher", settle),
    ("post", f"{EXAMPLE}/reopen"): ("adjudication.reopen", "researcher", reopen),
    ("post", f"{EXAMPLE}/gold"): ("gold.make", "admin", make_gold),
    ("post", f"{PROJECT}/imports"): ("examples.import", "researcher", examples_import),
    ("post", f"{PROJECT}/datasets"): ("dataset.freeze", "researcher", freeze),
    ("post", f"{PROJECT}/datasets/upload"): ("dataset.upload", "researcher", upload),
    ("post", f"{PROJECT}/jobs"): ("job.create", "researcher", job_create),
    ("post", "jobs/<uuid:job_id>/cancel"): ("job.cancel", "researcher", job_cancel),
    ("post", f"{PROJECT}/models"): ("model.register", "admin", register),
    ("post", "models/<uuid:model_id>/promote"): ("model.promote", "admin", promote),
    ("post", f"{PROJECT}/people/<int:member_id>/standing"): ("standing.change", "admin", standing),
    ("post", f"{PROJECT}/people/<int:member_id>/withdraw"): ("person.withdraw", "admin", about_a_person("withdraw")),
    ("post", f"{PROJECT}/people/<int:member_id>/erase"): ("person.erase", "admin", about_a_person("erase")),
    ("post", f"{PROJECT}/studies"): ("study.create", "admin", study_create),
    ("patch", "studies/<int:study_id>"): ("study.update", "admin", study_update),
    ("post", "studies/<int:study_id>/links"): ("link.make", "admin", links_make),
    ("post", f"{STUDY}/payments"): ("payment.propose", "admin", in_a_study("payments")),
    ("post", f"{STUDY}/bonuses"): (
        "payment.propose",
        "admin",
        in_a_study("bonuses", participants=[], amount="1.00", reason="Lovelace", request_id=str(uuid4())),
    ),
    ("post", f"{STUDY}/payments/approve"): (
        "payment.approve",
        "admin",
        in_a_study("payments/approve", payments="proposed"),
    ),
    ("post", f"{STUDY}/payments/cancel"): (
        "payment.cancel",
        "admin",
        in_a_study("payments/cancel", payments="approved"),
    ),
    ("post", f"{STUDY}/payments/settle"): (
        "payment.settle",
        "admin",
        in_a_study("payments/settle", payments="approved", paid=True),
    ),
    ("post", f"{STUDY}/approve"): ("payment.approve", "admin", in_a_study("approve")),
    ("post", f"{STUDY}/message"): ("study.message", "admin", message),
    ("delete", "links/<uuid:link_id>"): ("link.revoke", "admin", link_revoke),
    ("post", f"{PROJECT}/members"): ("member.add", "admin", member_add),
    ("put", f"{PROJECT}/members/<int:member_id>"): ("member.role", "admin", member_role),
    ("delete", f"{PROJECT}/members/<int:member_id>"): ("member.remove", "admin", member_remove),
    ("post", f"{PROJECT}/invitations"): ("invitation.make", "admin", invitation_make),
    ("delete", f"{PROJECT}/invitations/<uuid:invitation_id>"): ("invitation.revoke", "admin", invitation_revoke),
    ("put", "accounts/<int:account_id>"): ("account.close", "owner", account_close),
    ("post", "accounts/<int:account_id>/sign-out"): ("account.sign_out", "owner", account_sign_out),
    ("delete", "accounts/<int:account_id>/second-factor"): ("second_factor.reset", "owner", second_factor_reset),
    ("post", f"{PROJECT}/gold"): ("gold.import", "admin", gold_import),
    ("post", f"{PROJECT}/gold/<int:gold_id>/retire"): ("gold.retire", "admin", gold_retire),
}


@pytest.fixture
def world(project: Project, owner: User, admin: User, researcher: User, tmp_path: Any, monkeypatch: Any) -> World:
    for task in (tasks.run_job, payment_tasks.send):
        monkeypatch.setattr(task, "apply_async", lambda *_, **__: None)
    return World(project, owner, admin, researcher, tmp_path)


def test_every_write_of_those_who_run_a_project_is_here() -> None:
    writes = {
        (method, address)
        for address, view in routes()
        for method, operation in view.view_class.by_method.items()
        if method not in ("get", "head") and operation.allowed in (RESEARCHERS, ADMINS, SITE_OWNERS)
    }
    assert writes == set(DEEDS) | set(SILENT)


@pytest.mark.parametrize("operation", DEEDS, ids=" ".join)
def test_a_write_leaves_an_entry_of_whoever_did_it(operation: tuple[str, str], world: World) -> None:
    action, who, do = DEEDS[operation]
    before = audit_head().number
    answer = do(world)
    assert 200 <= answer.status_code < 300, answer.content
    left = AuditEntry.objects.filter(number__gt=before, action=action)
    assert [each.actor for each in left] == [getattr(world, who)]
    entry = left.get()
    assert entry.project_id == world.project.pk or action.startswith(("project.create", "account.", "second_factor."))
    assert entry.target
    assert "Lovelace" not in str(entry.detail)
    assert audit_broken() is None


def test_what_is_refused_leaves_none(world: World) -> None:
    before = audit_head()
    assert Client(world.admin).patch(world.path, {"overlap": 0}).status_code == 400
    assert Client(world.researcher).patch(world.path, {"overlap": 2}).status_code == 403
    assert audit_head() == before


def test_tokens_downloads_and_names_asked_for_are_told(world: World) -> None:
    client = Client(world.researcher)
    example = judged_twice(world.project)
    dataset = world.dataset()
    row, _ = token_issue(user=world.researcher)
    before = audit_head().number
    assert client.get(f"datasets/{dataset.pk}/download", {"format": "csv"}).status_code == 200
    assert client.get(f"datasets/{dataset.pk}/files/train.parquet").status_code == 200
    assert client.get(f"examples/{example.pk}/adjudication", {"reveal": "true"}).status_code == 200
    assert client.delete(f"tokens/{row.token_key}").status_code == 204
    told = AuditEntry.objects.filter(number__gt=before).order_by("number")
    assert [(each.action, each.actor, each.detail) for each in told] == [
        ("dataset.download", world.researcher, {"file": "csv, whole"}),
        ("dataset.download", world.researcher, {"file": "train.parquet"}),
        ("adjudication.reveal", world.researcher, {}),
        ("token.revoke", world.researcher, {}),
    ]


def test_the_log_is_read_a_page_at_a_time(world: World) -> None:
    for overlap in (2, 3, 4):
        Client(world.admin).patch(world.path, {"overlap": overlap})
    project_create(world)
    client, path = Client(world.admin), f"{world.path}/audit"
    first = client.get(path, {"limit": 2, "action": "project.update"}).json()
    assert [each["detail"] for each in first["results"]] == [{"overlap": [3, 4]}, {"overlap": [2, 3]}]
    assert {each["actor"] for each in first["results"]} == {"adam"}
    last = client.get(path, {"limit": 2, "action": "project.update", "before": first["next"]}).json()
    assert ([each["detail"] for each in last["results"]], last["next"]) == ([{"overlap": [1, 2]}], None)
    assert {each["project"] for each in client.get(path).json()["results"]} == {world.project.pk}
    site = Client(world.owner).get("audit", {"limit": 1}).json()["results"]
    assert [(each["action"], each["number"]) for each in site] == [("project.create", audit_head().number)]
    assert client.get(path, {"action": "unheard.of"}).status_code == 400
