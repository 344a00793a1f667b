"""The checks that go through the table, each of which asks for real and gives a Tally."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.test import override_settings

from annotator.api import permissions
from annotator.api.permissions import Roles
from annotator.config import urls as site
from annotator.domain.scopes import SCOPES as KNOWN_SCOPES
from tests.access.asking import Tally, ask, ask_page, braced, routes, seen
from tests.access.table import BEFORE_SECOND_FACTOR, CALLERS, PAGES, SCOPES, TABLE, Answers
from tests.access.world import World, browser
from tests.annotator.http import API, openapi

# Of what is a person's own, whatever projects they are in.
SIGNED_IN_ALONE = {("delete", "tokens/{token_key}")}
CONSOLE = Path("frontend/src/features/console/Console.tsx")
METHODS = ("get", "post", "put", "patch", "delete", "options", "trace")
Operation = tuple[str, str]
Rows = dict[Operation, Answers]


def cells(world: World, table: Rows = TABLE) -> Tally:
    """Each operation by each caller."""
    tally = Tally("operations by callers")
    for (method, address), answers in table.items():
        path = address.format(**world.keys)
        for who, wanted in zip(CALLERS, answers, strict=True):
            got = ask(world.clients[who], method, path)
            tally.check(f"{method} {address} by {who}", seen(got), wanted)
    return tally


def pages(world: World, table: Rows = PAGES) -> Tally:
    """Each page by each caller."""
    tally = Tally("pages by callers")
    for (method, address), answers in table.items():
        for who, wanted in zip(CALLERS, answers, strict=True):
            got = ask_page(world.clients[who], method, f"/{address.format(**world.keys)}")
            tally.check(f"{method} /{address} by {who}", _page(address, got), wanted)
    return tally


def heads(world: World, table: Rows = TABLE) -> Tally:
    """HEAD answers as GET does, and says nothing."""
    tally = Tally("HEAD like GET")
    for (method, address), answers in table.items():
        if method != "get":
            continue
        path = address.format(**world.keys)
        for who, wanted in zip(CALLERS, answers, strict=True):
            got = ask(world.clients[who], "head", path)
            said = b"" if got.streaming else got.content
            tally.check(f"head {address} by {who}", (seen(got), said), (wanted, b""))
    return tally


def methods_not_offered(world: World) -> Tally:
    """Each address with each method that it has no operation for: 405, for whoever may call all of it."""
    tally = Tally("methods not offered")
    offered = defaultdict(set)
    for method, address in TABLE:
        offered[address].add(method)
    for address, has in offered.items():
        for method in sorted(set(METHODS) - has):
            got = ask(world.clients["admin"], method, address.format(**world.keys))
            tally.check(f"{method} {address}", got.status_code, 405)
    return tally


def tokens(world: World, table: Rows = TABLE) -> Tally:
    """Each operation by a token for each scope, of somebody who may call it."""
    tally = Tally("operations by tokens")
    for method, address in table:
        answers, who = TABLE[method, address], asker((method, address))
        needed = scopes_of((method, address))
        for scope in KNOWN_SCOPES:
            got = ask(world.program(who, scope), method, address.format(**world.keys))
            refused = got.status_code == 403 and got.json()["code"] == "scope_missing"
            wanted = answers[CALLERS.index(who)] if scope in needed else "scope_missing"
            tally.check(f"{method} {address} by a token to {scope}", "scope_missing" if refused else seen(got), wanted)
    return tally


def keys_of_another_project(world: World, table: Rows = TABLE) -> Tally:
    """Each address with two keys or more, each key in turn that of the other project: 404 for either's admin."""
    tally = Tally("keys of another project")
    for method, address in table:
        keys = [key for key in re.findall(r"{(\w+)}", address) if key != "file_name"]
        for strange in keys if len(keys) > 1 else ():
            mixed = {**world.keys, strange: world.others[strange]}
            for who in ("admin", "admin_of_another"):
                got = ask(world.clients[who], method, address.format(**mixed))
                tally.check(f"{method} {address} with another's {strange} by {who}", got.status_code, 404)
    return tally


def other_sites(world: World) -> Tally:
    """Whatever a session may change is changed by no other site: without the token of the form 403."""
    tally = Tally("without the token of the form")
    strict = {who: browser(person, enforce_csrf_checks=True) for who, person in world.people.items()}
    for (method, address), answers in TABLE.items():
        if method == "get":
            continue
        for who, wanted in zip(CALLERS, answers, strict=True):
            got = ask(strict[who], method, address.format(**world.keys))
            tally.check(f"{method} {address} by {who}", got.status_code, 401 if wanted == 401 else 403)
    for (method, address), _ in PAGES.items():
        if method == "post":
            for who, client in strict.items():
                got = ask_page(client, method, f"/{address.format(**world.keys)}")
                tally.check(f"{method} /{address} by {who}", got.status_code, 403)
    return tally


def second_factor(world: World, table: Rows = TABLE) -> Tally:
    """Where it is required: who runs something does nothing of that before they have shown it, by browser or by token;
    everybody else, and whoever has shown it, does as the table says."""
    tally = Tally("before and after a second factor")
    required = ("admin", "admin_of_another", "site_owner")
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        for operation, answers in table.items():
            method, address = operation
            path, open_to_all = address.format(**world.keys), operation in BEFORE_SECOND_FACTOR
            for who, wanted in zip(CALLERS, answers, strict=True):
                refused = who in required and not open_to_all and wanted != 401
                got = ask(world.clients[who], method, path)
                tally.check(f"{method} {address} by {who}", _asked_for_factor(got), refused)
                if who in required:
                    shown = ask(world.verified[who], method, path)
                    tally.check(f"{method} {address} by {who} who has shown it", seen(shown), wanted)
                    scope = next(iter(sorted(scopes_of(operation))), None)
                    if scope:
                        token = ask(world.program(who, scope), method, path)
                        tally.check(f"{method} {address} by a token of {who}", _asked_for_factor(token), refused)
        for (method, address), answers in PAGES.items():
            for who, wanted in zip(CALLERS, answers, strict=True):
                if who in required and address.startswith("console"):
                    got = ask_page(world.clients[who], method, f"/{address.format(**world.keys)}")
                    tally.check(f"{method} /{address} by {who}", seen(got), 403)
                    shown = ask_page(world.verified[who], method, f"/{address.format(**world.keys)}")
                    tally.check(f"{method} /{address} by {who} who has shown it", seen(shown), wanted)
    return tally


def scopes_of(operation: Operation) -> set[str]:
    """What a token must be for, one of these."""
    return SCOPES.get(operation, {"read"} if operation[0] == "get" else {"manage"})


def _asked_for_factor(answer: Any) -> bool:
    return answer.status_code == 403 and answer.json()["code"] == "second_factor_required"


def closed_accounts(world: World) -> Tally:
    """Who is no longer active is nobody, by session and by token."""
    tally = Tally("accounts that are closed")
    people = {who: person for who, person in world.people.items() if person}
    for who, person in people.items():
        person.is_active = False
        person.save(update_fields=["is_active"])
        for client in (world.clients[who], *(world.program(who, scope) for scope in KNOWN_SCOPES)):
            tally.check(f"get me by {who}", ask(client, "get", "me").status_code, 401)
        tally.check(f"get / by {who}", seen(ask_page(world.clients[who], "get", "/")), "in")
        person.is_active = True
        person.save(update_fields=["is_active"])
    return tally


def asker(operation: Operation) -> str:
    """The first caller who may."""
    allowed = [who for who, answer in zip(CALLERS, TABLE[operation], strict=True) if answer == "ok"]
    return allowed[0] if allowed else "annotator"


def undocumented(world: World) -> Tally:
    """Every route is in the table, in the schema, and says who may call it; every page of the console is there."""
    tally = Tally("routes in the table")
    api = [(method, braced(address), view) for address, view in routes() for method in view.view_class.by_method]
    described = {
        (method, path.removeprefix(f"{API}/"))
        for path, operations in openapi()["paths"].items()
        for method in operations
        if path.startswith(f"{API}/")
    }
    for method, address in {(method, address) for method, address, _ in api} | described | set(TABLE):
        where = [(method, address) in each for each in ({each[:2] for each in api}, described, TABLE)]
        tally.check(f"{method} {address} is routed, described, in the table", where, [True] * 3)
    asked = {"/" + address.format(**dict.fromkeys(re.findall(r"{(\w+)}", address), "1")) for _, address in PAGES}
    for address, view in routes(site.urlpatterns):
        if not hasattr(getattr(view, "view_class", None), "by_method"):
            pattern = re.sub(r"<path:\w+>", ".+", re.sub(r"<(?!path)\w+:\w+>", "[^/]+", address))
            tally.check(f"page /{address}", any(re.fullmatch(f"/{pattern}", path) for path in asked), True)
    for page in console_pages():
        tally.check(f"page /{page}", ("get", page) in PAGES, True)
    return tally


def says(operation: Operation) -> Roles:
    """What an operation of such a row must say: that each of those who may is one of whom it names."""
    may = dict(zip(CALLERS, TABLE[operation], strict=True))
    if operation in SIGNED_IN_ALONE or all(may[who] == "ok" for who in CALLERS[1:]):
        return permissions.SIGNED_IN
    if may["site_owner"] == "ok":
        return permissions.SITE_OWNERS
    if "ok" not in (may["annotator"], may["researcher"], may["admin"]) or may["annotator"] == "ok":
        return permissions.MEMBERS
    return permissions.RESEARCHERS if may["researcher"] == "ok" else permissions.ADMINS


def declared(world: World) -> Tally:
    """Each operation says itself who may call it, and says what the table does."""
    tally = Tally("what operations say of themselves")
    for address, view in routes():
        for method, operation in view.view_class.by_method.items():
            tally.check(f"{method} {address}", vars(operation).get("allowed"), says((method, braced(address))))
    return tally


def console_pages() -> list[str]:
    """The console's pages, from its own list and its switch."""
    text = CONSOLE.read_text()
    named = re.findall(r'^  \["(\w*)", "', text, re.M) + re.findall(r'^    case "(\w*)":$', text, re.M)
    top = re.findall(r'route\.slug === "([\w-]+)"', text)
    assert len(named) > 20, "Console.tsx is written otherwise than this test reads it"
    return [f"console/{{slug}}/{page}".rstrip("/") for page in sorted(set(named))] + [f"console/{page}" for page in top]


def _page(address: str, answer: object) -> int | str:
    # Which says that parts of Redpen are down, as they are here.
    if address == "healthz" and getattr(answer, "status_code", 0) == 503:
        return "ok"
    return seen(answer)
